/** What comes between two orders to the threads of a fleet: who goes and leaves nothing, a trigger that is due at a mark, the end of a thread. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import { FleetCell } from "../../host/fleet/cell.ts";
import { Crew } from "../../host/fleet/crew.ts";
import { marksOf } from "../../host/fleet/itinerary.ts";
import { cellOf } from "../../host/fleet/plan.ts";
import { crypto, materials, run, scenarioOf, wishOf } from "./bed.ts";

/** Never without power, so that each reading that is taken is confirmed. */
const AMPLE = { source: "constant", constant: { power_W: 0.01 } };

test("who leaves at a mark leaves between two rounds, whatever the rounding of the period", async () => {
  for (const trigger_period_s of [0.1, 0.15, 0.3]) {
    const scenario = scenarioOf({ duration_s: 9, harvest: AMPLE, ap: { trigger_period_s, slots: 16 } });
    const wish = wishOf({ movesPerHour: 3000, away_s: 1, energizer_m: [3, 3], scenario });
    assert.ok([...marksOf(wish, crypto)].length > 4);
    const { cells, moves } = await run(wish);
    assert.ok(moves.left > 20);
    const confirmed = cells.flatMap(({ visits }) => visits).reduce((sum, visit) => sum + visit.confirmed, 0);
    const taken = cells.reduce((sum, cell) => sum + cell.taken, 0);
    assert.ok(taken > 0);
    assert.equal(taken, confirmed, `period ${trigger_period_s}: nothing is taken of those who have left`);
  }
});

test("who has gone is forgotten, but for what it counted", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const heap_KiB = (): number => {
    collect();
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return (heapUsed + arrayBuffers) / 1024;
  };
  const scenario = scenarioOf({ duration_s: 1000, harvest: AMPLE, ap: { trigger_period_s: 0.5, slots: 24 } });
  const wish = wishOf({ stations: 20, aps: 2, movesPerHour: 60, energizer_m: [3, 3], scenario });
  const cells = [0, 1].map((cell) => new FleetCell(wish, cell, materials, crypto));
  const movesUntil = (rounds: number, from_s: number): void => {
    for (let turn = 0; turn < rounds; turn++) {
      const at_s = from_s + turn;
      for (const cell of cells) cell.advance(at_s);
      const [from, to] = turn % 2 === 0 ? cells : [...cells].reverse();
      for (let station = 0; station < 10; station++) to.comes(station, at_s, from.leaves(station, at_s));
    }
  };
  movesUntil(10, 1);
  const before_KiB = heap_KiB();
  movesUntil(50, 11);
  const visits = 50 * 10;
  const each_KiB = (heap_KiB() - before_KiB) / visits;
  // A station with its device, its supply and its record takes 5 KiB more.
  assert.ok(each_KiB < 5, `${each_KiB} KiB a visit`);
  assert.ok(cells[0].advance(62));
});

test("a mark is the very instant of a trigger", () => {
  for (const trigger_period_s of [0.03, 0.06, 0.07, 0.15, 0.3, 0.7, 1.1]) {
    const scenario = scenarioOf({ duration_s: 3000, ap: { trigger_period_s, slots: 16 } });
    const triggers = new Set<number>();
    // As a cell has them: the first a period behind the beginning.
    for (let turn = 0; turn * trigger_period_s < 3000; turn++) triggers.add(trigger_period_s + turn * trigger_period_s);
    const marks = [...marksOf(wishOf({ movesPerHour: 3000, scenario }), crypto)];
    assert.ok(marks.length > 500);
    assert.deepEqual(
      marks.filter(({ at_s }) => !triggers.has(at_s)).map(({ at_s }) => at_s),
      [],
      `period ${trigger_period_s}`,
    );
  }
});

test("moves are drawn one by one as long as anybody asks, each from where the last one ended", () => {
  const scenario = scenarioOf({ duration_s: 1e9 });
  const wish = wishOf({ stations: 20, movesPerHour: 600, away_s: 2, scenario });
  const at = new Map(Array.from({ length: 20 }, (_, station) => [station, cellOf(wish, station)]));
  const stays_s: number[] = [];
  const came_s = new Map<number, number>();
  let last_s = 0;
  for (const { at_s, leaving, coming } of marksOf(wish, crypto)) {
    assert.ok(at_s > last_s && leaving.length + coming.length > 0);
    for (const { station, from, to, leaves_s } of leaving) {
      assert.deepEqual([at.get(station), leaves_s], [from, at_s]);
      assert.ok(to !== from && to >= 0 && to < wish.aps);
      at.delete(station);
      stays_s.push(at_s - (came_s.get(station) ?? 0));
    }
    for (const { station, to, leaves_s, comes_s } of coming) {
      assert.ok(comes_s === at_s && comes_s >= leaves_s + wish.away_s && !at.has(station));
      at.set(station, to);
      came_s.set(station, at_s);
    }
    last_s = at_s;
    if (stays_s.length >= 4000) break;
  }
  // The mean of what was drawn, and half a mark for the wait to the next one.
  const mean_s = stays_s.reduce((sum, one) => sum + one, 0) / stays_s.length;
  const [expected_s, deviation_s] = [6 + 0.5, 6 / Math.sqrt(stays_s.length)];
  assert.ok(Math.abs(mean_s - expected_s) < 5 * deviation_s, `${mean_s} s, ${expected_s} s expected`);
});

test("a thread that ended while it had no order is the same sentence at the next", { timeout: 30_000 }, async (t) => {
  const threads: Worker[] = [];
  const post = Worker.prototype.postMessage;
  t.mock.method(Worker.prototype, "postMessage", function (this: Worker, ...args: Parameters<typeof post>) {
    threads.push(this);
    return post.apply(this, args);
  });
  const crew = new Crew({ module: materials.module }, 2);
  try {
    await crew.begin(wishOf({ movesPerHour: 60 }));
    await crew.all(() => ({ kind: "until", at_s: 1, leaving: [] }));
    await threads[0].terminate();
    const asked = crew.all(() => ({ kind: "end" }));
    await assert.rejects(asked, { name: "FleetError", message: /^worker 1 of 2 ended \(exit code \d\) before/ });
  } finally {
    await crew.close();
  }
});
