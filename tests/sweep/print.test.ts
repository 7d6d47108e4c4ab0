/** What a sweep prints, and its page, of many and of odd values: each number under the value that it is of. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sweepText } from "../../host/cli/sweep/print.ts";
import { sweepHtml } from "../../host/sweep/page/document.tsx";
import { resultOf } from "./results.ts";

/** Words of the table below the headline. */
function tableOf(text: string): string[][] {
  const [, table] = text.slice(text.indexOf("\n\n")).split(/confirmed\n\n/);
  return table.split("\n").map((line) => line.trim().split(/ {2,}/));
}

const shareOf = (job: number) => ({ values: [job, 100, job / 100, 0] });

test("a map's head stands over its own column: whole numbers, and values that three figures do not tell apart", () => {
  const whole = resultOf("{grid: {ap.acwe: [0, 1], ap.slots: [8, 16]}, results: [success_in_one_life]}", shareOf);
  assert.deepEqual(tableOf(sweepText(whole)).slice(0, 3), [
    ["ap acwe \\ ap slots", "8", "16"],
    ["1", "2.0 %", "3.0 %"],
    ["0", "0.0 %", "1.0 %"],
  ]);
  const near = resultOf(
    "{grid: {override.storage.capacitance_F: [4.701e-6, 4.702e-6], harvest.constant.power_W: [100.0e-6, 100.1e-6, 5.0e-4]}, results: [success_in_one_life]}",
    shareOf,
  );
  assert.deepEqual(tableOf(sweepText(near)).slice(0, 3), [
    ["storage capacitance \\ constant power", "100 uW", "100.1 uW", "500 uW"],
    ["4.702 uF", "3.0 %", "4.0 %", "5.0 %"],
    ["4.701 uF", "0.0 %", "1.0 %", "2.0 %"],
  ]);
  assert.match(sweepHtml(near), />100.1&nbsp;µW<|>100\.1\u00a0µW</);
  const long = resultOf("{grid: {ap.trigger_period_s: [0.5, 0.50001]}, results: [success_in_one_life]}", shareOf);
  assert.deepEqual(
    tableOf(sweepText(long))
      .slice(1, 3)
      .map(([value]) => value),
    ["500 ms", "500.01 ms"],
  );
});

test("colours go by factors where the answers lie far apart, and evenly where they do not", () => {
  const partsOf = (answers: number[]): string[] => {
    const result = resultOf("{grid: {ap.acwe: [0], ap.slots: [8, 16, 32]}, results: [wait_s]}", (job) => ({
      values: [answers[job], 0],
    }));
    return [...sweepHtml(result).matchAll(/--part: ?([\d.]+%)/g)].map(([, part]) => part);
  };
  assert.deepEqual(partsOf([1, 10, 100]), ["0%", "50%", "100%"]);
  assert.deepEqual(partsOf([1, 2, 5]), ["0%", "25%", "100%"]);
});

test("of 2,000 values and of 50 x 110 places as many are shown as can be looked at, the ends among them, and it says so", () => {
  const RESULTS = "results: [success_in_one_life]";
  const one = resultOf(`{grid: {harvest.scale: {from: 1, to: 2000, steps: 2000}}, ${RESULTS}}`, (job) =>
    shareOf(job % 100),
  );
  const text = sweepText(one);
  assert.match(text, /\n +1 .*\n[\s\S]*\n +2,000 /);
  assert.match(text, /Shown are 40 of 2,000 values of harvest\.scale; --out and --json have all\./);
  assert.ok(text.length < 10_000 && sweepHtml(one).length < 2e6);
  const two = resultOf(
    `{grid: {harvest.scale: {from: 1, to: 50, steps: 50}, harvest.constant.power_W: {from: 1.0e-6, to: 110.0e-6, steps: 110}}, ${RESULTS}}`,
    (job) => shareOf(job % 100),
  );
  assert.match(sweepText(two), /Shown are 40 of 50 values of harvest\.scale and 16 of 110 values of/);
  assert.match(sweepHtml(two), /Shown are 100 of 110 values of harvest\.constant\.power_W; /);
});
