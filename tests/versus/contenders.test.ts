/** AMP beside RSN in the simulator: what each brings, that the books balance, that losses are made good. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { RsnAp } from "../../host/rsn/ap/rsnap.ts";
import { AA } from "../../host/rsn/pair.ts";
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

test("what goes over the air is paid: receiver and transmitter are on for just so long, and each frame that is lost is sent again", () => {
  for (const loss of [0, 0.3]) {
    const air = { loss_up: loss, loss_down: loss };
    const scenario = scenarioOn(1e-3, { duration_s: 20, stations: { count: 1, vStart_V: 3 }, air });
    const { cell, stations } = rsnRun({ scenario, module: materials.baseline, akm: 2 });
    const [{ supply, tally }] = stations;
    assert.equal(tally.deaths, 0);
    const spent = (load: "tx" | "rx"): number => supply.ledger.ofPhase(load) / supply.loads[load].power_W;
    const { frames, airtime_s } = cell.up;
    assert.ok(Math.abs(spent("tx") / airtime_s - 1) < 1e-9, `sends for ${spent("tx")} s of ${airtime_s} s`);
    // It is not there for every Beacon.
    assert.ok(spent("rx") > 0 && spent("rx") < cell.down.airtime_s, `receives for ${spent("rx")} s`);
    const { readings } = tally;
    const least = readings / (1 - loss);
    assert.ok(frames > 0.9 * least && frames < 1.1 * least + 20, `${frames} frames up for ${readings} readings`);
  }
});

test("an AP that never answers is asked again every 4 s; a reading that comes out as another is a violation", (t) => {
  const receive = RsnAp.prototype.receive;
  const mock = t.mock.method(RsnAp.prototype, "receive", () => ({ frames: [] }));
  const scenario = scenarioOn(1e-3, { duration_s: 20, stations: { count: 1, vStart_V: 3 } });
  const [{ tally }] = rsnRun({ scenario, module: materials.baseline, akm: 2 }).stations;
  assert.ok(tally.associationsBegun === 5, `${tally.associationsBegun} in 20 s`);
  mock.mock.mockImplementation(function (this: RsnAp, octets: Uint8Array, now_s: number) {
    const { msdu, ...outcome } = receive.call(this, octets, now_s);
    return msdu ? { ...outcome, msdu: { ...msdu, octets: msdu.octets.map((octet) => octet ^ 1) } } : outcome;
  });
  const { violations, readings } = lived(RSN[0], scenario, materials);
  assert.ok(violations === readings && readings > 100, `${violations} of ${readings}`);
});

test("a station that the AP has given up hears it behind its reading, and associates again", (t) => {
  const receive = RsnAp.prototype.receive;
  let isForgotten = false;
  t.mock.method(RsnAp.prototype, "receive", function (this: RsnAp, octets: Uint8Array, now_s: number) {
    // A Deauthentication in the station's name, once.
    if (now_s > 5 && !isForgotten) {
      isForgotten = true;
      receive.call(this, Uint8Array.of(0xc0, 0, 0, 0, ...AA, ...octets.subarray(10, 16), ...AA, 0, 0, 3, 0), now_s);
    }
    return receive.call(this, octets, now_s);
  });
  const scenario = scenarioOn(1e-3, { duration_s: 20, stations: { count: 1, vStart_V: 3 } });
  const { cell, stations } = rsnRun({ scenario, module: materials.baseline, akm: 2 });
  assert.equal(cell.refused, 1);
  assert.equal(stations[0].tally.portsOpened, 2);
  assert.ok(stations[0].tally.readings > 700, `${stations[0].tally.readings} readings`);
});

test("a third of all frames lost: an MPDU is sent again, readings come through whole, and each costs more", () => {
  const clear = lived(RSN[0], scenarioOn(10e-6, { duration_s: 20 }), materials);
  const lossy = lived(
    RSN[0],
    scenarioOn(10e-6, { duration_s: 20, air: { loss_up: 0.33, loss_down: 0.33 } }),
    materials,
  );
  assert.equal(lossy.violations, 0);
  assert.ok(lossy.readings > 0 && lossy.readings < clear.readings, `${lossy.readings} of ${clear.readings}`);
  assert.ok(lossy.readings > 0.8 * clear.readings, "and nearly all come through");
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
