/** The parts of `ampcore bench` that are no measurement: what is worse, pages, the verb's options. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { GOALS, verdict } from "../../bench/core/goals.ts";
import { benchNames, loadBench } from "../../host/bench/benches.ts";
import { filled, markdownPage, markdownTable } from "../../host/bench/markdown.ts";
import { regressions, told } from "../../host/bench/regression.ts";
import { ampcore } from "../cli/ampcore.ts";

test("worse is more than a hundredth above, or gone; better and new figures are not", () => {
  const committed = { a: 1000, b: 1000, c: 1000, d: 0, e: 5, f: 7 };
  const measured = { a: 1010, b: 1011, c: 900, d: 0, e: Number.NaN, g: 1 };
  const found = regressions(committed, measured);
  assert.deepEqual(
    found.map(({ figure }) => figure),
    ["b", "e", "f"],
  );
  assert.equal(told(found[0]), "b: 1011, committed as 1000, 1.1 % worse");
  assert.equal(told(found[2]), "f: committed as 7, not measured any more");
  assert.deepEqual(regressions({ zero: 0 }, { zero: 1 }), [{ figure: "zero", committed: 0, measured: 1 }]);
});

test("a goal is met at its very figure, and missed one above", () => {
  assert.equal(verdict(1000, 1000), "met, 0 (0.0 %) to spare");
  assert.equal(verdict(969, 1000), "met, 31 (3.1 %) to spare");
  assert.equal(verdict(2280, 1000), "missed by 1,280 (128.0 %)");
  assert.deepEqual(
    GOALS.map(({ build, figure, goal }) => `${build} ${figure} ${goal}`),
    [
      ["release octets 7800", "release m2Cold 72000", "release m2Warm 49000", "release touched 1408"],
      ["small octets 5450", "small m2Cold 100000", "small touched 1408"],
    ].flat(),
  );
});

const TABLE = { id: "t", title: "T", rows: [{ name: "a|b", n: 1234, is: true, not: null }], note: "N" };

test("Markdown: numbers to the right, bars escaped, the note below", () => {
  const text = "| name | n | is | not |\n| --- | --: | --- | --- |\n| a\\|b | 1,234 | yes | - |\n\nN";
  assert.equal(markdownTable(TABLE), text);
  assert.match(markdownPage("x", [TABLE]), /^# Bench: x\n\n.*npm run bench -- x --save.*\n\n## T\n\n\| name/);
});

test("a page's regions are filled, again and again, and only this bench's", () => {
  const page = "a\n<!-- bench x/t -->\nold\n<!-- end -->\nb\n<!-- bench y/t -->\nkept\n<!-- end -->\n";
  const once = filled(page, "x", [TABLE]);
  assert.ok(once.includes("| name |") && !once.includes("old") && once.includes("kept") && once.startsWith("a\n"));
  assert.equal(filled(once, "x", [TABLE]), once);
  assert.throws(() => filled("<!-- bench x/u -->\n<!-- end -->", "x", [TABLE]), /asks for x\/u; x has t/);
});

test("every bench is a file of bench/, and loads", async () => {
  assert.ok(benchNames().includes("core"));
  for (const name of benchNames()) {
    const bench = await loadBench(name);
    for (const part of ["measure", "tables", "figures"] as const) assert.equal(typeof bench[part], "function", name);
  }
});

test("ampcore bench: an unknown bench is a mistake in the call", async () => {
  const { code, stderr } = await ampcore(["bench", "cor"]);
  assert.equal(code, 2);
  assert.match(stderr, /^ampcore bench: no bench "cor"; there are .*core.*\n$/);
});
