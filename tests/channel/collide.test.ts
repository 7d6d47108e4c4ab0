/** The capture rule, by hand and against properties; and the path loss. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Arrival, heard, receivedByAp_dBm } from "../../host/channel/collide.ts";

/** Times in microseconds, so that a row can be read. */
function arrival(from_us: number, end_us: number, power_dBm: number, sync_us = 12): Arrival {
  return { from_s: from_us / 1e6, end_s: end_us / 1e6, sync_s: sync_us / 1e6, power_dBm };
}

test("one alone is heard, however weak; those that do not overlap are heard all", () => {
  const [a, b] = [arrival(0, 100, -120), arrival(100, 200, -30)];
  assert.deepEqual(heard([a], 10), [a]);
  assert.deepEqual(heard([a, b], 10), [a, b], "one ends as the other begins");
  assert.deepEqual(heard([], 10), []);
});

test("of two the stronger is heard from the capture ratio on, and below it none", () => {
  const weak = arrival(0, 100, -60);
  for (const [power_dBm, captures] of [
    [-60, false],
    [-50.1, false],
    [-49.9, true],
  ] as const) {
    const strong = arrival(5, 105, power_dBm);
    assert.deepEqual(heard([weak, strong], 10), captures ? [strong] : [], `${power_dBm} dBm against -60`);
  }
});

test("what disturbs is the sum of all others: ten at -60 dBm are one at -50 dBm", () => {
  const others = Array.from({ length: 10 }, () => arrival(0, 100, -60));
  const [just, barely] = [arrival(0, 100, -39.9), arrival(0, 100, -40.1)];
  assert.deepEqual(heard([...others, just], 10), [just]);
  assert.deepEqual(heard([...others, barely], 10), []);
});

test("a receiver that is held by an earlier frame hears no later one, and the earlier is drowned", () => {
  const early = arrival(0, 100, -60);
  const [inSync, late] = [arrival(12, 110, -30), arrival(12.1, 110, -30)];
  assert.deepEqual(heard([early, inSync], 10), [inSync], "before the end of the early one's sync");
  assert.deepEqual(heard([early, late], 10), []);
  const strongEarly = arrival(0, 100, -20);
  assert.deepEqual(heard([strongEarly, late], 9), [strongEarly], "a strong early one stands");
});

test("frames that overlap the same one but not each other both disturb it, and neither disturbs the other", () => {
  const [long, first, second] = [arrival(0, 300, -60), arrival(0, 90, -45), arrival(200, 290, -45)];
  assert.deepEqual(heard([long, first, second], 10), [first], "the second found the receiver held");
});

test("of frames that all overlap one at most is heard: the strongest; power for all alike changes nothing", () => {
  const any = fc.record({ from: fc.integer({ min: 0, max: 50 }), power: fc.integer({ min: -90, max: -30 }) });
  fc.assert(
    fc.property(fc.array(any, { minLength: 2, maxLength: 8 }), fc.integer({ min: 0, max: 20 }), (list, ratio_dB) => {
      const arrivals = list.map(({ from, power }) => arrival(from, 200, power));
      const winners = heard(arrivals, ratio_dB);
      assert.ok(winners.length <= 1, "one at most");
      const most = Math.max(...arrivals.map(({ power_dBm }) => power_dBm));
      for (const { power_dBm } of winners) assert.equal(power_dBm, most);
      const louder = arrivals.map((one) => ({ ...one, power_dBm: one.power_dBm + 7 }));
      assert.deepEqual(
        heard(louder, ratio_dB).map((one) => louder.indexOf(one)),
        winners.map((one) => arrivals.indexOf(one)),
      );
    }),
    { numRuns: 300, seed: 3 },
  );
});

test("path loss is free space's: 40.2 dB at a metre of 2.437 GHz, 20 dB more at ten", () => {
  // 20 log10(4 pi 2.437e9 / c)
  assert.ok(Math.abs(receivedByAp_dBm(1) - -20 * Math.log10((4 * Math.PI * 2.437e9) / 299_792_458)) < 1e-9);
  assert.ok(Math.abs(receivedByAp_dBm(1) - -40.18) < 0.01);
  assert.ok(Math.abs(receivedByAp_dBm(1) - receivedByAp_dBm(10) - 20) < 1e-9);
});
