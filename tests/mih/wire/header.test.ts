/** Header and TLVs of an MIS message, octet by octet, and what is none. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { emitHeader, HEADER_OCTETS, type Header, readHeader } from "../../../host/mih/wire/header.ts";
import { N2N_REQUEST, N2N_RESPONSE, PREREG_REQUEST, PREREG_RESPONSE } from "../../../host/mih/wire/messages.ts";
import { emitTlv, readTlv, readTlvs } from "../../../host/mih/wire/tlv.ts";
import { concat, hex, toHex } from "../../support/hex.ts";
import { headers, LENGTHS, octets } from "./bodies.ts";

const RUNS = { numRuns: 200, seed: 21 };
const HEADER: Header = {
  ackReq: false,
  ackRsp: false,
  uir: false,
  more: false,
  fragment: 0,
  sid: 3,
  opcode: 1,
  aid: 13,
  tid: 0x123,
};

test("the header of MIS_Prereg_Xfer and MIS_N2N_Prereg_Xfer is 0x340d, 0x380d, 0x340e, 0x380e, as the seed numbers them", () => {
  for (const [message, id] of [
    [PREREG_REQUEST, 0x340d],
    [PREREG_RESPONSE, 0x380d],
    [N2N_REQUEST, 0x340e],
    [N2N_RESPONSE, 0x380e],
  ] as const) {
    const { sid, opcode, aid } = message;
    assert.equal(message.id, id, `${message.name} by its number`);
    const octets = emitHeader({ ...HEADER, sid, opcode, aid }, 0);
    assert.equal(toHex(octets), `1000${id.toString(16)}01230000`, `${message.name} in octets`);
  }
});

test("every field of the header stands where IEEE 802.21-2008 8.4.1 puts it", () => {
  for (const [change, octets, payload] of [
    [{}, "1000 340d 0123 0000", 0],
    [{ ackReq: true }, "1800 340d 0123 0000", 0],
    [{ ackRsp: true }, "1400 340d 0123 0000", 0],
    [{ uir: true }, "1200 340d 0123 0000", 0],
    [{ more: true }, "1100 340d 0123 0000", 0],
    [{ ackReq: true, ackRsp: true, uir: true, more: true, fragment: 127 }, "1ffe 340d 0123 0000", 0],
    [{ fragment: 1 }, "1002 340d 0123 0000", 0],
    [{ sid: 15, opcode: 3, aid: 1023, tid: 4095 }, "1000 ffff 0fff 0000", 0],
    [{ sid: 0, opcode: 0, aid: 0, tid: 0 }, "1000 0000 0000 0000", 0],
    [{}, "1000 340d 0123 ffff", 0xffff],
    [{}, "1000 340d 0123 0102", 0x0102],
  ] as const) {
    const header = { ...HEADER, ...change };
    assert.equal(toHex(emitHeader(header, payload)), octets.replaceAll(" ", ""), JSON.stringify(change));
    const whole = concat(hex(octets), new Uint8Array(payload));
    assert.deepEqual(readHeader(whole), header, `read back: ${octets}`);
  }
  const reserved = hex("1001 340d f123 0000");
  assert.deepEqual(readHeader(reserved), HEADER, "reserved bits are of no consequence");
});

test("every header is read as it was made", () => {
  fc.assert(
    fc.property(headers, octets(0, 40), fc.boolean(), fc.nat(127), (header, payload, more, fragment) => {
      const part = { ...header, more, fragment };
      assert.deepEqual(readHeader(concat(emitHeader(part, payload.length), payload)), part);
    }),
    RUNS,
  );
});

test("octets that are no header are refused by a name, and a header that does not fit is never made", () => {
  for (let count = 0; count < HEADER_OCTETS; count++) {
    assert.equal(readHeader(hex("1000340d01230000").slice(0, count)), "too short", `${count} octets`);
  }
  for (const version of [0, 2, 15]) {
    const octets = Uint8Array.of(version << 4, 0, 0x34, 0x0d, 0, 1, 0, 0);
    assert.equal(readHeader(octets), "bad version", `version ${version}`);
  }
  assert.equal(readHeader(hex("1000340d0123000100 00")), "bad length", "an octet too many");
  assert.equal(readHeader(hex("1000340d01230001")), "bad length", "an octet too few");
  for (const [field, value] of Object.entries({ fragment: 128, sid: 16, opcode: 4, aid: 1024, tid: 4096 })) {
    for (const bad of [value, -1, 0.5, Number.NaN]) {
      assert.throws(() => emitHeader({ ...HEADER, [field]: bad }, 0), new RegExp(`RangeError: ${field}: `), `${bad}`);
    }
  }
  assert.throws(() => emitHeader(HEADER, 65_536), /RangeError: payload octets: 65536/, "a payload of 64 KiB");
});

test("the length of a TLV is written in one octet up to 128, and above as what exceeds 128", () => {
  for (const [length, field] of LENGTHS) {
    const value = Uint8Array.from({ length }, (_, i) => i % 251);
    const tlv = emitTlv(108, value);
    assert.equal(toHex(tlv.subarray(0, 1 + field.length / 2)), `6c${field}`, `${length} octets`);
    assert.deepEqual(readTlvs(tlv), [{ type: 108, value }], `${length} octets, read back`);
    assert.deepEqual(readTlvs(concat(tlv, tlv))?.length, 2, `two of ${length} octets`);
    assert.deepEqual(readTlv(concat(hex("00"), tlv), 1), { tlv: { type: 108, value }, end: 1 + tlv.length }, "its end");
  }
  assert.throws(() => emitTlv(1, new Uint8Array(65_536)), /RangeError: value: 65536 octets/, "no message holds more");
});

test("TLVs that do not end where the octets do are refused, wherever they are cut", () => {
  for (const [length] of LENGTHS.slice(0, -1)) {
    const tlv = emitTlv(3, new Uint8Array(length));
    const cuts = length < 130 ? Array.from({ length: tlv.length - 1 }, (_, i) => i + 1) : [1, 2, 3, tlv.length - 1];
    for (const cut of cuts) {
      assert.equal(readTlvs(tlv.subarray(0, cut)), undefined, `${length} octets cut at ${cut}`);
    }
    assert.equal(readTlvs(concat(tlv, Uint8Array.of(9))), undefined, "a type and no length behind it");
  }
  assert.deepEqual(readTlvs(new Uint8Array()), [], "no TLV at all is a list");
  for (const field of ["83000000", "84", "ff", "8800000000000000ff"]) {
    assert.equal(readTlvs(concat(hex(`03${field}`), new Uint8Array(300))), undefined, `a length field of ${field}`);
  }
});
