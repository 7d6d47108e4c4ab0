/** The bench of the simulator, but for its clock: what it compares are counts, and what it simulates is what it says. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { simFigures } from "../../bench/sim/figures.ts";
import type { SimResult, Timing } from "../../bench/sim/result.ts";
import { simTables } from "../../bench/sim/tables.ts";
import { apart, together } from "../../bench/sim/worlds.ts";

/** `us`: of everything that a clock shows. */
function result(us: number, exchanges = 90): SimResult {
  const timing = (stations: number): Timing => ({
    stations,
    exchanges,
    m2s: 100,
    deaths: 3,
    repetitions: 5,
    virtual_s: 1,
    exchange_us: us,
    m2_us: us,
    stationSecond_us: us,
  });
  const sizes = [1, 10].map(timing);
  const hour = { virtual_s: 3600, exchanges, deaths: 3, wall_s: us, cpu_s: us };
  const machine = { node: "v0", cpu: "x" };
  return { machine, ample: timing(1), default: timing(4), apart: sizes, together: sizes, stationHour: hour };
}

test("a clock changes no figure that is compared; one exchange less does", () => {
  assert.deepEqual(simFigures(result(1)), simFigures(result(1e6)));
  const [good, worse] = [simFigures(result(1)), simFigures(result(1, 89))];
  assert.equal(good["ample: M2s without an M3"], 10);
  assert.equal(worse["ample: M2s without an M3"], 11);
  assert.equal(Object.keys(good).length, 3 * 6);
});

test("figures do not ask for the recorded trace, nor for a result of today's shape", () => {
  assert.deepEqual(simFigures({ ...result(1), stationHour: null }), simFigures(result(1)));
  assert.deepEqual(simFigures({}), {});
});

test("without a trace there is no hour; goals are met at their very figure, and missed behind it", () => {
  const ids = (one: SimResult) => simTables(one).map(({ id }) => id);
  assert.deepEqual(ids(result(1)), ["speed", "stations", "crowd", "hour"]);
  assert.deepEqual(ids({ ...result(1), stationHour: null }), ["speed", "stations", "crowd"]);
  const goalAt = (us: number) => simTables(result(us))[0].rows[0].goal;
  assert.equal(goalAt(50), "20,000: met");
  assert.equal(goalAt(50.1), "20,000: missed");
});

test("apart: every trigger of every station is an exchange, and none hears another", async () => {
  const simulation = await apart(3);
  simulation.advance(1);
  for (const { index, tally } of simulation.world.stations) {
    const { triggers } = simulation.cells[index];
    assert.ok(triggers >= 39, `${triggers} triggers in a second, one each 25 ms`);
    assert.deepEqual([tally.m1Heard, tally.m1Silent, tally.deaths], [triggers, 0, 0]);
    // The round of the last one may not be over yet.
    assert.ok(tally.confirmed >= triggers - 1, `${tally.confirmed} exchanges by ${triggers} triggers`);
  }
});

test("together: one trigger is an M2 of every station, and hardly an exchange", async () => {
  const simulation = await together(30);
  simulation.advance(1);
  const { stations } = simulation.world;
  const sum = (of: "m2Sent" | "confirmed") => stations.reduce((all, { tally }) => all + tally[of], 0);
  assert.equal(sum("m2Sent"), 30 * simulation.cells[0].triggers);
  assert.ok(sum("confirmed") < 0.5 * sum("m2Sent"), "sixteen slots for thirty");
});
