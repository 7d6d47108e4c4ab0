/** The page of a sweep, in Chromium. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import type { Outcome } from "../../host/sweep/live.ts";
import { sweepHtml } from "../../host/sweep/page/document.tsx";
import { skipWithoutPrograms } from "../peers/programs.ts";
import { launch, opened } from "../report/browser.ts";
import { resultOf } from "./results.ts";

const skip = skipWithoutPrograms("chromium");
let browser: Browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(async () => browser?.close());

const MAP = `
name: <b>map</b> & more
grid:
  override.storage.capacitance_F: {from: 1.0e-6, to: 10.0e-6, steps: 6, scale: log}
  harvest.constant.power_W: {from: 10.0e-6, to: 1.0e-3, steps: 5, scale: log}
results: [success_in_one_life]`;
/** Cell n succeeds 3 n times of 100; 7 has nothing to succeed in, 8 is refused. */
const mapped = resultOf(MAP, (job) => {
  if (job === 8) return { refused: 'it is "<wrong>"' };
  return job === 7 ? { values: [0, 0, null, 0] } : { values: [3 * job, 100, (3 * job) / 100, 0] };
});

test("the heat map has every cell's number at its place, its interval, its axes with units, and a legend", {
  skip,
}, async () => {
  const { page, complaints, requests } = await opened(browser, sweepHtml(mapped));
  assert.deepEqual(complaints, []);
  assert.deepEqual(requests, [page.url()], "it is one file");
  const rows = await page.evaluate(
    "[...document.querySelectorAll('table.heat tbody tr')].map((row) => [...row.querySelectorAll('td')].map((cell) => cell.querySelector('data')?.textContent ?? null))",
  );
  const expected = [5, 4, 3, 2, 1, 0].map((row) =>
    Array.from({ length: 5 }, (_, i) => 5 * row + i).map((job) =>
      job === 7 || job === 8 ? null : job === 0 ? "0" : (3 * job).toFixed(1),
    ),
  );
  assert.deepEqual(rows, expected, "the greatest capacitor is on top");
  const heads = await page.locator("table.heat tfoot th[scope=col]").allTextContents();
  assert.deepEqual(
    heads,
    ["10.0 µW", "31.6 µW", "100 µW", "316 µW", "1.00 mW"].map((text) => text.replace(" ", "\u00a0")),
  );
  assert.equal(await page.locator("table.heat tbody th[scope=row]").last().textContent(), "1.00\u00a0µF");
  const cell = page.locator("table.heat tbody tr").nth(3).locator("td").nth(0);
  // Wilson's of 30 of 100: 0.2189 to 0.3958.
  assert.equal(await cell.locator("small").textContent(), "21.9 – 39.6");
  assert.match(
    (await cell.getAttribute("title")) ?? "",
    /^storage capacitance 2\.51.µF, constant power 10\.0.µW: 30\.0.%, 21\.9.% to 39\.6.%, of 100 tries$/,
  );
  assert.equal(await page.locator("table.heat td.none").count(), 1);
  assert.match((await page.locator("table.heat td.refused").getAttribute("title")) ?? "", /it is "<wrong>"$/);
  const legend = (await page.locator(".heatlegend").textContent()) ?? "";
  assert.match(legend, /0 %.*100 %.*no run has an answer.*refused/);
  assert.equal(await page.locator("h1").textContent(), "<b>map</b> & more");
  assert.match(
    (await page.locator("#movers tbody tr").first().textContent()) ?? "",
    /^override\.storage\.capacitance_F9\d\.\d %/,
  );
  assert.equal(await page.locator("#cells tbody tr").count(), 30);
});

test("the text of a cell can be read on its colour, in the light and in the dark", { skip }, async () => {
  for (const colorScheme of ["light", "dark"] as const) {
    const { page } = await opened(browser, sweepHtml(mapped), { colorScheme });
    const contrasts = (await page.evaluate(`(() => {
      const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
      const luminance = (colour) => {
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((x) => x / 255)
          .map((x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      return [...document.querySelectorAll(".heat tbody td:not(.none, .refused)")].map((cell) => {
        const style = getComputedStyle(cell);
        const [a, b] = [luminance(style.color), luminance(style.backgroundColor)].sort((x, y) => y - x);
        return (a + 0.05) / (b + 0.05);
      });
    })()`)) as number[];
    assert.equal(contrasts.length, 28);
    // WCAG 2.2, 1.4.3.
    assert.ok(Math.min(...contrasts) >= 4.5, `${colorScheme}: ${Math.min(...contrasts)}`);
  }
});

