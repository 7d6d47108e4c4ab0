/** What a fleet says, reckoned by hand from what two cells told: nothing lived here. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FleetCell } from "../../host/fleet/cell.ts";
import { axisEnd } from "../../host/fleet/page/lines.tsx";
import { factsOf, fleetResult, isLived, stationRows } from "../../host/fleet/result.ts";
import type { CellTold, Visit } from "../../host/fleet/told.ts";
import { crypto, materials, scenarioOf, wishOf } from "./bed.ts";

const NOTHING: Omit<Visit, "station" | "cell" | "from_s" | "until_s"> = {
  ...{ lives: 1, deaths: 0, m1Heard: 10, m2Sent: 0, m2Collided: 0, confirmed: 0, first_s: null, up_s: 1 },
  ...{ spent_J: 1, harvested_J: 2, useful_J: 0.25, wasted_J: 0.5, collided_J: 0 },
};
const visit = (station: number, cell: number, from_s: number, until_s: number, changed: Partial<Visit>): Visit => ({
  ...{ ...NOTHING, station, cell, from_s, until_s },
  ...changed,
});
const cell = (number: number, visits: Visit[], taken: number, deaths: Record<string, number>): CellTold => ({
  ...{ cell: number, visits, triggers: 50, taken, violations: 0, deathsByPhase: deaths },
  verdicts: [{ rule: "AMP-R1", says: "", checked: 5, violations: 0 }] as unknown as CellTold["verdicts"],
});

/** Station 0 moves to access point 1 and is read there, station 2 goes the other way and is not; station 1 stays. */
const CELLS: readonly CellTold[] = [
  cell(
    0,
    [
      visit(0, 0, 0, 4, { confirmed: 2, m2Sent: 4, m2Collided: 1, first_s: 1, collided_J: 0.125, deaths: 1 }),
      visit(1, 0, 0, 10, { confirmed: 3, m2Sent: 4, first_s: 2, up_s: 4 }),
      visit(2, 0, 7, 10, { m2Sent: 2, m2Collided: 2, collided_J: 0.25 }),
    ],
    6,
    { mic: 1 },
  ),
  cell(
    1,
    [visit(2, 1, 0, 5, { confirmed: 1, m2Sent: 2, first_s: 4.5 }), visit(0, 1, 6, 10, { confirmed: 1, first_s: 6.5 })],
    2,
    { mic: 2 },
  ),
];
const WISH = wishOf({ stations: 3, aps: 2, movesPerHour: 60, scenario: scenarioOf({ duration_s: 10 }) });
const close = (found: number | null, expected: number): void =>
  assert.ok(found !== null && Math.abs(found - expected) < 1e-12, `${found}, ${expected} expected`);

