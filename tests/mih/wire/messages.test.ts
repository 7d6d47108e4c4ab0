/** Messages as lists of TLVs: what is made is read again, and what is none is refused by the name of a TLV. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { OPCODE } from "../../../host/mih/wire/header.ts";
import { emitService, isBadService, readService } from "../../../host/mih/wire/message.ts";
import {
  CAPABILITY_REQUEST,
  COMPLETE_REQUEST,
  EXCHANGES,
  PREREG_REQUEST,
  PREREG_RESPONSE,
} from "../../../host/mih/wire/messages.ts";
import { emitTlv, readTlvs } from "../../../host/mih/wire/tlv.ts";
import { TLV } from "../../../host/mih/wire/types.ts";
import { LINK_TYPE, link80211, linkId, STATUS } from "../../../host/mih/wire/values.ts";
import { concat, hex, toHex } from "../../support/hex.ts";
import { bodyOf, fullBodyOf, MESSAGES, octets } from "./bodies.ts";

const RUNS = { numRuns: 40, seed: 23 };
const MAC = hex("02a1b2c3d4e5");
const LINK = "13000006 06 02a1b2c3d4e5";

test("003-C3: each message is a number of its own, each request has a response of the same SID and AID", () => {
  assert.equal(new Set(MESSAGES.map(({ id }) => id)).size, MESSAGES.length, "numbers");
  assert.equal(new Set(MESSAGES.map(({ name }) => name)).size, MESSAGES.length, "names");
  for (const [request, response] of EXCHANGES) {
    assert.deepEqual([request.opcode, response.opcode], [OPCODE.request, OPCODE.response], request.name);
    assert.deepEqual([request.sid, request.aid], [response.sid, response.aid], request.name);
    assert.equal(request.name.replace("request", "response"), response.name, request.name);
  }
  const outside: number[] = [TLV.source.type, TLV.destination.type, TLV.security.type];
  for (const { name, fields } of MESSAGES) {
    const types = Object.values(fields).map(({ tlv }) => tlv.type);
    assert.equal(new Set(types).size, types.length, `${name} has each TLV once`);
    assert.ok(!types.some((type) => outside.includes(type)), `${name} has no TLV that stands outside of it`);
  }
});

test("the TLVs of a request to preregister and of its response, octet by octet", () => {
  const request = emitService(PREREG_REQUEST, {
    targetLink: link80211(MAC),
    llInformation: hex("0a0b"),
    tposId: "t@x",
    candidateLinks: [
      link80211(MAC),
      { type: LINK_TYPE.umts, address: { kind: "3G cell", octets: hex("62f22000c0ffee") } },
    ],
    ciphersuite: 1,
    nonceT: new Uint8Array(16).fill(0x77),
  });
  const expected = `0d0b${LINK} 6c020a0b 6d0403744078 1915 02${LINK}1701 62f22000c0ffee 690101 6710${"77".repeat(16)}`;
  assert.equal(toHex(request), toHex(hex(expected)), "the request");
  const response = emitService(PREREG_RESPONSE, {
    mnNai: "m@x",
    tposId: "t@x",
    key: new Uint8Array(32).fill(0x55),
    nonceN: new Uint8Array(16).fill(0x66),
    lifetime: 3600,
    status: STATUS.success,
  });
  const other = `6e04036d4078 6d0403744078 6a20${"55".repeat(32)} 6810${"66".repeat(16)} 6b0400000e10 030100`;
  assert.equal(toHex(response), toHex(hex(other)), "the response");
  assert.equal(toHex(emitService(CAPABILITY_REQUEST, {})), "", "a message of no TLV");
});

test("a message with any body is read as it was made, in any order of its TLVs, and with unknown ones among them", () => {
  const unknown = fc.array(fc.tuple(fc.constantFrom(4, 64, 99, 100, 200, 255), octets(0, 20)), { maxLength: 3 });
  for (const message of MESSAGES) {
    fc.assert(
      fc.property(bodyOf(message), unknown, fc.nat(), (body, others, seed) => {
        const service = emitService(message, body);
        assert.deepEqual(readService(message, service), body, message.name);
        const own = readTlvs(service) ?? [];
        const all = [...own, ...others.map(([type, value]) => ({ type, value }))];
        const mixed = all.map((tlv, i) => ({ tlv, at: (i * 7 + seed) % 11 })).sort((a, b) => a.at - b.at);
        const octets = concat(...mixed.map(({ tlv: { type, value } }) => emitTlv(type, value)));
        assert.deepEqual(readService(message, octets), body, `${message.name}, mixed`);
      }),
      RUNS,
    );
  }
});

test("a TLV that is repeated, missing or bad is refused by its name, in every message", () => {
  for (const message of MESSAGES) {
    const [body] = fc.sample(fullBodyOf(message), { numRuns: 1, seed: 5 });
    const tlvs = readTlvs(emitService(message, body)) ?? [];
    const without = (type: number) => tlvs.filter((tlv) => tlv.type !== type);
    const octetsOf = (some: typeof tlvs) => concat(...some.map(({ type, value }) => emitTlv(type, value)));
    for (const [key, { tlv, isRequired }] of Object.entries(message.fields)) {
      const where = `${message.name}: ${tlv.name}`;
      const refused = (refusal: string) => ({ refusal, of: tlv.name });
      const own = tlvs.filter(({ type }) => type === tlv.type);
      assert.deepEqual(readService(message, octetsOf([...tlvs, ...own])), refused("repeated TLV"), where);
      const missing = readService(message, octetsOf(without(tlv.type)));
      assert.equal(isBadService(missing), isRequired, `${where} is ${isRequired ? "required" : "optional"}`);
      if (isRequired) {
        assert.deepEqual(missing, refused("missing TLV"), where);
        const incomplete = { ...body, [key]: undefined };
        assert.throws(() => emitService(message, incomplete), new RegExp(`RangeError: ${key}: `), where);
      }
      // None of our types has a value of 61441 octets.
      const bad = octetsOf([...without(tlv.type), { type: tlv.type, value: new Uint8Array(0xf001) }]);
      assert.deepEqual(readService(message, bad), refused("bad TLV"), where);
    }
    const cut = emitService(message, body).slice(0, -1);
    if (tlvs.length > 0) assert.ok(isBadService(readService(message, cut)), `${message.name}, an octet short`);
  }
  const half = concat(emitTlv(TLV.link.type, linkId.emit(link80211(MAC))), hex("28"));
  assert.deepEqual(readService(COMPLETE_REQUEST, half), { refusal: "bad TLV", of: "the last TLV" }, "half a TLV");
});

test("no octets make any message throw, and what is read can be written and read again as the same", () => {
  let bodies = 0;
  const sound = fc
    .constantFrom(...MESSAGES)
    .chain((message) => bodyOf(message).map((body) => emitService(message, body)));
  fc.assert(
    fc.property(
      sound,
      octets(0, 6),
      fc.nat(),
      fc.nat(3),
      fc.constantFrom(...MESSAGES),
      (good, some, at, kind, message) => {
        const where = at % (good.length + 1);
        const parts = {
          0: [good.slice(0, where)],
          1: [good.slice(0, where), some, good.slice(where)],
          2: [good.slice(0, where), some, good.slice(where + some.length)],
          3: [some],
        }[kind];
        const read = readService(message, concat(...(parts ?? [])));
        if (isBadService(read)) return;
        bodies++;
        assert.deepEqual(readService(message, emitService(message, read)), read, message.name);
      },
    ),
    { numRuns: 800, seed: 24 },
  );
  assert.ok(bodies > 50, `${bodies} bodies were read`);
});
