/** Messages of EAP-TLS and EAP-pwd in fragments, and packets that are none. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Fragments, LENGTH_INCLUDED as L, MORE_FRAGMENTS as M, Reassembly } from "../../host/eap/fragments.ts";
import { hex, toHex } from "../support/hex.ts";

const TLS = { lengthOctets: 4, messageMax: 64 * 1024 } as const;
const PWD = { lengthOctets: 2, messageMax: 4096 } as const;
const octetsFrom = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => 3 * i + 1);

/** All packets of a message. */
function cut(message: Uint8Array, format: typeof TLS | typeof PWD, max: number): Uint8Array[] {
  const fragments = new Fragments(message, format, max);
  const packets = [fragments.next(0)];
  while (!fragments.isOver) packets.push(fragments.next(0));
  return packets;
}

test("a message that fits is one packet without a length, an empty one is an acknowledgement", () => {
  assert.equal(toHex(cut(hex("aabbcc"), TLS, 16)[0]), "00aabbcc");
  assert.deepEqual(cut(new Uint8Array(), TLS, 16), [Uint8Array.of(0)]);
  assert.equal(toHex(new Fragments(hex("aa"), PWD, 16).next(3)), "03aa");
});

test("RFC 5216, 3.1; RFC 5931, 4: the first of several has the whole length in 4 or 2 octets, all but the last say that more follows", () => {
  assert.deepEqual(cut(octetsFrom(7), TLS, 8).map(toHex), ["00010407" + "0a0d1013"]);
  assert.deepEqual(cut(octetsFrom(12), TLS, 8).map(toHex), ["c00000000c" + "010407", "400a0d101316191c", "001f22"]);
  assert.deepEqual(cut(octetsFrom(9), PWD, 8).map(toHex), ["c00009" + "0104070a0d", "0010131619"]);
});

test("whatever is cut is put together again, of either format, any length and any fragment", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(TLS, PWD),
      fc.uint8Array({ maxLength: 700 }),
      fc.integer({ min: 6, max: 800 }),
      (format, message, max) => {
        const reassembly = new Reassembly(format);
        const packets = cut(message, format, max);
        for (const [i, packet] of packets.entries()) {
          assert.ok(packet.length <= max, `${packet.length} octets, where ${max} have room`);
          const taken = reassembly.take(packet[0], packet.slice(1));
          assert.deepEqual(taken, i < packets.length - 1 ? { isPart: true } : { message });
        }
        assert.ok(!reassembly.isUnderWay, "nothing is left");
      },
    ),
    { numRuns: 300, seed: 11 },
  );
});

test("a length in every fragment, as FreeRADIUS has it, and in a message of one packet is taken when it is right", () => {
  const reassembly = new Reassembly(TLS);
  assert.deepEqual(reassembly.take(L | M, hex("00000003 aa")), { isPart: true });
  assert.deepEqual(reassembly.take(L | M, hex("00000003 bb")), { isPart: true });
  assert.deepEqual(reassembly.take(L, hex("00000003 cc")), { message: hex("aabbcc") });
  assert.deepEqual(reassembly.take(L, hex("00000002 aabb")), { message: hex("aabb") });
});

/** What comes behind a first fragment of 2 octets of 6, flags and rest, and why it is dropped. */
const DROPPED: readonly (readonly [string, number, string, string])[] = [
  ["another length", L | M, "00000007 aa", "another length than that of the first fragment"],
  ["a length that is cut off", L | M, "000000", "too short"],
  ["nothing", M, "", "an empty fragment"],
  ["a last one that is too short", 0, "aabbcc", "bad length"],
  ["a last one that is too long", 0, "aabbccddee", "bad length"],
  ["one that leaves nothing for the last", M, "aabbccdd", "bad length"],
];
for (const [what, flags, rest, refused] of DROPPED) {
  test(`a fragment with ${what} is dropped, and the right one behind it counts`, () => {
    const reassembly = new Reassembly(TLS);
    assert.deepEqual(reassembly.take(L | M, hex("00000006 0102")), { isPart: true });
    assert.deepEqual(reassembly.take(flags, hex(rest)), { refused });
    assert.deepEqual(reassembly.take(0, hex("03040506")), { message: hex("010203040506") });
  });
}

test("a first fragment without a length, or one that says more than 64 KiB, begins nothing", () => {
  const reassembly = new Reassembly(TLS);
  assert.deepEqual(reassembly.take(M, hex("aa")), { refused: "a first fragment without a length" });
  for (const length of ["00010001", "ffffffff"]) {
    assert.deepEqual(reassembly.take(L | M, hex(`${length}aa`)), { refused: "too long" });
  }
  assert.deepEqual(reassembly.take(L | M, hex("00000001aa")), { refused: "bad length" }, "it is all of it");
  assert.deepEqual(reassembly.take(L, hex("00000000aa")), { refused: "bad length" });
  assert.ok(!reassembly.isUnderWay, "nothing has begun");
  assert.deepEqual(new Reassembly(PWD).take(L | M, hex("1001aa")), { refused: "too long" });
});

test("no octets make the reassembly throw, or hold more than a message", () => {
  const packets = fc.array(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 30 })), {
    maxLength: 20,
  });
  fc.assert(
    fc.property(packets, (all) => {
      const reassembly = new Reassembly({ lengthOctets: 2, messageMax: 64 });
      for (const [flags, rest] of all) {
        const taken = reassembly.take(flags, rest);
        if ("message" in taken) assert.ok(taken.message.length <= 64, `${taken.message.length} octets`);
      }
    }),
    { numRuns: 400, seed: 11 },
  );
});

test("a fragment without room for a length and an octet is the caller's mistake", () => {
  assert.throws(() => new Fragments(octetsFrom(9), TLS, 5), /fragmentOctets: 5 is not a whole number from 6/);
});
