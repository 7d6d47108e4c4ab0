/*
 * Changes of a downlink frame that know its fields (PROTOCOL.md section 2): one field is given a value that means
 * something there, and half of the time the FCS is made right again, so that the checks behind it are reached.
 */
import type { Stream } from "../../sim/streams.ts";
import { FC } from "../../wire/fc.ts";
import { BROADCAST_ID, MAC } from "../../wire/mac.ts";
import { putLe16, readLe16 } from "../../wire/octets.ts";
import { TRIGGER } from "../../wire/trigger.ts";
import { ACCESS_FIELDS, UL_RATES_kbps } from "../../wire/triggerinfo.ts";
import { STEP_OCTETS_MAX, TAMPERS, TAMPERS_MAX, type Tamper } from "./step.ts";
import { withRightFcs } from "./tamper.ts";
import { DEVICE } from "./world.ts";

/** Octets at the edges of what a field may hold. */
const EDGES: readonly number[] = [0x00, 0x01, 0x02, 0x03, 0x07, 0x0f, 0x10, 0x3f, 0x40, 0x7f, 0x80, 0xf0, 0xfe, 0xff];
const INFO = MAC.body + TRIGGER.info;
const AA = MAC.body + TRIGGER.aa;
const NONCE = MAC.body + TRIGGER.aNonce;
const PN = MAC.body;
const SPA_OCTETS = 6;

type Change = (frame: Uint8Array, random: Stream) => Uint8Array;

const put =
  (at: number, value: (random: Stream) => number): Change =>
  (frame, random) => {
    if (at < frame.length) frame[at] = value(random);
    return frame;
  };
const edge = (random: Stream): number => EDGES[random.whole(EDGES.length)];
const octet = (random: Stream): number => random.whole(256);
const bit = (random: Stream): number => 1 << random.whole(8);

/** One field each. */
const CHANGES: readonly Change[] = [
  put(MAC.fc, (random) => Object.values(FC)[random.whole(Object.keys(FC).length)]),
  put(MAC.fc, octet),
  (frame, random) => {
    if (frame.length > MAC.tdc)
      putLe16(frame, MAC.id, [BROADCAST_ID, DEVICE.id, 0, random.whole(0x10000)][random.whole(4)]);
    return frame;
  },
  // TDC: the length that the frame has, any one bit flipped, any octet
  (frame) => {
    const body = frame.length - MAC.body - 2;
    if (body > 0) putLe16(frame, MAC.tdc, (readLe16(frame, MAC.tdc) & ~0x3f) | ((body - 1) & 0x3f));
    return frame;
  },
  (frame, random) => put(MAC.tdc + random.whole(2), (drawn) => frame[MAC.tdc] ^ bit(drawn))(frame, random),
  put(MAC.tdc, octet),
  put(MAC.tdc + 1, octet),
  put(INFO, octet),
  put(
    INFO + 1,
    (random) => (random.whole(UL_RATES_kbps.length + 1) << ACCESS_FIELDS.ulRate.at) | (random.whole(4) << 6),
  ),
  put(INFO + 2, edge),
  put(INFO + 5, edge),
  put(AA, (random) => (random.whole(2) === 0 ? 0x03 : octet(random))),
  (frame) => {
    if (frame.length >= AA + SPA_OCTETS) frame.set(DEVICE.spa, AA);
    return frame;
  },
  (frame, random) => put(NONCE + random.whole(32), octet)(frame, random),
  put(PN, (random) => (random.whole(2) === 0 ? 0 : 0xff)),
  put(PN + 1, edge),
  // the MIC, from behind
  (frame, random) => {
    const at = frame.length - 3 - random.whole(16);
    if (at > MAC.body) frame[at] ^= bit(random);
    return frame;
  },
  (frame, random) => frame.slice(0, random.whole(frame.length + 1)),
  (frame, random) => {
    const longer = new Uint8Array(
      Math.max(frame.length, Math.min(frame.length + 1 + random.whole(8), STEP_OCTETS_MAX)),
    );
    longer.set(frame);
    return longer;
  },
  (frame, random) => put(random.whole(Math.max(frame.length, 1)), octet)(frame, random),
  (frame, random) => put(random.whole(Math.max(frame.length, 1)), edge)(frame, random),
];

/** A changed copy, one to eight fields of it. */
export function changedFrame(frame: Uint8Array, random: Stream): Uint8Array {
  let changed: Uint8Array = frame.slice();
  for (let n = 1 << random.whole(4); n > 0; n--) changed = CHANGES[random.whole(CHANGES.length)](changed, random);
  return random.whole(2) === 0 ? withRightFcs(changed) : changed;
}

/** One tamper more for a frame that is not made yet; half of the time the FCS is made right behind it. */
export function moreTampers(before: readonly Tamper[], random: Stream): Tamper[] {
  const at = random.whole(2) === 0 ? random.whole(MAC.body + TRIGGER.aNonce) : random.whole(STEP_OCTETS_MAX);
  const value = random.whole(2) === 0 ? edge(random) : octet(random);
  const tamper: Tamper = { how: TAMPERS[random.whole(TAMPERS.length - 1)], at, value };
  const kept = before.filter(({ how }) => how !== "repair FCS").slice(2 - TAMPERS_MAX);
  const tampers = [...kept, tamper];
  return random.whole(2) === 0 ? [...tampers, { how: "repair FCS", at: 0, value: 0 }] : tampers;
}
