/** The blocks of a capture file, and the order in which frames come into it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Capture } from "../../host/capture/capture.ts";
import { enhancedPacket, interfaceDescription, type Packet, sectionHeader } from "../../host/capture/pcapng.ts";
import { wholeOf } from "../../host/capture/whole.ts";
import type { Air } from "../../host/channel/medium.ts";
import { emitAck } from "../../host/wire/ack.ts";
import { concat, hex } from "../support/hex.ts";
import { EXAMPLE } from "../wire/vectors.ts";
import { type ReadPacket, readCapture } from "./read.ts";

const PACKET: Packet = {
  channel: 0,
  time_ns: 0,
  direction: "up",
  octets: hex(EXAMPLE.ccm.m2),
  whole_octets: EXAMPLE.ccm.m2.length / 2,
  comment: "a remark",
};

function written(packet: Packet): ReadPacket {
  const file = concat(sectionHeader("a test", "about it"), interfaceDescription("one"), enhancedPacket(packet));
  return readCapture(file).packets[0];
}

test("a packet is read back as it was written: octets of any length, time to the nanosecond over hours, direction", () => {
  for (const length of [0, 1, 2, 3, 4, 5, 43, 71]) {
    const octets = Uint8Array.from({ length }, (_, i) => i);
    for (const time_ns of [0, 1, 2 ** 32 - 1, 2 ** 32, 3_600_000_000_001, 2 ** 53 - 1]) {
      for (const direction of ["up", "down"] as const) {
        const packet = written({ ...PACKET, octets, whole_octets: 71, time_ns, direction });
        const { comment } = PACKET;
        assert.deepEqual(packet, {
          channel: 0,
          time_ns: BigInt(time_ns),
          octets,
          whole_octets: 71,
          comment,
          direction,
        });
      }
    }
  }
});

test("a time that is no whole number of nanoseconds, and a whole frame shorter than what is there, are RangeErrors", () => {
  for (const time_ns of [-1, 0.5, Number.NaN, 2 ** 53]) {
    assert.throws(() => enhancedPacket({ ...PACKET, time_ns }), /^RangeError: time_ns/);
  }
  assert.throws(() => enhancedPacket({ ...PACKET, whole_octets: 3 }), /^RangeError: whole_octets: 3 of/);
});

test("what the whole of a cut frame has is told by its TDC as soon as that is there, and by the type of an Ack", () => {
  for (const frame of [EXAMPLE.m1, EXAMPLE.ccm.m2, EXAMPLE.ccm.m3, EXAMPLE.ccm.dataUlPn2].map(hex)) {
    for (let length = 0; length <= frame.length; length++) {
      const whole = wholeOf(frame.subarray(0, length));
      assert.deepEqual(whole, length < 5 ? { octets: 8, isTold: false } : { octets: frame.length, isTold: true });
    }
  }
  assert.deepEqual(wholeOf(emitAck({ type: "Ack", id: 1 }).subarray(0, 1)), { octets: 4, isTold: true });
});

/** Frames of a test are told apart by their first octet. */
const air = (octet: number, from_s: number, more: Partial<Air> = {}): Air => ({
  direction: "down",
  channel: 0,
  from: "ap",
  from_s,
  end_s: from_s + 1e-4,
  octets: Uint8Array.of(octet),
  ...more,
});

function capturing(hold_s: number): { capture: Capture; read: () => readonly ReadPacket[] } {
  const pieces: Uint8Array[] = [];
  const write = (octets: Uint8Array): void => void pieces.push(octets);
  const capture = new Capture({ channels: 2, hold_s, write, application: "a test", comment: "" });
  return { capture, read: () => readCapture(concat(...pieces)).packets };
}

test("frames come into the file in the order of time, whichever channel tells of them first, once their span is over", () => {
  const { capture, read } = capturing(1);
  const told = [air(1, 0), air(4, 0.9), air(2, 0.3, { channel: 1 }), air(3, 0.3, { channel: 0 }), air(5, 1.5)];
  for (const one of told) capture.sent(one);
  const order = (): number[] => read().map(({ octets }) => octets[0]);
  assert.deepEqual(order(), [1, 2, 3], "what is older than the newest by a second");
  capture.sent(air(6, 60));
  assert.deepEqual(order(), [1, 2, 3, 4, 5]);
  capture.end();
  assert.deepEqual(order(), [1, 2, 3, 4, 5, 6]);
  assert.equal(capture.frames, 6, "frames are counted");
});

test("a comment says who sent a frame, how long, where it was cut, and what became of it for each receiver", () => {
  const { capture, read } = capturing(1);
  const [m1, cut, strange] = [
    air(8, 0),
    air(0, 0.1, { direction: "up", from: 3, octets: hex(EXAMPLE.ccm.m2).subarray(0, 12) }),
    air(8, 0.2, { from: undefined }),
  ];
  for (const one of [m1, cut, strange]) capture.sent(one);
  for (const to of [7, 0, 1, 2]) capture.carried({ air: m1, to, outcome: "received" });
  capture.carried({ air: m1, to: 4, outcome: "lost" });
  capture.carried({ air: m1, to: 5, outcome: "changed", got: Uint8Array.of(9) });
  capture.carried({ air: cut, to: "ap", outcome: "received" });
  capture.end();
  assert.deepEqual(
    read().map(({ comment }) => comment),
    [
      "from AP; 100 us on the air; received by stations 0-2, 7; reached otherwise than sent station 5; lost for station 4",
      `from station 3; 100 us on the air; cut at 12 of ${PACKET.octets.length} octets, power failed; received by AP`,
      "from a stranger; 100 us on the air; heard by nobody",
    ],
  );
  assert.deepEqual(
    read().map(({ whole_octets }) => whole_octets),
    [1, PACKET.octets.length, 1],
    "only what a station sends is taken for cut",
  );
});
