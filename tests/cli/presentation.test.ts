/** How a result is told: numbers, bars, lines that fit, rules in one line or in detail. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bar } from "../../host/cli/run/bar.ts";
import { invariantsText } from "../../host/cli/run/invariants.ts";
import { summaryText } from "../../host/cli/run/summary.ts";
import { drawsUnicode, renderTable, wrapped } from "../../host/cli/terminal.ts";
import { chosen, count, figures, percent, si } from "../../host/text/units.ts";
import { resultFor } from "../readme/regions.ts";

const PLAIN = { needs: false, verbose: false };
const short = resultFor("default", { duration: "3" });

test("numbers have three figures and a prefix, and what is rounded up gets the next one", () => {
  const cases: [number, string, string][] = [
    [5.6e-6, "J", "5.60 uJ"],
    [999.6e-6, "J", "1.00 mJ"],
    [99.96e-6, "J", "100 uJ"],
    [0, "J", "0 J"],
    [128e6, "Hz", "128 MHz"],
    [9.78e6, "Ohm", "9.78 MOhm"],
    [5000, "s", "5,000 s"],
    [3e-15, "J", "0.00300 pJ"],
    [999_000, "s", "999,000 s"],
    [3_030_846, "s", "3,030,846 s"],
    [999_600_000, "s", "1.00e9 s"],
    [999e9, "Hz", "999,000 MHz"],
    [2.5e15, "Hz", "2.50e15 Hz"],
    [1e300, "W", "1.00e300 W"],
    [-1e300, "W", "-1.00e300 W"],
    [4e-300, "W", "4.00e-300 W"],
    [Number.POSITIVE_INFINITY, "Ohm", "Infinity Ohm"],
  ];
  for (const [value, unit, told] of cases) assert.equal(si(value, unit), told);
  assert.deepEqual([99.94, 99.96, 1234.5, 0].map(figures), ["99.9", "100", "1,235", "0"]);
  assert.deepEqual([60, 0.025, 86_400].map(chosen), ["60", "0.025", "86,400"]);
  assert.deepEqual([1e12, 1e300, 1.25e-9].map(chosen), ["1,000,000,000,000", "1e300", "1.25e-9"]);
  assert.deepEqual([1e12, 1e300, 1.25e-9].map(figures), ["1,000,000,000,000", "1.00e300", "1.25e-9"]);
});

test("a share that is not nothing is not told as nothing; one is singular, none is no", () => {
  assert.deepEqual([0, 1e-9, 0.0005, 0.123, 1].map(percent), ["0.0 %", "< 0.1 %", "0.1 %", "12.3 %", "100.0 %"]);
  assert.deepEqual(
    [0, 1, 2000].map((n) => count(n, "death")),
    ["no deaths", "1 death", "2,000 deaths"],
  );
});

test("bars are of blocks on a terminal of UTF-8, of # elsewhere, and never longer than their place", () => {
  const environment = { ...process.env };
  const inLocale = (lang: string, isTTY: boolean): boolean => {
    Object.assign(process.env, { LC_ALL: "", LC_CTYPE: "", LANG: lang });
    return drawsUnicode({ isTTY });
  };
  const answers = [inLocale("de_DE.UTF-8", true), inLocale("C", true), inLocale("C.utf8", false)];
  Object.assign(process.env, environment);
  assert.deepEqual(answers, [true, false, false]);
  assert.deepEqual([bar(1, 8, true), bar(0.5, 8, true), bar(1e-6, 8, true)], ["████████", "████", "▏"]);
  assert.deepEqual([bar(1, 8, false), bar(0.5, 8, false), bar(0, 8, false)], ["########", "####", ""]);
});

test("words are wrapped within the width, columns of words kept, later lines indented", () => {
  assert.equal(wrapped("  label   one two three", "    ", 17), "  label   one two\n    three");
  assert.equal(wrapped("one", "", 2), "one");
  assert.equal(wrapped("", "", 10), "");
  const table = renderTable([{ energy: "5.60 uJ" }, { energy: "10 uJ" }], ["energy"]);
  assert.equal(table, " energy\n5.60 uJ\n  10 uJ");
});

test("the summary: what was taken first, the verdict last, and no line wider than 100", async () => {
  const result = await short;
  for (const wishes of [PLAIN, { needs: true, verbose: true }]) {
    const lines = summaryText(result, wishes).trimEnd().split("\n");
    assert.deepEqual(
      lines.filter((line) => line.length > 100),
      [],
    );
  }
  const plain = summaryText(result, PLAIN);
  assert.match(plain, /^default: 4 stations for 3 s, seed 1\n.*\n\n {2}readings taken {4}[1-9]/);
  assert.match(
    plain,
    /\n {2}one exchange {6}takes [\d.]+ uJ, a charge gives 28\.8 uJ: \d\.\d to a charge, within the bands perhaps\n/,
  );
  assert.match(
    plain,
    /\n0 violations in [\d,]+ checks of AMP-R1, .*, section 6 and energy\nnothing in this run could show AMP-R6\n/,
  );
  assert.ok(!plain.includes("least capacitor"), "the table of needs is for --needs");
  assert.match(summaryText(result, { needs: true, verbose: false }), /least capacitor/);
});

test("phases stand in the order of a life; energy and deaths add up to the last row", async () => {
  const { energy, deaths } = await short;
  const [, table = ""] = /\nphase +energy.*\n([\s\S]*?\nall .*)\n/.exec(summaryText(await short, PLAIN)) ?? [];
  const rows = table.split("\n").map((line) => line.split(/ {2,}/));
  const told = energy.byPhase.filter(({ phase, e_J }) => e_J > 0 || deaths.byPhase[phase]).map(({ phase }) => phase);
  assert.deepEqual(
    rows.map(([phase]) => phase),
    [...told, "all"],
  );
  assert.equal(rows.at(-1)?.[1], si(energy.total.e_J, "J"));
  assert.equal(rows.at(-1)?.at(-1), `${deaths.total}`);
});

test("without a confirmed reading the needs of every MCU are told, and that this one never gets through", async () => {
  const result = await resultFor("tgbp-active", { duration: "1" });
  const text = summaryText(result, PLAIN);
  assert.match(text, /\n {2}readings taken {4}none\n/);
  assert.match(text, /a charge gives 315 nJ: not on a charge alone, that needs [\d.]+ uF\n/);
  for (const { mcu } of result.needs) assert.match(text, new RegExp(`\\n${mcu} .* no .* uF\\n`));
  assert.match(text, /^tgbp-active: 1 station for 1 s/);
});

test("a broken rule is told at the top, in detail and in the verdict; all rules with --verbose", async () => {
  const result = await short;
  const [broken, ...others] = result.invariants;
  const first = "station 2 sent PN 5 after 7";
  const invariants = [{ ...broken, checked: 2000, violations: 3, first }, ...others];
  const spoilt = { ...result, invariants, violations: 3 };
  const text = summaryText(spoilt, PLAIN);
  assert.match(text, /^default: .*\n.*\n3 violations: see the end\n/);
  assert.match(
    text,
    /\nRules\n {2}AMP-R1 {5}broken 3 times of 2,000\n {4}no key.*\n {4}first: station 2 sent PN 5 after 7\n\n3 violations in /,
  );
  assert.ok(!invariantsText(spoilt, false).includes("held"), "only what is broken");
  const all = invariantsText(result, true);
  for (const { rule, says } of result.invariants)
    assert.ok(all.includes(rule) && all.includes(says.slice(0, 40)), rule);
  assert.match(all, /AMP-R6 +not seen/);
});

test("where computing takes longer than all slots the run says so, and what would help", async () => {
  const set = ["ap.slots=1", "ap.slot_us=2000"];
  const { warnings } = await resultFor("default", { duration: "0.1", set });
  assert.equal(warnings.length, 1);
  assert.match(
    warnings[0],
    /^no slot can be met: an M2 takes [\d.]+ ms from the end of M1, and the only slot begins after 10 us; more/,
  );
  const { warnings: none } = await resultFor("default", { duration: "0.1" });
  assert.deepEqual(none, []);
});
