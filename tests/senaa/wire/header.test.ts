/** Header and AVPs octet by octet, as RFC 6733 sections 3 and 4 have them, and what is refused of them. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Avp, emitAvp, readAvps } from "../../../host/senaa/wire/avp.ts";
import { RESULT } from "../../../host/senaa/wire/codes.ts";
import { emitHeader, type Header, readHeader, retransmitted } from "../../../host/senaa/wire/header.ts";
import { isRefusal } from "../../../host/senaa/wire/refusal.ts";
import { toHex } from "../../../host/wire/octets.ts";

const HEADER: Header = {
  ...{ isRequest: true, isProxiable: true, isError: false, isRetransmitted: false },
  ...{ command: 0x010203, application: 0x0405_0607, hopByHop: 0x8899_aabb, endToEnd: 0xffff_fffe },
};

const changed = (at: number, octet: number): Uint8Array => {
  const octets = emitHeader(HEADER, 20);
  octets[at] = octet;
  return octets;
};

test("a header has 20 octets, each where RFC 6733 section 3 has it, and comes back", () => {
  assert.equal(toHex(emitHeader(HEADER, 20)), "01000014c0010203040506078899aabbfffffffe");
  assert.deepEqual(readHeader(emitHeader(HEADER, 20)), { header: HEADER });
  const answer = { ...HEADER, isRequest: false, isProxiable: false, isError: true };
  assert.deepEqual(readHeader(emitHeader(answer, 20)), { header: answer });
  const again = retransmitted(emitHeader(HEADER, 20));
  assert.deepEqual(readHeader(again), { header: { ...HEADER, isRetransmitted: true } }, "the T flag alone is new");
});

test("a wrong version, a wrong length, reserved bits and flags that do not go together are refused, each with its Result-Code", () => {
  const cases: readonly [Uint8Array, string, number][] = [
    [changed(0, 2), "bad version", RESULT.unsupportedVersion],
    [changed(3, 24), "bad message length", RESULT.invalidMessageLength],
    [changed(1, 1), "bad message length", RESULT.invalidMessageLength],
    [new Uint8Array([...emitHeader(HEADER, 21), 0]), "bad message length", RESULT.invalidMessageLength],
    ...[1, 2, 4, 8].map((bit): [Uint8Array, string, number] => [
      changed(4, 0xc0 | bit),
      "bad header bits",
      RESULT.invalidHeaderBits,
    ]),
    [changed(4, 0xe0), "bad header bits", RESULT.invalidHeaderBits],
    [changed(4, 0x10), "bad header bits", RESULT.invalidHeaderBits],
  ];
  for (const [octets, why, resultCode] of cases) {
    assert.deepEqual(readHeader(octets)?.refusal, { refusal: why, resultCode }, toHex(octets));
  }
  for (let length = 0; length < 20; length++) assert.equal(readHeader(new Uint8Array(length)), undefined, `${length}`);
});

test("an AVP has its length without the padding, which is zero; with a vendor it has 4 octets more", () => {
  const user: Avp = { code: 1, vendor: 0, isMandatory: true, isProtected: false, data: Uint8Array.of(0x61, 0x62) };
  assert.equal(toHex(emitAvp(user)), "000000014000000a61620000");
  const own: Avp = { code: 2, vendor: 32_473, isMandatory: false, isProtected: true, data: Uint8Array.of(1, 2, 3, 4) };
  assert.equal(toHex(emitAvp(own)), "00000002a000001000007ed901020304");
  assert.deepEqual(readAvps(Uint8Array.from([...emitAvp(user), ...emitAvp(own)])), [user, own]);
});

test("an AVP that is longer than the message or shorter than its header, unknown bits and padding that is not zero are refused", () => {
  const avp = emitAvp({ code: 263, vendor: 0, isMandatory: true, data: Uint8Array.of(0x61) });
  const cases: readonly [number, number, string, number][] = [
    [7, 7, "bad AVP length", RESULT.invalidAvpLength],
    [7, 13, "bad AVP length", RESULT.invalidAvpLength],
    [5, 1, "bad AVP length", RESULT.invalidAvpLength],
    [4, 0x41, "bad AVP bits", RESULT.invalidAvpBits],
    [4, 0x50, "bad AVP bits", RESULT.invalidAvpBits],
    [11, 1, "bad padding", RESULT.invalidAvpValue],
    [9, 1, "bad padding", RESULT.invalidAvpValue],
  ];
  for (const [at, octet, why, resultCode] of cases) {
    const octets = avp.slice();
    octets[at] = octet;
    const read = readAvps(octets);
    assert.ok(isRefusal(read), why);
    assert.deepEqual([read.refusal, read.resultCode], [why, resultCode]);
    assert.equal(toHex(read.failedAvp?.slice(0, 4) ?? new Uint8Array()), "00000107", "Failed-AVP names it");
  }
  const vendorless = Uint8Array.of(0, 0, 0, 1, 0x80, 0, 0, 12, 0, 0, 0, 0);
  const read = readAvps(vendorless);
  assert.ok(isRefusal(read) && read.refusal === "bad AVP bits", "a vendor of 0 is none");
  for (let cut = 1; cut < avp.length; cut++) {
    assert.ok(isRefusal(readAvps(avp.slice(0, cut))), `${cut} octets of it`);
  }
});

test("AVPs come back as they were written, whatever they hold", () => {
  const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
  const fields = {
    ...{ code: u32, vendor: u32, isMandatory: fc.boolean(), isProtected: fc.boolean() },
    data: fc.uint8Array({ maxLength: 40 }),
  };
  const avp = fc.record(fields, { noNullPrototype: true });
  fc.assert(
    fc.property(fc.array(avp, { maxLength: 6 }), (avps) => {
      const octets = Uint8Array.from(avps.flatMap((one) => [...emitAvp(one)]));
      assert.equal(octets.length % 4, 0);
      assert.deepEqual(readAvps(octets), avps);
    }),
    { numRuns: 300 },
  );
});

test("what a header or an AVP does not hold is a mistake of who writes it", () => {
  assert.throws(() => emitHeader({ ...HEADER, command: 2 ** 24 }, 20), /RangeError: command: /);
  assert.throws(() => emitHeader({ ...HEADER, hopByHop: 2 ** 32 }, 20), /RangeError: hopByHop: /);
  assert.throws(() => emitHeader(HEADER, 65_508), /RangeError: message length: /);
  const long: Avp = { code: 1, vendor: 0, isMandatory: true, data: new Uint8Array(70_000) };
  assert.throws(() => emitAvp(long), /RangeError: data: 70000 octets/);
});
