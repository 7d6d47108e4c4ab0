/** The report as its reader has it: in Chromium, by mouse and by keyboard, in light and in dark, on a phone. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { reportHtml } from "../../host/report/document.tsx";
import { valueAt } from "../../host/report/figure.tsx";
import type { Result } from "../../host/sim/result.ts";
import { skipWithoutPrograms } from "../peers/programs.ts";
import { ask, launch, opened } from "./browser.ts";
import { DYING, DYING_PAGE } from "./results.ts";

const skip = skipWithoutPrograms("chromium");
let browser: Browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(async () => browser?.close());

const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true } as const;

test("the page opens without a complaint, and asks nobody for anything", { skip }, async () => {
  const { page, complaints, requests } = await opened(browser, DYING_PAGE);
  assert.equal(await page.locator(".plot canvas").count(), DYING.timeline?.stations.length);
  await page.locator("details summary").first().click();
  assert.deepEqual(complaints, []);
  assert.deepEqual(requests, [page.url()], "it is one file");
});

test("every figure of the page is the JSON's: its value to the last bit, its text to three figures", {
  skip,
}, async () => {
  const { page } = await opened(browser, DYING_PAGE);
  const told = await ask(page, "figures");
  const places = new Set(told.map(({ of }) => of));
  for (const must of [
    "violations",
    "readings",
    "lives",
    "deaths.total",
    "energy.total.e_J",
    "energy.harvest.clipped_J",
  ]) {
    assert.ok(places.has(must), `${must} is in the page`);
  }
  for (const [i, { e_J }] of DYING.energy.byPhase.entries()) {
    assert.equal(places.has(`energy.byPhase.${i}.e_J`), e_J > 0, DYING.energy.byPhase[i].phase);
  }
  for (const i of DYING.invariants.keys())
    assert.ok(places.has(`invariants.${i}.violations`), DYING.invariants[i].rule);
  for (const reason of Object.keys(DYING.refusals.stations))
    assert.ok(places.has(`refusals.stations.${reason}`), reason);
  assert.ok(places.size > 200, `${places.size} figures`);
  for (const { of, value, text } of told) {
    const inJson = valueAt(DYING, of);
    assert.equal(value, inJson === null ? "" : String(inJson), of);
    if (typeof inJson === "number") assert.ok(reads(text, inJson), `${of}: ${text} for ${inJson}`);
  }
});

const PREFIXES: Readonly<Record<string, number>> = { p: 1e-12, n: 1e-9, µ: 1e-6, m: 1e-3, k: 1e3, M: 1e6 };

/** Does a person who reads that text take it for that number? */
function reads(text: string, number: number): boolean {
  const match = /^(<\s)?([\d,.]+(?:e[+-]?\d+)?)\s*([pnµmkM]?)(J|W|s|F|V|Hz|Ω|%)?$/.exec(text.replaceAll("\u00a0", " "));
  if (!match) return false;
  const [, less, digits, prefix, unit] = match;
  const value = Number(digits.replaceAll(",", "")) * (PREFIXES[prefix] ?? 1) * (unit === "%" ? 0.01 : 1);
  if (less) return number < value;
  const half =
    unit === "%" ? 0.0005 : Math.max(0.5 * 10 ** -(digits.split(".")[1]?.length ?? 0) * (PREFIXES[prefix] ?? 1), 0);
  return Math.abs(value - number) <= half * (1 + 1e-9) + Math.abs(number) * 1e-9;
}

const range = async (page: Page): Promise<[number, number]> => {
  const [from, to] = ((await page.locator("output.range").textContent()) ?? "").match(/[\d.]+/g)?.map(Number) ?? [];
  return [from, to];
};