test("on a phone nothing is wider than the screen but what scrolls by itself", { skip }, async () => {
  const drawn = resultOf(
    "{monte_carlo: {draws: 60, parameters: {harvest.scale: {uniform: [0.5, 2]}, override.mcu.cycle_J: {loguniform: [1.0e-12, 1.0e-9]}}}, results: [energy_per_reading_J]}",
    (job) => ({ values: [1e-6 * (1 + (job % 7)), 0] }),
  );
  for (const result of [mapped, drawn]) {
    const { page, complaints } = await opened(browser, sweepHtml(result), {
      viewport: { width: 390, height: 800 },
      isMobile: true,
    });
    assert.deepEqual(complaints, []);
    assert.ok(((await page.evaluate("document.documentElement.scrollWidth")) as number) <= 390);
  }
});

test("of one parameter the page has its course with 95 % intervals, of nothing it says so; a broken rule is told at the top", {
  skip,
}, async () => {
  const one = resultOf("{grid: {ap.slots: [8, 16, 32]}, repetitions: 4, results: [wait_s]}", (job) => ({
    values: [1 + (job >> 2) + 0.1 * (job % 4), job === 5 ? 2 : job === 7 ? 1 : 0],
  }));
  const { page } = await opened(browser, sweepHtml(one));
  assert.equal(await page.locator("#map").count(), 0);
  const titles = await page.locator("#along circle title").allTextContents();
  // Four runs, 0.129 apart: t = 3.182, half a width of 0.205.
  assert.deepEqual(
    titles.map((title) => title.replaceAll("\u00a0", " ")),
    ["8: 1.15 s, 945 ms to 1.36 s", "16: 2.15 s, 1.94 s to 2.36 s", "32: 3.15 s, 2.94 s to 3.36 s"],
  );
  assert.match((await page.locator(".verdict.bad").textContent()) ?? "", /3 rules broken in 12 runs/);
  const none = resultOf("{grid: {ap.slots: [8, 16]}}", () => ({ refused: "no" }));
  const empty = await opened(browser, sweepHtml(none));
  assert.deepEqual(empty.complaints, []);
  assert.match((await empty.page.locator("main").textContent()) ?? "", /2 cells refused: no\..*No cell has an answer/);
});

test("what was chosen by lot is no axis of a map, and a level of it shows its cells and no interval of one of them", {
  skip,
}, async () => {
  const GRID = "monte_carlo: {draws: 8, parameters: {ap.slots: {choice: [8, 8, 16]}}}";
  const outcome = (job: number): Outcome => ({ values: [job, 10, job / 10, 0] });
  const both = resultOf(`${GRID}\ngrid: {ap.acwe: [0, 1]}\nresults: [success_in_one_life]`, (job) => outcome(job % 8));
  const { page } = await opened(browser, sweepHtml(both));
  assert.equal(await page.locator("#map").count(), 0);
  const chosen = resultOf(`${GRID}\nresults: [success_in_one_life]`, outcome);
  const [{ share, levels }] = chosen.movers;
  assert.ok(share !== null && share <= 1, `${share}`);
  assert.deepEqual(
    levels.reduce((sum, { cells }) => sum + cells, 0),
    8,
    "each cell is at one level",
  );
  const { page: alone } = await opened(browser, sweepHtml(chosen));
  const titles = await alone.locator("#along circle title").allTextContents();
  for (const [i, { low, high }] of levels.entries()) {
    const told = [low, high].map((end) => `${(100 * end).toFixed(1)} %`).join(" to ");
    assert.ok(titles[i].replaceAll("\u00a0", " ").endsWith(told), `${titles[i]}, where ${told} is expected`);
  }
});
