/** What the stations of a fleet have in common: one field where it is wished, and the warning that says so. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { cellScenario, type FleetWish, placeOf } from "../../host/fleet/plan.ts";
import { fleetResult } from "../../host/fleet/result.ts";
import { harvestsOf, harvestWarnings } from "../../host/sim/harvests.ts";
import { streamsOf } from "../../host/sim/streams.ts";
import { crypto, materials, run, scenarioOf, wishOf } from "./bed.ts";

const SEGMENTS = 40;

/** What the first station of a cell harvests, segment by segment, W. */
function harvestOf(wish: FleetWish, cell: number): number[] {
  const scenario = cellScenario(wish, cell, crypto);
  const place = placeOf(wish, cell, [cell], crypto);
  const harvest = harvestsOf(scenario, streamsOf(crypto, scenario.seed), undefined, place)(0);
  return Array.from({ length: SEGMENTS }, (_, i) => harvest.power_W(i));
}

test("harvest.offset none is one field for all cells, and random is another for each", () => {
  const fields = (offset: string): number[][] => {
    const wish = wishOf({ scenario: scenarioOf({ harvest: { source: "energizer", offset } }), energizer_m: [3, 3] });
    return [0, 1, 3].map((cell) => harvestOf(wish, cell));
  };
  const [first, ...others] = fields("none");
  for (const other of others) assert.deepEqual(other, first);
  const [one, two] = fields("random");
  assert.notDeepEqual(one, two);
  assert.ok(new Set(first).size > SEGMENTS / 4, "and it fades");
});

test("a station stands in one place of a cell, however often it comes, and in another of another", () => {
  const wish = wishOf({ energizer_m: [2, 4] });
  // Station 7 begins in the cell, goes, and comes again as its fourth.
  const [here, there] = [0, 1].map((cell) => placeOf(wish, cell, [7, 1, 2, 7], crypto));
  for (const at of ["energizerAt_m", "apAt_m"] as const) {
    assert.equal(here[at](0), here[at](3));
    assert.notEqual(here[at](0), here[at](1));
    assert.notEqual(here[at](0), there[at](0));
  }
  assert.deepEqual(here.rootOf(0), there.rootOf(3), "its root is its own wherever it is");
});

test("the warning of a field in step counts the stations of the fleet", async () => {
  const scenario = scenarioOf({ duration_s: 0.2, harvest: { source: "energizer", offset: "none" } });
  const wish = wishOf({ scenario });
  const { warnings } = fleetResult(wish, await run(wish), materials, { version: "test" });
  assert.deepEqual(warnings, ["all 20 stations see the same harvest at the same time: they live and die together"]);
});

test("a trace that is not looped is seen by all from its beginning, and is told to be in step", () => {
  const recorded = { times_s: Float64Array.of(0, 1, 2), power_W: Float64Array.of(1, 2, 3), end_s: 3 };
  for (const [loop, says] of [
    [false, /^all 3 stations see the same harvest at the same time/],
    [true, /^one trace feeds 3 stations, each from a random place in it/],
  ] as const) {
    const trace = { file: "any.csv", loop };
    const scenario = scenarioOf({ stations: { count: 3 }, harvest: { source: "trace", offset: "random", trace } });
    const harvest = harvestsOf(scenario, streamsOf(crypto, 1), recorded);
    const firsts = new Set([0, 1, 2].map((station) => harvest(station).end_s(0)));
    assert.equal(firsts.size === 1, !loop);
    assert.match(harvestWarnings(scenario).join(), says);
  }
});
