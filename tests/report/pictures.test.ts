/** What the report draws is what the JSON says: lines, shades and ticks on the canvas, bars, strips, and the table of numbers. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { reportHtml } from "../../host/report/document.tsx";
import type { Timeline } from "../../host/sim/record/timeline.ts";
import { skipWithoutPrograms } from "../peers/programs.ts";
import { ask, launch, opened } from "./browser.ts";
import { DYING, DYING_PAGE } from "./results.ts";

const skip = skipWithoutPrograms("chromium");
let browser: Browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(async () => browser?.close());

const { scenario } = DYING;
const timeline: Timeline = DYING.timeline ?? assert.fail("it was not recorded");
const { bucket_s, stations } = timeline;
const TALL = { viewport: { width: 1280, height: 2000 } };

type Colour = readonly [number, number, number];
const WHITE: Colour = [255, 255, 255];
const distance = (a: Colour, b: Colour): number => Math.hypot(...a.map((part, i) => part - b[i]));
/** A line thinner than a pixel is paler than its ink; it is nearer to that than to the paper, and than to another ink. */
const isNear = (pixel: Colour, ink: Colour): boolean => distance(pixel, ink) < 0.55 * distance(WHITE, ink);

/** Of a chart that shows from..to: the place of an instant, CSS pixels from the left of its area. */
async function placeOf(page: Page, chart: number, from: number, to: number): Promise<(t_s: number) => number> {
  const area = await page.locator(".plot .u-over").nth(chart).boundingBox();
  assert.ok(area, "the chart is there");
  return (t_s) => (area.width * (t_s - from)) / (to - from);
}

/** Is there ink in a column or beside it, within these rows? */
async function hasInk(
  page: Page,
  chart: number,
  x: number,
  rows: readonly [number, number],
  ink: Colour,
): Promise<boolean> {
  for (const dx of [-1, 0, 1]) {
    const column = await ask(page, "column", chart, x + dx);
    if (column.slice(...rows).some((pixel) => isNear(pixel, ink))) return true;
  }
  return false;
}

test("deaths are ticks at the foot of a chart, readings at its head, and both only where they are", {
  skip,
}, async () => {
  const { page } = await opened(browser, DYING_PAGE, TALL);
  const [red, green] = [await ask(page, "ink", "death"), await ask(page, "ink", "confirmed")];
  for (const [chart, { lives, died, confirmed }] of stations.entries()) {
    const at = await placeOf(page, chart, 0, scenario.duration_s);
    for (const { down_s, phase } of lives.filter((life) => life.phase !== null).slice(0, 4)) {
      assert.ok(
        await hasInk(page, chart, at(down_s), [-5, -1], red),
        `station ${chart} dies in ${phase} at ${down_s} s`,
      );
    }
    const around = (counts: readonly number[], bucket: number): number =>
      counts.slice(Math.max(bucket - 30, 0), bucket + 31).reduce((sum, n) => sum + n, 0);
    const quiet = died.findIndex((_, bucket) => bucket > 40 && around(died, bucket) === 0);
    assert.equal(await hasInk(page, chart, at(quiet * bucket_s), [-5, -1], red), false, "nobody dies there");
    const read = confirmed.findIndex((n) => n > 0);
    assert.ok(await hasInk(page, chart, at((read + 0.5) * bucket_s), [0, 4], green), "the first reading has its tick");
    const mute = confirmed.findIndex((_, bucket) => bucket > 40 && around(confirmed, bucket) === 0);
    assert.ok(mute > 0, "there is a time without readings");
    assert.equal(await hasInk(page, chart, at(mute * bucket_s), [0, 4], green), false, "no reading there");
  }
});

test("a life is a shade, and the time between two lives is none", { skip }, async () => {
  const { page } = await opened(browser, DYING_PAGE, TALL);
  const ground = (await ask(page, "inks", ".track"))[0].ground.match(/[\d.]+/g)?.map(Number) ?? [];
  for (const [chart, { lives }] of stations.entries()) {
    const at = await placeOf(page, chart, 0, scenario.duration_s);
    // Low in the picture, between the grid and the names of deaths.
    const colourAt = async (t_s: number): Promise<Colour> =>
      (await ask(page, "column", chart, at(t_s))).at(-40) ?? [0, 0, 0];
    const longest = lives.toSorted((a, b) => b.down_s - b.up_s - (a.down_s - a.up_s))[0];
    const gaps = lives.slice(1).map(({ up_s }, i) => [lives[i].down_s, up_s] as const);
    const [down_s, up_s] = gaps.toSorted((a, b) => b[1] - b[0] - (a[1] - a[0]))[0];
    const on = await colourAt(0.37 * longest.up_s + 0.63 * longest.down_s);
    const off = await colourAt(0.37 * down_s + 0.63 * up_s);
    assert.notDeepEqual(on, off, `station ${chart}: on and off look alike`);
    assert.deepEqual(off, ground.slice(0, 3), "off is the ground");
  }
});

