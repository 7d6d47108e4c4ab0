/** A fleet against plain simulations of its cells, against the theory of slotted access, and against itself with other workers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FleetCell } from "../../host/fleet/cell.ts";
import { Crew } from "../../host/fleet/crew.ts";
import { apAddress, cellOf, cellScenario, firstOf, placeOf, stationAddress } from "../../host/fleet/plan.ts";
import { fleetResult, stationRows } from "../../host/fleet/result.ts";
import { jain, percentilesOf, quantile, spreadOf } from "../../host/fleet/statistics.ts";
import { decodeRecord } from "../../host/keys/record.ts";
import { Simulation } from "../../host/sim/simulation.ts";
import { crypto, materials, run, scenarioOf, wishOf } from "./bed.ts";

const told = (wish: Parameters<typeof run>[0], ran: Awaited<ReturnType<typeof run>>) =>
  JSON.stringify([fleetResult(wish, ran, materials, { version: "test" }), ran]);

test("a fleet is the same octets for any number of workers, with moves and without", async () => {
  for (const movesPerHour of [0, 900]) {
    const wish = wishOf({ movesPerHour });
    const [one, three] = [told(wish, await run(wish, 1)), told(wish, await run(wish, 3))];
    assert.equal(one, three);
  }
  const [wish, other] = [1, 2].map((seed) => wishOf({ scenario: { ...scenarioOf(), seed } }));
  assert.notEqual(told(wish, await run(wish)), told(other, await run(other)), "and others for another seed");
});

test("each cell is the simulation that its scenario and place make, and totals are their sums", async () => {
  const wish = wishOf();
  const { cells } = await run(wish, 2);
  const result = fleetResult(wish, { cells, moves: { left: 0, came: 0 } }, materials, { version: "test" });
  let [taken, spent_J] = [0, 0];
  for (const { cell, visits, triggers } of cells) {
    const scenario = cellScenario(wish, cell, crypto);
    const first = firstOf(wish, cell);
    const numbers = Array.from({ length: scenario.stations.count }, (_, i) => first + i);
    const plain = new Simulation(scenario, { ...materials, place: placeOf(wish, cell, numbers, crypto) });
    plain.advance(Number.POSITIVE_INFINITY);
    assert.equal(triggers, plain.cells[0].triggers);
    assert.deepEqual(
      visits.map(({ confirmed, lives, spent_J: own_J, m2Collided }) => [confirmed, lives, own_J, m2Collided]),
      plain.world.stations.map(({ tally, supply }) => [
        ...[tally.confirmed, tally.lives, supply.capacitor.spent_J, tally.m2Collided],
      ]),
    );
    taken += plain.port.taken.reduce((sum, one) => sum + one, 0);
    for (const { supply } of plain.world.stations) spent_J += supply.capacitor.spent_J;
  }
  assert.equal(result.readings.taken, taken);
  assert.ok(Math.abs(result.energy.spent_J - spent_J) < 1e-12 * spent_J);
  assert.ok(taken > 100);
});

test("every station is in one cell from the beginning, and has an address of its own", () => {
  for (const [stations, aps] of [
    [10, 3],
    [100, 7],
    [100_000, 9_999],
    [5, 5],
  ]) {
    const sizes = Array.from(
      { length: aps },
      (_, cell) => firstOf({ stations, aps }, cell + 1) - firstOf({ stations, aps }, cell),
    );
    assert.equal(
      sizes.reduce((sum, size) => sum + size, 0),
      stations,
    );
    assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1 && Math.min(...sizes) >= 1);
    for (let station = 0; station < stations; station += 7) {
      const cell = cellOf({ stations, aps }, station);
      const first = firstOf({ stations, aps }, cell);
      assert.ok(first <= station && station < firstOf({ stations, aps }, cell + 1));
    }
  }
  const addresses = [0, 1, 255, 256, 65_535, 65_536, 99_999].map((station) => stationAddress(station).join());
  assert.equal(new Set(addresses).size, addresses.length);
});

test("stations that remember nothing answer as slotted ALOHA has it: each time in any of the slots that they can meet", async () => {
  // Power without end, equal distances, and none that is heard above another.
  const scenario = scenarioOf({
    duration_s: 20,
    harvest: { source: "constant", constant: { power_W: 1 } },
    stations: { distance_m: [2, 2] },
    ap: { trigger_period_s: 0.05, slots: 24 },
  });
  const [k, cells] = [4, 8];
  const wish = wishOf({ scenario, stations: k * cells, aps: cells, energizer_m: [3, 3] });
  const ran = await run(wish, 2);
  const result = fleetResult(wish, ran, materials, { version: "test" });
  const { m2Sent, m2Collided } = result.frames;
  // Slots are drawn of all, and who draws one that comes too early draws again of the others: n of them are left to be met.
  const simulation = new Simulation(cellScenario(wish, 0, crypto), materials);
  const { plan } = simulation.world;
  const slot_us = plan.slot_s * 1e6;
  const early = Math.ceil((plan.ready_us - 10) / slot_us);
  const n = plan.info.slots - Math.max(0, early);
  const expected = 1 - (1 - 1 / n) ** (k - 1);
  const share = m2Collided / m2Sent;
  // Those of one round depend on each other: as many draws as rounds are taken to be independent, and five deviations.
  const deviation = Math.sqrt((expected * (1 - expected)) / (m2Sent / k));
  assert.ok(m2Sent > 8000, `${m2Sent} M2s`);
  assert.ok(Math.abs(share - expected) < 5 * deviation, `${share} collided, ${expected} of ${n} slots expected`);
});

test("who moves is away for as long as that takes, begins with nothing, and is read at the next access point", async () => {
  const wish = wishOf({ movesPerHour: 1800, scenario: scenarioOf({ duration_s: 12 }) });
  const ran = await run(wish, 2);
  const result = fleetResult(wish, ran, materials, { version: "test" });
  assert.ok(result.moves.came > 10, `${result.moves.came} came`);
  assert.equal(result.violations, 0);
  const visits = ran.cells.flatMap((cell) => cell.visits).sort((a, b) => a.station - b.station || a.from_s - b.from_s);
  assert.equal(stationRows(visits).length, wish.stations);
  assert.equal(visits.length, wish.stations + result.moves.came);
  for (const [i, visit] of visits.entries()) {
    const before = visits[i - 1];
    if (before?.station !== visit.station) {
      assert.equal(visit.from_s, 0);
      continue;
    }
    assert.ok(visit.from_s >= before.until_s + wish.away_s, "away for as long as it takes");
    assert.notEqual(visit.cell, before.cell);
  }
  const arrived = visits.filter(({ from_s }) => from_s > 0);
  assert.ok(
    arrived.some(({ confirmed }) => confirmed > 0),
    "and it is read there",
  );
});

test("a station brings its record alone: its counter goes on rising, its PMK is derived anew, its capacitor is empty", () => {
  const wish = wishOf({ movesPerHour: 60, scenario: scenarioOf({ duration_s: 10 }) });
  const [from, to] = [0, 1].map((cell) => new FleetCell(wish, cell, materials, crypto));
  const station = 3;
  for (const cell of [from, to]) cell.advance(4);
  const before = from.leaves(station, 4);
  to.comes(station, 4, before);
  to.advance(8);
  const behind = to.leaves(station, 8);
  const [left, came] = [before, behind].map((record) => decodeRecord(record));
  assert.ok(came.counter > left.counter, `${left.counter}, then ${came.counter}`);
  const cached = (record: Uint8Array, aa: Uint8Array): boolean => Buffer.from(record).includes(Buffer.from(aa));
  assert.deepEqual([cached(before, apAddress(0)), cached(before, apAddress(1))], [true, false]);
  assert.deepEqual([cached(behind, apAddress(0)), cached(behind, apAddress(1))], [false, true]);
  from.advance(Number.POSITIVE_INFINITY);
  to.advance(Number.POSITIVE_INFINITY);
  const [there, here] = [from.told(), to.told()].map((told) => told.visits.find((one) => one.station === station));
  assert.ok(there && here && there.until_s === 4 && here.from_s === 4 && here.until_s === 8);
  // Four seconds of harvest and no more: what it spent there is less than what it harvested there.
  assert.ok(here.confirmed > 0 && here.harvested_J > here.spent_J);
  assert.throws(() => from.leaves(station, 9), /station 3 is not in cell 0/);
});

test("a thread that ends before its cells have is one sentence", async () => {
  const crew = new Crew({ module: materials.module }, 2);
  const asked = crew.begin(wishOf());
  const refused = assert.rejects(asked, {
    name: "FleetError",
    message: /^worker [12] of 2 ended \(exit code \d\) before its cells had$/,
  });
  await crew.close();
  await refused;
});

test("what no fleet can be is one sentence", async () => {
  for (const [changed, says] of [
    [{ aps: 30 }, /^there are 30 access points for 20 stations/],
    [{ scenario: scenarioOf({ air: { channels: 2 } }) }, /^air\.channels is 2, where 1 is expected/],
    [{ movesPerHour: 60, aps: 1 }, /^stations move, and there is one access point/],
    [{ movesPerHour: 60, scenario: scenarioOf({ converter: "bq25570" }) }, /^converter is set, and stations move/],
    [{ movesPerHour: 60, scenario: scenarioOf({ ap: { root_update_every_s: 1 } }) }, /^ap\.root_update_every_s is set/],
    [
      { scenario: scenarioOf({ harvest: { source: "constant" } }) },
      /^harvest\.source is constant, where only an energizer/,
    ],
  ] as const) {
    await assert.rejects(run(wishOf(changed)), { name: "ScenarioError", message: says });
  }
});

test("Jain's index and quantiles are those of their definitions", () => {
  assert.equal(jain([5, 5, 5]), 1);
  assert.equal(jain([9, 0, 0]), 1 / 3);
  assert.equal(jain([0, 0]), null);
  const shares = [1, 2, 3, 4, 10];
  const mean = 4;
  const variance = shares.reduce((sum, x) => sum + (x - mean) ** 2, 0) / shares.length;
  // The same by the coefficient of variation: J = 1 / (1 + c^2).
  assert.ok(Math.abs((jain(shares) as number) - 1 / (1 + variance / mean ** 2)) < 1e-12);
  assert.deepEqual(
    [10, 50, 90, 100].map((percent) => quantile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], percent)),
    [1, 5, 9, 10],
  );
  const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
  assert.deepEqual(percentilesOf([...hundred].reverse()), hundred, "each per cent by its own rank");
  assert.deepEqual(
    [24, 25, 26, 75, 76, 100].map((percent) => percentilesOf([4, 2, null, 3])[percent - 1]),
    [2, 2, 3, 4, null, null],
  );
  assert.deepEqual(percentilesOf([])[49], null);
  assert.deepEqual(spreadOf([3, null, 1, null]), { p10: 1, p50: 3, p90: null, count: 4, never: 2 });
});
