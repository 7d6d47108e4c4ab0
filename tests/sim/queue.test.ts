import assert from "node:assert/strict";
import { test } from "node:test";
import { Queue } from "../../host/sim/queue.ts";
import { seededRandom } from "../twin/life.ts";

test("an empty queue has nothing before Infinity, and nothing to take", () => {
  const queue = new Queue();
  assert.deepEqual([queue.size, queue.next_s], [0, Number.POSITIVE_INFINITY]);
  assert.throws(() => queue.pop(), { name: "RangeError", message: "nothing is left to happen" });
});

test("whatever goes in comes out by time, and at one instant by number: as a sorted list has it", () => {
  const random = seededRandom(5);
  const queue = new Queue();
  let list: [number, number][] = [];
  for (let step = 0; step < 5000; step++) {
    if (list.length === 0 || random() < 0.52) {
      // Few instants, so that many fall together.
      const entry: [number, number] = [Math.floor(20 * random()) / 4, Math.floor(50 * random())];
      queue.push(...entry);
      list = [...list, entry].sort(([a, i], [b, j]) => a - b || i - j);
    } else {
      const [[time_s, number], ...rest] = list;
      assert.equal(queue.next_s, time_s);
      assert.equal(queue.pop(), number);
      list = rest;
    }
    assert.equal(queue.size, list.length);
  }
  assert.ok(list.length > 50, "it grew");
});