test("by keyboard: closer, along, to the next death, and back to all", { skip }, async () => {
  const { page, complaints } = await opened(browser, DYING_PAGE);
  const end_s = DYING.scenario.duration_s;
  assert.deepEqual(await range(page), [0, end_s]);
  // Reached as a reader reaches it.
  for (let tabs = 0; !(await ask(page, "isChartFocused")); tabs++) {
    assert.ok(tabs < 60, "a chart is reached by Tab");
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("+");
  assert.deepEqual(await range(page), [end_s / 4, (3 * end_s) / 4]);
  await page.keyboard.press("ArrowRight");
  assert.deepEqual(await range(page), [(3 * end_s) / 8, (7 * end_s) / 8]);
  await page.keyboard.press("-");
  assert.deepEqual(await range(page), [0, end_s]);
  const deaths = (DYING.timeline?.stations ?? []).flatMap(({ lives }) =>
    lives.flatMap((life) => (life.phase ? [life.down_s] : [])),
  );
  deaths.sort((a, b) => a - b);
  for (const death_s of deaths.slice(0, 2)) {
    await page.keyboard.press("d");
    const [from, to] = await range(page);
    assert.ok(from < death_s && death_s < to && to - from < 1, `${death_s} s lies in ${from} to ${to} s`);
  }
  await page.keyboard.press("0");
  assert.deepEqual(await range(page), [0, end_s]);
  assert.deepEqual(complaints, []);
});

test("by mouse: what is dragged over is what all charts show", {
  skip,
}, async () => {
  const { page } = await opened(browser, DYING_PAGE, { viewport: { width: 1280, height: 2000 } });
  const area = await page.locator(".plot .u-over").first().boundingBox();
  assert.ok(area);
  const at = (t_s: number): number => area.x + (area.width * t_s) / DYING.scenario.duration_s;
  const middle = area.y + area.height / 2;
  await page.mouse.move(at(3), middle);
  await page.mouse.down();
  await page.mouse.move(at(6), middle, { steps: 4 });
  await page.mouse.up();
  const [from, to] = await range(page);
  assert.ok(Math.abs(from - 3) < 0.05 && Math.abs(to - 6) < 0.05, `${from} to ${to} s`);
  const second = await page.locator(".plot .u-over").nth(1).boundingBox();
  assert.ok(second);
  await page.mouse.move(second.x + second.width / 2, second.y + 20);
  assert.match(
    (await page.locator("output.readout").nth(1).textContent()) ?? "",
    /^4\.[45]\d+ s · [\d.]+( to [\d.]+)? V/,
  );
  await page.mouse.dblclick(at(6), middle);
  assert.deepEqual(await range(page), [0, DYING.scenario.duration_s]);
});

test("light and dark: as the system says, by the button, and with enough contrast in both", { skip }, async () => {
  for (const colorScheme of ["light", "dark"] as const) {
    const { page, complaints } = await opened(browser, DYING_PAGE, { colorScheme });
    const before = await ask(page, "ground");
    assert.equal(luminance(before) < 0.2, colorScheme === "dark", before);
    for (const ratio of await contrasts(page))
      assert.ok(ratio.is >= 4.5, `${colorScheme}: ${ratio.what} has ${ratio.is.toFixed(2)}`);
    await page.locator("button.theme").click();
    assert.equal(luminance(await ask(page, "ground")) < 0.2, colorScheme === "light", "the button turns it round");
    for (const ratio of await contrasts(page))
      assert.ok(ratio.is >= 4.5, `after the button: ${ratio.what} has ${ratio.is.toFixed(2)}`);
    assert.deepEqual(complaints, []);
  }
});

const TEXTS = [
  "body",
  ".says",
  ".brand",
  ".label",
  ".more",
  ".verdict strong",
  "nav a",
  "thead th",
  "td",
  ".unseen td",
  ".status",
  ".answer",
  ".axis",
  ".edge",
  ".readout",
  ".closeup strong",
];

async function contrasts(page: Page): Promise<{ what: string; is: number }[]> {
  const found = await ask(page, "inks", ...TEXTS);
  assert.deepEqual(new Set(found.map(({ kind }) => kind)), new Set(TEXTS), "every kind of text is there");
  return found.map(({ kind, ink, ground }) => {
    const [light, dark] = [luminance(ink), luminance(ground)].sort((a, b) => b - a);
    return { what: kind, is: (light + 0.05) / (dark + 0.05) };
  });
}

/** Relative luminance (WCAG 2.2) of "rgb(r, g, b)". */
function luminance(colour: string): number {
  const [r, g, b] = (colour.match(/[\d.]+/g) ?? []).map(Number).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

test("on a phone: nothing is wider than the screen, no letter is too small, charts fit", { skip }, async () => {
  const { page, complaints } = await opened(browser, DYING_PAGE, PHONE);
  const { wide, small } = await ask(page, "misfits");
  const plots = await ask(page, "chartWidths");
  assert.deepEqual(wide, []);
  assert.deepEqual(small, []);
  assert.ok(
    plots.every((width) => width > 250 && width <= PHONE.viewport.width),
    plots.join(", "),
  );
  await page.setViewportSize({ width: 700, height: 740 });
  await page.waitForFunction("probes.chartWidths().every((width) => width > 500)");
  assert.deepEqual(complaints, []);
});

test("whatever can be pressed has a name, and every table its caption", { skip }, async () => {
  const { page } = await opened(browser, DYING_PAGE);
  const nameless = await ask(page, "nameless");
  assert.deepEqual(nameless, []);
  const links = await page.locator("nav a").evaluateAll((all) => all.map((one) => one.getAttribute("href") ?? ""));
  for (const link of links) assert.equal(await page.locator(link).count(), 1, `${link} leads somewhere`);
});

test("assumptions: a status that is unticked hides its numbers, and no other", { skip }, async () => {
  const { page } = await opened(browser, DYING_PAGE);
  const shown = (status: string): Promise<number> => page.locator(`tr.number-${status}:visible`).count();
  const [assumed, datasheet] = [await shown("assumed"), await shown("datasheet")];
  assert.ok(assumed > 5 && datasheet > 3, `${assumed} assumed, ${datasheet} of datasheets`);
  await page.locator("#show-assumed").uncheck();
  assert.deepEqual([await shown("assumed"), await shown("datasheet")], [0, datasheet]);
});

test("the result that the page hands out is the one that it was made of", { skip }, async () => {
  const { page } = await opened(browser, DYING_PAGE);
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator("[data-save]").click()]);
  assert.equal(download.suggestedFilename(), "default.json");
  assert.deepEqual(JSON.parse(readFileSync(await download.path(), "utf8")), DYING);
});

