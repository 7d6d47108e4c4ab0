/** A scenario in an address comes out as it went in; what was changed on the way is refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { builtInNames, builtInText } from "../../host/cli/run/scenarios.ts";
import { FIELDS, shifted } from "../../host/play/fields.ts";
import { filledFrom, scenarioOf } from "../../host/play/worker/filled.ts";
import { fragmentOf, linked } from "../../host/play/worker/link.ts";
import { readScenario, withSettings } from "../../host/sim/scenario/read.ts";
import type { Scenario } from "../../host/sim/scenario/schema.ts";

const BUILT_IN = builtInNames().map((name) => readScenario(builtInText(name), name));
const RICH = withSettings(
  BUILT_IN[0],
  new Map<string, unknown>([
    ["name", "a name & more = 100 % #1 \u{1f50b}"],
    ["override.mcu.clock_Hz", 64e6],
    ["override.storage.capacitance_F", 1.2e-6],
    ["harvest.constant.power_W", 0.1 + 0.2],
    ["stations.distance_m", [0.3, 7.25]],
    ["supervisor.check_ms", 64],
    ["converter.name", "bq25504"],
    ["seed", 2 ** 32 - 1],
  ]),
  "",
);

test("every built-in scenario, and one with keys of all kinds, goes into an address and comes out the same", () => {
  for (const scenario of [...BUILT_IN, RICH]) {
    const fragment = fragmentOf({ scenario });
    assert.match(fragment, /^[\x21-\x7e]*$/, "nothing that an address would have to escape");
    assert.equal(new URL(`https://example.org/#${fragment}`).hash.slice(1), fragment);
    assert.deepEqual(linked(fragment).scenario, scenario, scenario.name);
  }
});

test("numbers of any size come out to the last bit, through the address and through the form", () => {
  const number = fc.double({ min: 1e-12, max: 1e12, noNaN: true });
  fc.assert(
    fc.property(
      number,
      number,
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      fc.string({ minLength: 1 }),
      (power_W, period_s, seed, name) => {
        const settings = new Map<string, unknown>([
          ["harvest.constant.power_W", power_W],
          ["ap.trigger_period_s", period_s],
          ["override.storage.capacitance_F", power_W],
          ["seed", seed],
          ["name", name],
        ]);
        const scenario = withSettings(BUILT_IN[0], settings, "");
        assert.deepEqual(linked(fragmentOf({ scenario })).scenario, scenario);
        assert.deepEqual(scenarioOf(filledFrom(scenario)).scenario, scenario);
      },
    ),
    { numRuns: 100 },
  );
});

test("every scenario fills the form and is read from it again, keys without a field among them", () => {
  for (const scenario of [...BUILT_IN, RICH] as Scenario[]) {
    const filled = filledFrom(scenario);
    assert.deepEqual(scenarioOf(filled), { scenario, sentences: {} }, scenario.name);
    assert.equal(Object.keys(filled.texts).length, FIELDS.length);
  }
  assert.match(filledFrom(RICH).more, /^override\.mcu\.clock_Hz=64000000$/m);
});

test("a fragment that was cut off, or has one character changed, left out or put in, is refused with a sentence", () => {
  const fragment = fragmentOf({ scenario: RICH, traceHash: "ab".repeat(32) });
  assert.equal(linked(fragment).traceHash, "ab".repeat(32));
  for (let at = 0; at < fragment.length; at++) {
    const damaged = [
      fragment.slice(0, at),
      fragment.slice(0, at) + fragment.slice(at + 1),
      `${fragment.slice(0, at)}${fragment[at] === "7" ? "8" : "7"}${fragment.slice(at + 1)}`,
      `${fragment.slice(0, at)}x${fragment.slice(at)}`,
    ];
    for (const text of damaged) {
      if (text === "" || text === fragment) continue;
      assert.throws(
        () => linked(text),
        { name: "ScenarioError", message: /^(the scenario in|this) .*address.*/ },
        text,
      );
    }
  }
  for (const foreign of ["top", "section-3", "a=1&check=00000000", "%", "check=", "&check=00000000"]) {
    assert.throws(() => linked(foreign), { name: "ScenarioError" }, foreign);
  }
});

test("a decimal point is moved without rounding", () => {
  for (const [text, by, expected] of [
    ["100", -6, "0.0001"],
    ["0.0001", 6, "100"],
    ["1.2e-6", 6, "1.2"],
    ["-2.50", 3, "-2500"],
    ["0", -6, "0"],
    [".5", 0, "0.5"],
    ["1e3", -3, "1"],
    ["abc", -6, "abc"],
    ["", -6, ""],
    [".", 3, "."],
  ] as const) {
    assert.equal(shifted(text, by), expected, `${text} by ${by}`);
  }
});