test("each figure of a fleet is what its name says of what the cells told", () => {
  const run = { cells: CELLS, moves: { left: 2, came: 2 } };
  const result = fleetResult(WISH, run, materials, { version: "test" });
  const { readings, fairness, frames, energy, moves, firstReading_s } = result;
  assert.deepEqual([readings.taken, readings.confirmed, readings.perSecond], [8, 7, 0.8]);
  assert.equal(readings.perSecondAndAp, 0.4);
  close(readings.perSlot, 8 / (2 * 50 * 24));
  // Confirmed by station, wherever: 3, 3, 1. Taken by access point: 6, 2.
  close(fairness.stations, 49 / (3 * 19));
  close(fairness.aps, 64 / (2 * 40));
  assert.deepEqual([frames.triggers, frames.m1Heard, frames.m2Sent, frames.m2Collided], [100, 50, 12, 3]);
  close(frames.collidedShare, 3 / 12);
  assert.deepEqual([energy.spent_J, energy.harvested_J, energy.useful_J, energy.wasted_J], [5, 10, 1.25, 2.5]);
  close(energy.collidedShare, 0.375 / 5);
  close(energy.perReading_J, 5 / 7);
  assert.deepEqual([result.lives, result.deaths], [5, { total: 1, byPhase: { mic: 3 } }]);
  close(result.availability, 8 / (4 + 10 + 3 + 5 + 4));
  // A station's first reading is the first of all its stays; behind a move it is counted from coming.
  assert.deepEqual([firstReading_s.p10, firstReading_s.p50, firstReading_s.p90], [1, 2, 4.5]);
  assert.deepEqual(moves, {
    ...{ left: 2, came: 2 },
    firstReading_s: { p10: 0.5, p50: 0.5, p90: null, count: 2, never: 1 },
  });
  assert.deepEqual(
    result.aps.map(({ ap, stations, taken, confirmed, m2Sent, m2Collided }) => [
      ...[ap, stations, taken, confirmed, m2Sent, m2Collided],
    ]),
    [
      [0, 3, 6, 5, 10, 3],
      [1, 2, 2, 2, 2, 0],
    ],
  );
  assert.deepEqual(
    stationRows(CELLS.flatMap(({ visits }) => visits)).map(({ station, visits, first_s, confirmed }) => [
      ...[station, visits, first_s, confirmed],
    ]),
    [
      [0, 2, 1, 3],
      [1, 1, 2, 3],
      [2, 2, 4.5, 1],
    ],
  );
  assert.deepEqual(result.fleet, factsOf(WISH));
  assert.ok(isLived(result) && !isLived({ fleet: factsOf(WISH), refused: "why" }));
});

test("of a fleet that never brought anything there is nothing to divide by", () => {
  const cells = CELLS.map((one) => ({
    ...one,
    ...{ taken: 0, triggers: 0, visits: [visit(one.cell, one.cell, 0, 10, { spent_J: 0, up_s: 0 })] },
  }));
  const run = { cells, moves: { left: 0, came: 0 } };
  const { readings, fairness, frames, energy, firstReadingBy_s } = fleetResult(WISH, run, materials, { version: "" });
  assert.deepEqual([readings.perSlot, fairness, frames.collidedShare], [null, { stations: null, aps: null }, null]);
  assert.deepEqual([energy.collidedShare, energy.perReading_J], [null, null]);
  assert.ok(firstReadingBy_s.length === 100 && firstReadingBy_s.every((one) => one === null));
});

test("what is wasted without a collision is not what collisions cost, and of a crowd it is a part of it", () => {
  const scenario = scenarioOf({ duration_s: 3, air: { loss_down: 0.4 } });
  const visitsOf = (stations: number): readonly Visit[] => {
    const wish = wishOf({ stations, aps: 1, energizer_m: [2, 2], scenario });
    const lived = new FleetCell(wish, 0, materials, crypto);
    lived.advance(Number.POSITIVE_INFINITY);
    return lived.told().visits;
  };
  const [alone] = visitsOf(1);
  assert.ok(alone.wasted_J > 0 && alone.m2Sent > alone.confirmed);
  assert.deepEqual([alone.m2Collided, alone.collided_J], [0, 0]);
  const crowd = visitsOf(8);
  const sum = (of: (one: Visit) => number): number => crowd.reduce((total, one) => total + of(one), 0);
  assert.ok(sum((one) => one.m2Collided) > 20);
  const [collided_J, wasted_J] = [sum((one) => one.collided_J), sum((one) => one.wasted_J)];
  assert.ok(collided_J > 0 && collided_J < wasted_J, `${collided_J} J of ${wasted_J} J`);
});

test("an axis of the page ends at a number that is read at a glance, and so does its half", () => {
  const ends = [1, 1.01, 2.5, 4.21, 0.5, 0.7, 0.3, 9, 2116, 4000, 8001, 1e-7];
  assert.deepEqual(ends.map(axisEnd), [1, 2, 3, 5, 0.5, 0.8, 0.3, 10, 3000, 4000, 10_000, 1e-7]);
});