/** The same with dips of 1.6 V in every third bucket of station 0: what a bucket of 3 ms cannot have, one of an hour's run has. */
const deep = stations.map((track, i) => ({
  ...track,
  vMin_mV: track.vMin_mV.map((mV, bucket) => (i === 0 && bucket % 3 === 0 ? 1850 : mV)),
  vMax_mV: track.vMax_mV.map((mV, bucket) => (i === 0 && bucket % 3 === 0 ? 3450 : mV)),
}));
const dipping = { ...DYING, timeline: { ...timeline, stations: deep } };

test("a dip is in the picture and in what the pointer reads: each bucket from its least to its greatest voltage", {
  skip,
}, async () => {
  const { page } = await opened(browser, await reportHtml(dipping), TALL);
  const line = await ask(page, "ink", "line");
  const [track] = deep;
  await page.locator(".plot").first().focus();
  await page.keyboard.press("d");
  for (let i = 0; i < 3; i++) await page.keyboard.press("+");
  const [from, to] = ((await page.locator("output.range").textContent()) ?? "").match(/[\d.]+/g)?.map(Number) ?? [];
  const box = await page.locator(".plot .u-over").first().boundingBox();
  assert.ok(box && to - from < 20 * bucket_s, `${from} to ${to} s is close`);
  const { vOn_V } = DYING.profiles.storage as Record<string, { value: number }>;
  const top_V = 1.12 * Math.max(vOn_V.value, ...track.vMax_mV.map((mV) => mV / 1000));
  let deepest = 0;
  for (let bucket = Math.ceil(from / bucket_s) + 1; (bucket + 1.5) * bucket_s < to; bucket++) {
    const x = (box.width * ((bucket + 0.5) * bucket_s - from)) / (to - from);
    await page.mouse.move(box.x + x, box.y + 60);
    const text = (await page.locator("output.readout").first().textContent()) ?? "";
    const [low, high] = [track.vMin_mV[bucket], track.vMax_mV[bucket]].map((mV) => (mV / 1000).toFixed(3));
    assert.ok(
      text.includes(low === high ? `· ${low} V` : `· ${low} to ${high} V`),
      `bucket ${bucket} is ${low} to ${high} V: ${text}`,
    );
    await page.mouse.move(0, 0);
    const column = await ask(page, "column", 0, Math.round(x));
    const rows = column.flatMap((pixel, row) => (isNear(pixel, line) ? [row] : []));
    const rowOf = (mV: number): number => box.height * (1 - mV / 1000 / top_V);
    const [most, least] = [rowOf(track.vMax_mV[bucket]), rowOf(track.vMin_mV[bucket])];
    // Seven or so rows along the top are ticks of frames.
    const drawn = rows.filter((row) => row > 16);
    assert.ok(Math.abs(Math.min(...drawn) - most) < 6, `bucket ${bucket}: from row ${Math.min(...drawn)}, not ${most}`);
    assert.ok(Math.abs(Math.max(...drawn) - least) < 6, `bucket ${bucket}: to row ${Math.max(...drawn)}, not ${least}`);
    deepest = Math.max(deepest, least - most);
  }
  assert.ok(deepest > 50, `a bucket of ${deepest} rows is among them`);
});

/** A percentage of an inline style. */
function percentOf(style: string, property: string): number {
  return Number(new RegExp(`(?:^|; )${property}: ([\\d.e-]+)%`).exec(style)?.[1]);
}

function near(is: readonly number[], shouldBe: readonly number[], what: string): void {
  assert.equal(is.length, shouldBe.length, what);
  for (const [i, value] of is.entries())
    assert.ok(Math.abs(value - shouldBe[i]) < 0.01, `${what} ${i}: ${value} %, not ${shouldBe[i]} %`);
}

test("bars are as long as the figures beside them: energy by phase with its band, and by function", {
  skip,
}, async () => {
  const { page } = await opened(browser, DYING_PAGE);
  const { byPhase, byFunction } = DYING.energy;
  const shown = byPhase.filter(({ e_J, phase }) => e_J > 0 || (DYING.deaths.byPhase[phase] ?? 0) > 0);
  const most = Math.max(...byPhase.map(({ high_J }) => high_J));
  const bars = await ask(page, "all", ".bars .bar:not(.cpu)");
  near(
    bars.map(({ style }) => percentOf(style, "width")),
    shown.map(({ e_J }) => (100 * e_J) / most),
    "phase",
  );
  const whiskers = await ask(page, "all", ".bars .whisker");
  near(
    whiskers.map(({ style }) => percentOf(style, "left")),
    shown.map(({ low_J }) => (100 * low_J) / most),
    "least of phase",
  );
  near(
    whiskers.map(({ style }) => percentOf(style, "width")),
    shown.map(({ low_J, high_J }) => (100 * (high_J - low_J)) / most),
    "band of phase",
  );
  assert.ok(byFunction, "the run was told by function");
  const cpu = await ask(page, "all", ".bars .bar.cpu");
  near(
    cpu.map(({ style }) => percentOf(style, "width")),
    byFunction.map(({ share }) => (100 * share) / byFunction[0].share),
    "function",
  );
  const { harvested_J, imbalance, ...went } = DYING.energy.harvest;
  const all_J = Object.values(went).reduce((sum, part_J) => sum + part_J, 0);
  const parts = [went.spent_J, went.clipped_J, went.leaked_J, went.stored_J];
  near(
    (await ask(page, "all", ".stack span")).map(({ style }) => percentOf(style, "width")),
    parts.map((part_J) => (100 * part_J) / all_J),
    "harvest",
  );
});

