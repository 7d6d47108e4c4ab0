/** AMP beside RSN in the simulator: what each brings, that the books balance, that losses are made good. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { rsnRun } from "../../host/rsn/sim/run.ts";
import { ScenarioError } from "../../host/sim/scenario/read.ts";
import { AMP, CONTENDERS, type Lived, lived, type VersusMaterials } from "../../host/versus/contenders.ts";
import { chargeOf, scenarioOn, versusMaterials } from "./materials.ts";

let materials: VersusMaterials;
before(async () => {
  materials = await versusMaterials();
});

const RSN = CONTENDERS.filter((one) => one !== AMP);

test("a charge of 4.7 uF brings AMP readings and RSN none, whatever its AKM; from 47 uF on RSN's are more", () => {
  const readings = (capacitance_F: number): number[] =>
    CONTENDERS.map((one) => lived(one, chargeOf(capacitance_F), materials).readings);
  const [amp, ...rsn] = readings(4.7e-6);
  assert.ok(amp > 0, `AMP brought ${amp}`);
  assert.deepEqual(rsn, [0, 0, 0, 0]);
  const [ampOfMore, ...rsnOfMore] = readings(47e-6);
  for (const more of rsnOfMore) assert.ok(more > ampOfMore, `RSN brought ${more}, AMP ${ampOfMore}`);
});

test("the same scenario is lived the same way twice, and another seed is another run", () => {
  const run = (seed: number): Lived => lived(RSN[0], scenarioOn(10e-6, { duration_s: 10, seed }), materials);
  assert.deepEqual(run(1), run(1));
  assert.notDeepEqual(run(1), run(2));
});

for (const one of RSN) {
  test(`${one.name}: every joule is accounted for, and what stations sent is what the AP took`, () => {
    const { violations, lives, deaths, readings, fruitful, harvested_J, spent_J } = lived(
      one,
      scenarioOn(10e-6, { duration_s: 30 }),
      materials,
    );
    assert.equal(violations, 0);
    assert.ok(lives > deaths && deaths > 0, `${lives} lives, ${deaths} deaths`);
    assert.ok(readings > fruitful && fruitful > 0, `${readings} readings in ${fruitful} lives`);
    assert.ok(spent_J < harvested_J, "no more is spent than was harvested");
  });
}

test("a third of all frames lost: an MPDU is sent again, readings come through whole, and each costs more", () => {
  const clear = lived(RSN[0], scenarioOn(10e-6, { duration_s: 20 }), materials);
  const lossy = lived(
    RSN[0],
    scenarioOn(10e-6, { duration_s: 20, air: { loss_up: 0.33, loss_down: 0.33 } }),
    materials,
  );
  assert.equal(lossy.violations, 0);
  assert.ok(lossy.readings > 0 && lossy.readings < clear.readings, `${lossy.readings} of ${clear.readings}`);
  assert.ok((lossy.perReading_J ?? 0) > (clear.perReading_J ?? 0), "a frame that is sent again is paid again");
});

test("all frames lost: no reading, and nobody waits for ever within the call", () => {
  const { readings, fruitful, wastedShare } = lived(
    RSN[0],
    scenarioOn(10e-6, { duration_s: 20, air: { loss_up: 1 } }),
    materials,
  );
  assert.deepEqual([readings, fruitful, wastedShare], [0, 0, 1]);
});

test("on a clear air neither side refuses a frame of the other", () => {
  for (const { akm, isCached } of RSN) {
    if (akm === undefined) continue;
    const scenario = scenarioOn(22e-6, { duration_s: 10 });
    const { cell, stations } = rsnRun({ scenario, module: materials.baseline, akm, isCached });
    assert.equal(cell.refused + cell.wrong + cell.lost, 0);
    for (const { tally } of stations) assert.equal(tally.refused, 0);
  }
});

test("what a scenario holds and a baseline has not is refused in one sentence", () => {
  for (const more of [{ air: { channels: 2 } }, { air: { replay_up: 0.1 } }, { stations: { data_frames: 1 } }]) {
    assert.throws(
      () => lived(RSN[0], scenarioOn(10e-6, more), materials),
      (error) =>
        error instanceof ScenarioError && /where .*baseline/.test(error.message) && !error.message.includes("\n"),
    );
  }
  const backscatter = { stations: { radio: "backscatter-15uW" } };
  assert.throws(() => lived(RSN[0], scenarioOn(10e-6, backscatter), materials), /3\.5\.1 refuses/);
});
