/** The record's two writers and readers on the host's side, and what each of them refuses. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeRsnRecord, encodeRsnRecord } from "../../../host/rsn/station/record.ts";
import { AKMS, Bed, OFF, OPEN, recordOf } from "./bed.ts";
import { IDENTITY, PMK, PSK, SPA, SSID } from "./scriptedap.ts";

test("a record says what went into it, and the station boots from it under every AKM", () => {
  for (const akm of AKMS) {
    const record = recordOf(akm);
    const { failure, ssid, spa, identity, counter, pmksa } = decodeRsnRecord(record);
    const isEap = akm === 1 || akm === 5;
    assert.deepEqual(
      { failure, ssid, spa, counter, pmksa },
      { failure: undefined, ssid: SSID, spa: SPA, counter: 0, pmksa: undefined },
    );
    assert.deepEqual(identity, isEap ? IDENTITY : new Uint8Array(0));
    assert.equal(new Bed(akm).station.boot(), 0);
  }
});

test("what the report calls a failure is what the station does not boot from, octet by octet of the head", () => {
  for (const akm of AKMS) {
    for (let at = 0; at < 16; at++) {
      for (const value of [0x00, 0x01, 0x21, 0x52, 0xff]) {
        const bed = new Bed(akm);
        bed.nvm.octets[at] = value;
        const { failure } = decodeRsnRecord(bed.record);
        assert.equal(
          bed.station.boot(),
          failure === undefined ? 0 : -7,
          `AKM ${akm}, octet ${at} = ${value}: ${failure}`,
        );
        if (failure !== undefined) assert.equal(bed.station.state, OFF);
      }
    }
  }
});

test("a head whose CRC is right but whose AKM, lengths or SPA are not is refused by both", () => {
  const wrong: [what: string, change: (head: Uint8Array) => void][] = [
    ["AKM 3", (head) => head.fill(3, 5, 6)],
    ["an SSID of 0 octets", (head) => head.fill(0, 12, 13)],
    ["an SSID of 33 octets", (head) => head.fill(33, 12, 13)],
    ["an identity of 33 octets", (head) => head.fill(33, 13, 14)],
    ["a group's SPA", (head) => head.fill(0x03, 6, 7)],
  ];
  for (const akm of AKMS) {
    for (const [what, change] of wrong) {
      const bed = new Bed(akm);
      const head = bed.nvm.octets.subarray(0, 16);
      change(head);
      new DataView(head.buffer).setUint16(14, crc16x25(head.subarray(0, 14)), true);
      assert.ok(decodeRsnRecord(bed.record).failure, what);
      assert.equal(bed.station.boot(), -7, `AKM ${akm}: ${what}`);
    }
  }
});

test("the boot counter starts where the record says, and stays at 2^32 - 2", () => {
  for (const [counter, next] of [
    [0, 1],
    [41, 42],
    [0xfffffffd, 0xfffffffe],
    [0xfffffffe, 0xfffffffe],
  ]) {
    const bed = new Bed(2);
    bed.nvm.octets.set(encodeRsnRecord({ akm: 2, spa: SPA, ssid: SSID, key: PMK, counter }));
    bed.reach(OPEN);
    assert.equal(decodeRsnRecord(bed.record).counter, next);
  }
});

test("encodeRsnRecord says which parameter is wrong, and what would be right", () => {
  const right = { akm: 2, spa: SPA, ssid: SSID, key: PMK } as const;
  assert.throws(() => encodeRsnRecord({ ...right, akm: 8 as 2 }), /akm: 8, where one of 1, 2, 5, 6 is expected/);
  assert.throws(() => encodeRsnRecord({ ...right, spa: SPA.subarray(1) }), /spa/);
  assert.throws(
    () => encodeRsnRecord({ ...right, ssid: new Uint8Array(0) }),
    /ssid: 0 octets, where 1 to 32 are expected/,
  );
  assert.throws(() => encodeRsnRecord({ ...right, key: PSK }), /key: 16 octets, where 32 are expected/);
  assert.throws(() => encodeRsnRecord({ ...right, identity: IDENTITY }), /identity: 13 octets, where 0 are expected/);
  assert.throws(
    () => encodeRsnRecord({ ...right, akm: 1, key: PSK }),
    /identity: 0 octets, where 1 to 32 are expected/,
  );
  assert.throws(() => encodeRsnRecord({ ...right, counter: 2 ** 32 - 1 }), /counter/);
  assert.throws(() => decodeRsnRecord(new Uint8Array(191)), /record: 191 octets, where 192 are expected/);
});

/** CRC-16/X-25, by the division that defines it. */
function crc16x25(octets: Uint8Array): number {
  let remainder = 0xffff;
  for (const octet of octets) {
    for (let bit = 0; bit < 8; bit++) {
      const carry = (remainder ^ (octet >> bit)) & 1;
      remainder = (remainder >> 1) ^ (carry * 0x8408);
    }
  }
  return remainder ^ 0xffff;
}
