import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { readScenario, ScenarioError, withSettings } from "../../host/sim/scenario/read.ts";

const BUILT_IN = new URL("../../host/sim/scenario/built-in/", import.meta.url);
const defaults = readScenario("", "nothing");

test("the documented default is the default: every key is there with the value it has when it is left out", () => {
  assert.deepEqual(readScenario(readFileSync(new URL("default.yaml", BUILT_IN), "utf8"), "default.yaml"), defaults);
  const keys = (value: object): string[] =>
    Object.entries(value).flatMap(([key, inner]) =>
      typeof inner === "object" && inner !== null && !Array.isArray(inner) ? [key, ...keys(inner)] : [key],
    );
  const text = readFileSync(new URL("default.yaml", BUILT_IN), "utf8");
  for (const key of keys(defaults)) assert.match(text, new RegExp(`^ *${key}:`, "m"), `${key} is documented`);
});

test("every built-in scenario is one", () => {
  const files = readdirSync(BUILT_IN);
  assert.ok(files.length >= 4, `${files}`);
  for (const file of files) {
    const { name } = readScenario(readFileSync(new URL(file, BUILT_IN), "utf8"), file);
    assert.equal(`${name}.yaml`, file);
  }
});

const MISTAKES: readonly (readonly [yaml: string, sentence: RegExp])[] = [
  ["stations: {cuont: 3}", /^s\.yaml: there is no key stations\.cuont; the keys there are count, module, /],
  ["sations: {}", /^s\.yaml: there is no key sations; the keys there are scenario, name, /],
  [
    "stations: {count: many}",
    /^s\.yaml: stations\.count is "many", where a whole number from 1 to 10,000 is expected$/,
  ],
  ["stations: {count: 0}", /stations\.count is 0, where a whole number/],
  ["stations: {count: 1.5}", /stations\.count is 1\.5, where a whole number/],
  ["stations: 3", /stations is 3, where a part with keys of its own is expected$/],
  ["stations:", /stations is null, where a part with keys of its own is expected$/],
  ["- 1", /the scenario is \[1\], where a part with keys/],
  ["duration_s: -1", /duration_s is -1, where a number above 0 is expected$/],
  ["duration_s: .nan", /duration_s is NaN, where a number above 0 is expected$/],
  ["duration_s: .inf", /duration_s is Infinity, where a number above 0 is expected$/],
  ["air: {loss_up: 1.01}", /air\.loss_up is 1\.01, where a probability, 0 to 1 is expected$/],
  [
    "harvest: {source: sun}",
    /harvest\.source is "sun", where one of energizer, constant, markov, fitted, trace is expected$/,
  ],
  ["stations: {distance_m: [5]}", /stations\.distance_m is \[5\], where a pair of distances above 0/],
  [
    "converter: 3",
    /^s\.yaml: converter is 3, where null, the name of a converter, or a part with name, file, storage and/,
  ],
  [
    "converter: {nam: bq25570}",
    /^s\.yaml: there is no key converter\.nam; the keys there are name, file, storage, source_V$/,
  ],
  ["converter: {source_V: 0}", /converter\.source_V is 0, where a voltage above 0, or null is expected$/],
  ["supervisor: slow", /supervisor is "slow", where null, or a part with check_ms, /],
  [
    "supervisor: {check_ms: -1}",
    /supervisor\.check_ms is -1, where a number of milliseconds of at least 0, or null is expected$/,
  ],
  ["ap: {slot_us: none}", /ap\.slot_us is "none", where auto, or a number of microseconds above 0 is expected$/],
  ["ap: {ul_rate_kbps: 500}", /ap\.ul_rate_kbps is 500, where one of 250, 1000, 4000 is expected$/],
  ["override: {mcu: {clock_Hz: fast}}", /override\.mcu is .*, where a set of numbers/],
  ["scenario: 2", /scenario is 2, where 1, the version of this format is expected$/],
  [
    "stations: {count: 3}\nstations: {count: 4}",
    /^s\.yaml, line 2, column 1: this is no YAML: map keys must be unique$/,
  ],
  ["a: [", /^s\.yaml, line 1, column \d+: this is no YAML: /],
];

for (const [yaml, sentence] of MISTAKES) {
  test(`a mistake is told in one sentence: ${JSON.stringify(yaml)}`, () => {
    assert.throws(
      () => readScenario(yaml, "s.yaml"),
      (error) => {
        assert.ok(error instanceof ScenarioError, String(error));
        assert.match(error.message, sentence);
        assert.ok(!error.message.includes("\n"), "one line");
        return true;
      },
    );
  });
}

test("single values are set by their path; a path that is none is told", () => {
  const settings = new Map<string, unknown>([
    ["stations.count", 7],
    ["override.storage.capacitance_F", 22e-6],
    ["duration_s", 3],
  ]);
  const changed = withSettings(defaults, settings, "--set");
  assert.deepEqual(changed, {
    ...defaults,
    duration_s: 3,
    stations: { ...defaults.stations, count: 7 },
    override: { ...defaults.override, storage: { capacitance_F: 22e-6 } },
  });
  assert.equal(defaults.stations.count, 4, "the one before is as it was");
  const set = (path: string, value: unknown) => () => withSettings(defaults, new Map([[path, value]]), "--set");
  const made = withSettings(defaults, new Map([["supervisor.check_ms", 64]]), "--set").supervisor;
  assert.equal(made?.check_ms, 64, "a part that is not there comes with its defaults");
  assert.equal(made?.vOn_V, null);
  assert.equal(withSettings(defaults, new Map([["converter", "bq25504"]]), "--set").converter?.name, "bq25504");
  assert.throws(set("supervisor.chek_ms", 3), /no key supervisor\.chek_ms; the keys there are check_ms, vOn_V, vOff_V/);
  assert.throws(set("harvest.trace.cell.lux", 3), /^ScenarioError: --set: there is no key harvest\.trace\.cell\.lux/);
  assert.throws(set("stations.cout", 3), /^ScenarioError: --set: there is no key stations\.cout; the keys there are /);
  assert.throws(set("statons.count", 3), /^ScenarioError: --set: there is no key statons\.count; the keys there are /);
  assert.throws(set("stations.count.x", 3), /^ScenarioError: --set: there is no key stations\.count\.x/);
  assert.throws(set("stations.__proto__.x", 3), /^ScenarioError: --set: there is no key/);
  assert.throws(set("stations.count", "x"), /^ScenarioError: --set: stations\.count is "x"/);
});