test("columns of histograms are as high as the counts, and strips have a line for each death", { skip }, async () => {
  const { page } = await opened(browser, DYING_PAGE);
  const { duration_s, spent_J, confirmed } = timeline.lives;
  const readings = Object.entries(DYING.exchanges.livesPerReading).sort(([a], [b]) => Number(a) - Number(b));
  const all = [duration_s.counts, spent_J.counts, confirmed.counts, readings.map(([, n = 0]) => n)];
  for (const [i, counts] of all.entries()) {
    const columns = await ask(page, "all", `.histogram:nth-child(${i + 1}) .column`);
    near(
      columns.map(({ style }) => percentOf(style, "height")),
      counts.map((n) => (100 * n) / Math.max(...counts)),
      `histogram ${i}`,
    );
    const titles = (await ask(page, "all", `.histogram:nth-child(${i + 1}) li`)).map(
      ({ attributes }) => attributes.title,
    );
    for (const [k, n] of counts.entries())
      assert.match(titles[k], new RegExp(`: ${n === 0 ? "no" : n.toLocaleString("en")} `));
  }
  const calls = [...new Set(timeline.deathsInCalls.map(({ call }) => call))];
  for (const [i, call] of calls.entries()) {
    const deaths = timeline.deathsInCalls.filter((one) => one.call === call);
    const lines = await ask(page, "all", `#deaths .strip:nth-of-type(${i + 1}) line`);
    const most = Math.max(...deaths.flatMap(({ cycles }) => cycles));
    const places = deaths.flatMap(({ phase, cycles }) =>
      cycles.map((at) => `phase-${phase} ${Math.round((10_000 * at) / most) / 10}`),
    );
    assert.deepEqual(
      lines.map(({ attributes }) => `${attributes.class} ${attributes.x1}`),
      places,
      call,
    );
  }
});

test("the table of numbers has every number of the profiles, with its value, its status and its source", {
  skip,
}, async () => {
  const { page } = await opened(browser, DYING_PAGE);
  const wanted = new Map<string, { value?: number; unit?: string; status: string; source: string }>();
  const walk = (node: unknown, path: string): void => {
    if (typeof node !== "object" || node === null || Array.isArray(node)) return;
    if ("source" in node && "status" in node) wanted.set(path.replace(/Note$/, ""), node as never);
    else for (const [key, member] of Object.entries(node)) walk(member, path === "" ? key : `${path}.${key}`);
  };
  walk(DYING.profiles, "");
  const rows = await ask(page, "all", "#assumptions tbody tr");
  assert.equal(rows.length, wanted.size);
  const cells = await ask(page, "all", "#assumptions tbody th, #assumptions tbody td");
  for (let i = 0; i < rows.length; i++) {
    const [name, value, , status, source] = cells.slice(5 * i, 5 * i + 5).map(({ text }) => text);
    const number = wanted.get(name.replace(/ moves the energy most$/, ""));
    assert.ok(number, name);
    assert.deepEqual([status, source], [number.status, number.source], name);
    if (typeof number.value === "number")
      assert.ok(isRead(value, number.value), `${name} is ${number.value}: ${value}`);
  }
});

const PREFIXES: Readonly<Record<string, number>> = { p: 1e-12, n: 1e-9, µ: 1e-6, m: 1e-3, k: 1e3, M: 1e6 };

/** To three figures. */
function isRead(text: string, number: number): boolean {
  const [, digits = "", prefix = ""] =
    /^(-?[\d.,e+-]+)\s*(?:([pnµmkM])(?=[A-Za-zΩ]))?/.exec(text.replaceAll("\u00a0", " ")) ?? [];
  const [plain, scaled] = [1, PREFIXES[prefix] ?? 1].map((factor) => Number(digits.replaceAll(",", "")) * factor);
  // "m" alone is metres.
  return [plain, scaled].some((value) => Math.abs(value - number) <= 0.0051 * Math.abs(number));
}
