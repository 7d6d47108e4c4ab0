/** A converter and a supervisor between source and station: what they change in a run, and what they leave as it was. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { drawnFor_W } from "../../host/energy/converter.ts";
import { CONVERTERS } from "../../host/energy/profiles/converters.ts";
import { powerOf } from "../../host/energy/traces/power.ts";
import type { CurveRecording, PointRecording } from "../../host/energy/traces/recording.ts";
import { loadsOf } from "../../host/sim/loads.ts";
import { profilesOf } from "../../host/sim/profiles.ts";
import type { Result } from "../../host/sim/result.ts";
import { broken, builtIn, type Changes, changed, DEFAULTS, simulated } from "../support/simulated.ts";

const CONVERTER = { name: "bq25570", file: null, storage: null, source_V: null };
const SUPERVISOR = { check_ms: null, vOn_V: null, vOff_V: null, brownout_V: null, brownoutDrain_A: null };

function result(changes: Changes, from = DEFAULTS): Result {
  const run = simulated(changed(changes, from));
  assert.deepEqual(broken(run), []);
  return run.result;
}

test("the slow supervisor: the same harvest gives half as many readings again to a comparator that sees at once", () => {
  const slow = result({}, builtIn("slow-supervisor"));
  const quick = result({ supervisor: { ...SUPERVISOR, check_ms: 0 } }, builtIn("slow-supervisor"));
  const [one_J, other_J] = [slow, quick].map(({ energy }) => energy.harvest.harvested_J);
  assert.ok(Math.abs(one_J / other_J - 1) < 1e-9, `the sources are the same: ${one_J} J and ${other_J} J`);
  assert.ok(quick.readings > 1.3 * slow.readings, `${quick.readings} readings, and ${slow.readings} behind 64 ms`);
  // Why: no life is ended by a look, all by the MCU's own brown-out, and dead MCUs then drain what is left.
  assert.ok(slow.deaths.total > 100, `${slow.deaths.total} deaths`);
  assert.deepEqual(slow.deaths.byCause, { "brown-out": slow.deaths.total });
  assert.equal(quick.deaths.byCause, undefined);
  const { leaked_J, harvested_J } = slow.energy.harvest;
  assert.ok(leaked_J > 0.1 * harvested_J, `${leaked_J} J of ${harvested_J} J went through dead MCUs`);
  assert.ok(quick.energy.harvest.leaked_J < 0.01 * harvested_J, "without them next to nothing leaks");
  assert.ok(slow.lives < 0.6 * quick.lives, `${slow.lives} lives, and ${quick.lives}: recharging takes longer`);
  const page = readFileSync(new URL("../../docs/CONVERTERS.md", import.meta.url), "utf8");
  for (const [looks, { readings, lives, energy }] of Object.entries({ "each 64 ms": slow, "at once": quick })) {
    const per_mJ = (readings / (1e3 * energy.harvest.harvested_J)).toPrecision(3);
    const row = [looks, readings, per_mJ, lives].map((cell) => cell.toLocaleString("en")).join(" | ");
    assert.ok(page.includes(`| ${row} |`), `docs/CONVERTERS.md has the row ${row}`);
    assert.ok(
      page.includes(` | ${(1e3 * energy.harvest.leaked_J).toPrecision(looks === "at once" ? 2 : 3)} mJ |`),
      looks,
    );
  }
});

test("a station that draws little outlives its V_off until the look, which ends its life in whatever it does", () => {
  const { deaths } = result({
    duration_s: 20,
    harvest: { scale: 0.5 },
    stations: { mcu: "stm32u5" },
    supervisor: { ...SUPERVISOR, check_ms: 7.3, vOff_V: 2.4 },
  });
  assert.ok((deaths.byCause?.supervisor ?? 0) > 10, JSON.stringify(deaths.byCause));
  assert.ok(deaths.instants >= 5, `a look does not wait for the end of a call: ${deaths.instants} instants within one`);
  assert.equal(deaths.total, (deaths.byCause?.supervisor ?? 0) + (deaths.byCause?.["brown-out"] ?? 0));
});

test("without converter and supervisor nothing is told of them, and a comparator alone changes no event", () => {
  const plain = simulated(changed({ duration_s: 2 }));
  assert.ok(!("converter" in plain.result.scenario) && !("supervisor" in plain.result.scenario), "they are left out");
  assert.ok(!("byCause" in plain.result.deaths) && !("converter" in plain.result.profiles), "so are their figures");
  const seen = simulated(changed({ duration_s: 2, supervisor: { ...SUPERVISOR, check_ms: 0 } }));
  assert.deepEqual(seen.lives, plain.lives);
  assert.deepEqual(seen.result.energy, plain.result.energy);
});

test("supervisors of different stations look at different instants, and the same ones in every run", () => {
  const ups = (): number[] => {
    const { lives } = simulated(changed({ duration_s: 5 }, builtIn("slow-supervisor")));
    return [0, 1, 2, 3].map((index) => (lives.find(({ station }) => station === index)?.up_s ?? 0) % 64e-3);
  };
  const first = ups();
  assert.equal(new Set(first.map((up_s) => up_s.toFixed(6))).size, 4, `${first}`);
  assert.deepEqual(ups(), first);
});

test("behind a buck converter every load takes more from the storage, by the table and its own current", () => {
  const [plain, behind] = [null, CONVERTER].map((converter) => profilesOf({ ...DEFAULTS, converter }));
  const [direct, drawn] = [loadsOf(plain), loadsOf(behind)];
  for (const name of Object.keys(direct) as (keyof typeof direct)[]) {
    const wanted_W = drawnFor_W(CONVERTERS.bq25570, direct[name].power_W);
    assert.ok(wanted_W > direct[name].power_W, name);
    assert.ok(
      Math.abs(drawn[name].power_W / wanted_W - 1) < 1e-12,
      `${name}: ${drawn[name].power_W} W, not ${wanted_W} W`,
    );
    const parts_W = drawn[name].parts.reduce((sum, { power_W }) => sum + power_W, 0);
    assert.ok(Math.abs(parts_W / drawn[name].power_W - 1) < 1e-12, `${name}: its parts are all of it`);
  }
  const { vOn_V, vOff_V, vMax_V } = behind.storage;
  assert.deepEqual([vOn_V.value, vOff_V.value, vMax_V.value], [3, 2.4, 5.5]);
  assert.equal(behind.supervisor?.check_s.value, 64e-3);
  // 1.8 V at the MCU are 2.0 V at the storage.
  assert.equal(behind.supervisor?.brownout_V.value, 2);
});

test("what an exchange takes is reckoned behind the converter, and so are the charges that it needs", () => {
  const plain = result({ duration_s: 0.1 }).needs;
  const behind = result({ duration_s: 0.1, converter: { ...CONVERTER, source_V: 1 } }).needs;
  assert.equal(behind.length, plain.length);
  for (const [i, { cold, charge_J, mcu }] of behind.entries()) {
    const ratio = cold.e_J / plain[i].cold.e_J;
    assert.ok(ratio > 1 / 0.93 && ratio < 1 / 0.73, `${mcu}: ${ratio} times as much`);
    assert.ok(Math.abs(charge_J / ((10e-6 * (9 - 2.4 ** 2)) / 2) - 1) < 1e-12, `${mcu}: ${charge_J} J a charge`);
  }
});

const times_s = Float64Array.of(0, 1);
const POINTS: PointRecording = {
  kind: "points",
  times_s,
  end_s: 2,
  v_V: Float64Array.of(3.9, 2.9),
  i_A: Float64Array.of(300e-6, 200e-6),
};
const CURVES: CurveRecording = {
  kind: "curves",
  times_s,
  end_s: 2,
  v_V: Float64Array.of(0, 2, 4),
  i_A: Float64Array.of(400e-6, 390e-6, 0, 200e-6, 190e-6, 0),
};

for (const [name, recording] of [
  ["points", POINTS],
  ["curves", CURVES],
] as const) {
  for (const converter of ["bq25504", "bq25570", "diode-capacitor"] as const) {
    test(`${name} through ${converter}: stations live on it, the books close and no rule is broken`, () => {
      const scenario = changed({
        duration_s: 6,
        harvest: { source: "trace", trace: { file: "x" } },
        converter: { ...CONVERTER, name: converter },
      });
      const run = simulated(scenario, { recording });
      assert.deepEqual(broken(run), []);
      const { readings, energy, hashes, profiles } = run.result;
      assert.ok(readings > 20, `${readings} readings`);
      assert.ok(energy.harvest.imbalance < 1e-9, `${energy.harvest.imbalance}`);
      assert.match(hashes.power ?? "", /^[0-9a-f]{64}$/);
      assert.equal((profiles.converter as { name: string }).name, converter);
      const all_W = name === "points" ? (3.9 * 300e-6 + 2.9 * 200e-6) / 2 : (2.05 * 390e-6 + 2.05 * 190e-6) / 2;
      assert.ok(energy.meanHarvest_W < all_W, `${energy.meanHarvest_W} W of ${all_W} W`);
      assert.ok(energy.meanHarvest_W > 0.1 * all_W, `${energy.meanHarvest_W} W of ${all_W} W`);
    });
  }
}

test("without a converter a recording is the power of its source", () => {
  const scenario = changed({ duration_s: 2, harvest: { source: "trace", trace: { file: "x" } } });
  const [whole, power] = [simulated(scenario, { recording: CURVES }), simulated(scenario, { trace: powerOf(CURVES) })];
  assert.ok(whole.lives.length > 0, "stations live");
  assert.deepEqual(whole.lives, power.lives);
});

test("through a diode no storage is charged above the source: at 2.9 V less 0.3 V a station that needs 3 V never wakes", () => {
  const weak = { ...POINTS, v_V: Float64Array.of(2.9, 2.9) };
  const scenario = changed({
    duration_s: 6,
    stations: { count: 1 },
    harvest: { source: "trace", trace: { file: "x" } },
    converter: { ...CONVERTER, name: "diode-capacitor" },
    supervisor: { ...SUPERVISOR, vOn_V: 3 },
  });
  const { result: told } = simulated(scenario, { recording: weak });
  assert.equal(told.lives, 0);
  assert.ok(Math.abs(told.stations[0].v_V - 2.6) < 1e-9, `${told.stations[0].v_V} V`);
});

test("what does not fit together is told in one sentence", () => {
  const cases: readonly (readonly [Changes, RegExp])[] = [
    [
      { converter: CONVERTER },
      /^ScenarioError: the source is known by its power alone, where the efficiency of bq25570 depends/,
    ],
    [
      { converter: { ...CONVERTER, name: "bq" } },
      /^ScenarioError: converter\.name is "bq", where one of diode-capacitor, /,
    ],
    [
      { converter: { ...CONVERTER, file: "f.yaml" } },
      /^ScenarioError: converter\.file is "f\.yaml", which nobody has read$/,
    ],
    [
      { converter: CONVERTER, harvest: { source: "trace", trace: { file: "x" } } },
      /^ScenarioError: harvest\.source is trace, where harvest\.trace\.file has to name one$/,
    ],
    [
      { supervisor: { ...SUPERVISOR, vOn_V: 4 } },
      /^EnergyError: storage: vMax_V is 3\.6 V, where a finite number of at least vOn_V/,
    ],
    [
      { supervisor: { ...SUPERVISOR, check_ms: 64, vOff_V: 3 } },
      /^EnergyError: supervisor: it turns off below 3 V, where at least 1\.8 V, /,
    ],
  ];
  for (const [changes, message] of cases) assert.throws(() => simulated(changed(changes)), message);
});
