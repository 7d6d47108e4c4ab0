/** PROTOCOL.md 4.2: which slot a station takes, and when it stays silent. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseSlot, type SlotChoice, slotStart_us } from "../../host/channel/slots.ts";
import { ACCESS, type TriggerInfo } from "../../host/wire/triggerinfo.ts";
import { seededRandom } from "../twin/life.ts";

const RANDOM_SLOTS: TriggerInfo = {
  sessionId: 0,
  acwe: 0,
  ulRate: 1,
  access: ACCESS.randomSlots,
  slots: 8,
  slotDuration_4us: 25,
};
const ALONE: TriggerInfo = { ...RANDOM_SLOTS, access: ACCESS.thisStationOnly };

/** Numbers that were laid out beforehand; it is an error to draw more. */
function scripted(...numbers: number[]): () => number {
  return () => numbers.shift() ?? assert.fail("one number too many was drawn");
}

function counts(info: TriggerInfo, ready_us: number, draws: number): Map<SlotChoice, number> {
  const random = seededRandom(5);
  const seen = new Map<SlotChoice, number>();
  for (let i = 0; i < draws; i++) {
    const choice = chooseSlot(info, ready_us, random);
    seen.set(choice, (seen.get(choice) ?? 0) + 1);
  }
  return seen;
}

test("for one station: the first slot whose start it can meet, and no chance in it", () => {
  const starts = Array.from({ length: ALONE.slots }, (_, k) => slotStart_us(k, ALONE));
  for (const ready_us of [-100, 0, 10, 10.001, 109.9, 110, 110.125, 500, 709, 710]) {
    const first = starts.findIndex((start_us) => start_us >= ready_us);
    assert.equal(chooseSlot(ALONE, ready_us, scripted()), first, `ready at ${ready_us}`);
  }
  assert.equal(chooseSlot(ALONE, 710.1, scripted()), "too late");
});

test("random slots: ABOC from [0, 2^ACWE - 1], silent from n on, and no number is drawn for a slot then", () => {
  const info = { ...RANDOM_SLOTS, acwe: 4 };
  assert.equal(chooseSlot(info, 0, scripted(7.99 / 16, 0)), 0, "ABOC 7 of 8 slots");
  assert.equal(chooseSlot(info, 0, scripted(8 / 16)), "backed off", "ABOC 8");
  assert.equal(chooseSlot(info, 0, scripted(0.9999)), "backed off", "ABOC 15");
  assert.equal(chooseSlot({ ...info, acwe: 0 }, 0, scripted(0.9999, 0)), 0, "ACWE 0: ABOC 0 always");
  const backedOff = counts(info, 0, 8000).get("backed off") ?? 0;
  assert.ok(Math.abs(backedOff - 4000) < 200, `half of 8000 within 4.5 sigma: ${backedOff}`);
});

test("random slots: uniform among those that it can meet, whatever ABOC was", () => {
  // Ready behind the start of slot 2 (at 210 us): 3 to 7 are left.
  const seen = counts({ ...RANDOM_SLOTS, acwe: 3 }, 211, 10_000);
  assert.deepEqual([...seen.keys()].sort(), [3, 4, 5, 6, 7]);
  for (const [slot, times] of seen)
    assert.ok(Math.abs(times - 2000) < 180, `slot ${slot}: ${times} of 2000, 4.5 sigma`);
  assert.equal(chooseSlot(RANDOM_SLOTS, 211, scripted(0, 0.9999)), 7);
  assert.equal(chooseSlot(RANDOM_SLOTS, 711, scripted(0)), "too late");
});

test("slots of no length all start at once: a station that is late for one is late for all", () => {
  const info = { ...ALONE, slotDuration_4us: 0 };
  assert.deepEqual([chooseSlot(info, 10, scripted()), chooseSlot(info, 10.1, scripted())], [0, "too late"]);
});