test("names that are markup are shown and not obeyed", { skip }, async () => {
  const name = `</script><script>alert(1)</script><img src=x onerror="alert(2)">`;
  const hostile: Result = {
    ...DYING,
    warnings: [name],
    scenario: { ...DYING.scenario, name },
    refusals: { stations: { [name]: 1 }, accessPoints: {} },
    invariants: [{ ...DYING.invariants[0], first: name, violations: 1 }, ...DYING.invariants.slice(1)],
  };
  const { page, complaints, requests } = await opened(browser, await reportHtml(hostile));
  assert.equal(await page.locator("h1").textContent(), name);
  assert.equal(await page.locator("main img").count(), 0);
  assert.ok((await page.locator("#rules .first").textContent())?.includes(name), "in a rule too");
  assert.deepEqual([complaints, requests], [[], [page.url()]]);
});

test("a broken rule is the first thing that is seen, and said which", { skip }, async () => {
  const broken: Result = {
    ...DYING,
    violations: 2,
    invariants: DYING.invariants.map((one, i) => (i === 0 ? { ...one, violations: 2, first: "here" } : one)),
  };
  const { page } = await opened(browser, await reportHtml(broken));
  assert.equal(await page.locator(".verdict.bad").isVisible(), true);
  assert.match((await page.locator(".verdict").textContent()) ?? "", /Rules were broken: 2 violations/);
  assert.match((await page.locator("tr.broken").textContent()) ?? "", /AMP-R1.*first: here/);
});

test("a result that was not recorded, or of stations that never lived, has a page without charts", {
  skip,
}, async () => {
  const { page, complaints } = await opened(browser, await reportHtml({ ...DYING, timeline: null }));
  assert.match((await page.locator("#voltage").textContent()) ?? "", /was not recorded over time/);
  assert.equal(await page.locator("canvas").count(), 0);
  assert.deepEqual(complaints, []);
});
