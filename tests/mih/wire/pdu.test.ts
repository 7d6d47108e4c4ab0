/** Protocol data units: in clear and protected, and no octets that are none get through or make anything throw. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { emitHeader, type Header, messageId } from "../../../host/mih/wire/header.ts";
import { emitService, readService } from "../../../host/mih/wire/message.ts";
import { AUTH_RESPONSE, COMPLETE_RESPONSE } from "../../../host/mih/wire/messages.ts";
import { associatedData, emitEnds, emitPdu, type Pdu, readPdu } from "../../../host/mih/wire/pdu.ts";
import { emitTlv } from "../../../host/mih/wire/tlv.ts";
import { TLV } from "../../../host/mih/wire/types.ts";
import { link80211 } from "../../../host/mih/wire/values.ts";
import { concat, hex, toHex } from "../../support/hex.ts";
import { bodyOf, headers, MESSAGES, misfIds, octets, pdus } from "./bodies.ts";

const HEADER: Header = {
  ackReq: true,
  ackRsp: false,
  uir: false,
  more: false,
  fragment: 0,
  sid: 3,
  opcode: 1,
  aid: 13,
  tid: 5,
};
const ENDS = { source: "mn@x", destination: "spos@x" };
const SAID = hex("03 0102030405060708");
const SECURITY = hex("d00d");
const services = fc
  .constantFrom(...MESSAGES)
  .chain((message) => bodyOf(message).map((body) => emitService(message, body)));

function pduOf(...parts: Uint8Array[]): Uint8Array {
  const payload = concat(...parts);
  return concat(emitHeader(HEADER, payload.length), payload);
}

test("a message in clear and a protected one, octet by octet", () => {
  const ends = "0105 04 6d6e4078 0207 06 73706f734078";
  const clear = emitPdu({ header: HEADER, ...ENDS, service: hex("690101") });
  assert.equal(toHex(clear), toHex(hex(`1800340d00050013 ${ends} 690101`)), "in clear");
  const sealed = emitPdu({ header: HEADER, ...ENDS, protection: { said: SAID, security: SECURITY } });
  assert.equal(toHex(sealed), toHex(hex(`1800340d0005001f ${ends} 6509030102030405060708 6602d00d`)), "protected");
  const bare = emitPdu({ header: HEADER, ...ENDS });
  assert.equal(toHex(bare), toHex(hex(`1800340d00050010 ${ends}`)), "neither");
  assert.deepEqual(readPdu(bare), { header: HEADER, ...ENDS, service: new Uint8Array() }, "an empty one is in clear");
});

test("every message, in clear or protected, with any header and MISF IDs, is read as it was made", () => {
  fc.assert(
    fc.property(pdus(services), (pdu) => {
      assert.deepEqual(readPdu(emitPdu(pdu)), pdu);
    }),
    { numRuns: 250, seed: 31 },
  );
});

test("a protected PDU with anything beside SAID and Security, or with one of them otherwise, is refused", () => {
  const ends = emitEnds(ENDS);
  const said = emitTlv(TLV.said.type, SAID);
  const security = emitTlv(TLV.security.type, SECURITY);
  const status = emitTlv(TLV.status.type, hex("00"));
  const unknown = emitTlv(200, hex("00"));
  assert.equal(typeof readPdu(pduOf(ends, said, security)), "object", "both, and nothing else");
  for (const [why, parts] of Object.entries({
    "Security alone": [security],
    "in the other order": [security, said],
    "two SAIDs": [said, said, security],
    "two Securities": [said, security, security],
    "a Status in clear before": [status, said, security],
    "a Status in clear between": [said, status, security],
    "a Status in clear behind": [said, security, status],
    "an unknown TLV behind": [said, security, unknown],
    "a SAID of eight octets": [emitTlv(TLV.said.type, SAID.slice(1)), security],
    "a SAID of ten octets": [emitTlv(TLV.said.type, concat(SAID, hex("00"))), security],
    "nothing that is secured": [said, emitTlv(TLV.security.type, new Uint8Array())],
    "a Status with the Security alone": [status, security],
  })) {
    assert.equal(readPdu(pduOf(ends, ...parts)), "bad TLV", why);
  }
  for (const protection of [
    { said: SAID.slice(1), security: SECURITY },
    { said: SAID, security: new Uint8Array() },
  ]) {
    assert.throws(() => emitPdu({ header: HEADER, ...ENDS, protection }), /RangeError/, "and none such is made");
  }
});

test("a SAID in clear is one of the service TLVs: a response to MIS_Auth names the association that it begins", () => {
  const { id, ...ids } = AUTH_RESPONSE;
  const body = { status: 0, said: SAID, lifetime: 60 };
  const service = emitService(AUTH_RESPONSE, body);
  const read = readPdu(
    emitPdu({ header: { ...HEADER, sid: ids.sid, opcode: ids.opcode, aid: ids.aid }, ...ENDS, service }),
  );
  assert.ok(typeof read === "object" && read.service, `it is read, in clear: ${JSON.stringify(read)}`);
  assert.equal(messageId(read.header), id, "as MIS_Auth response");
  assert.deepEqual(readService(AUTH_RESPONSE, read.service), body, "with the SAID");
});

test("a PDU without both MISF IDs at its head, a fragment and octets cut anywhere are refused by a name", () => {
  const [source, destination] = [emitTlv(1, hex("0161")), emitTlv(2, hex("0162"))];
  for (const [why, parts, refusal] of [
    ["no payload", [], "bad TLV"],
    ["a source alone", [source], "bad TLV"],
    ["in the other order", [destination, source], "no MISF IDs"],
    ["two sources", [source, source], "no MISF IDs"],
    ["a status between", [source, emitTlv(3, hex("00")), destination], "no MISF IDs"],
    ["an empty source", [emitTlv(1, hex("00")), destination], "no MISF IDs"],
    ["a destination that is not ASCII", [source, emitTlv(2, hex("02c3bc"))], "no MISF IDs"],
    ["half a TLV behind them", [source, destination, hex("03")], "bad TLV"],
  ] as const) {
    assert.equal(readPdu(pduOf(...parts)), refusal, why);
  }
  const whole = emitPdu({ header: HEADER, ...ENDS, service: hex("690101") });
  for (let cut = 0; cut < whole.length; cut++) {
    const refusal = cut < 8 ? "too short" : "bad length";
    assert.equal(readPdu(whole.slice(0, cut)), refusal, `cut at ${cut}`);
  }
  for (const part of [{ more: true }, { fragment: 1 }]) {
    const fragment = emitPdu({ header: { ...HEADER, ...part }, ...ENDS });
    assert.equal(readPdu(fragment), "a fragment", JSON.stringify(part));
  }
  for (const bad of [{ source: "" }, { destination: "ü" }]) {
    assert.throws(() => emitPdu({ header: HEADER, ...ENDS, ...bad }), /RangeError: MISF ID: /, JSON.stringify(bad));
  }
});

test("what an association binds is the same for a message, its repetition and its fragments, and differs with all else", () => {
  const bound = toHex(associatedData({ header: HEADER, ...ENDS }, SAID));
  for (const change of [{ ackReq: false }, { ackRsp: true }, { uir: true }, { more: true }, { fragment: 9 }]) {
    const header = { ...HEADER, ...change };
    assert.equal(toHex(associatedData({ header, ...ENDS }, SAID)), bound, JSON.stringify(change));
  }
  const others = new Set([bound]);
  for (const change of [{ sid: 4 }, { opcode: 2 }, { aid: 14 }, { tid: 6 }]) {
    others.add(toHex(associatedData({ header: { ...HEADER, ...change }, ...ENDS }, SAID)));
  }
  for (const ends of [
    { source: "mn@", destination: "xspos@x" },
    { source: "mn@xs", destination: "pos@x" },
    { source: ENDS.destination, destination: ENDS.source },
  ]) {
    others.add(toHex(associatedData({ header: HEADER, ...ends }, SAID)));
  }
  others.add(toHex(associatedData({ header: HEADER, ...ENDS }, hex("00 0102030405060708"))));
  assert.equal(others.size, 9, "each of them is bound");
});

/** Where a header's length of payload stands. */
function withLength(octets: Uint8Array): Uint8Array {
  if (octets.length < 8) return octets;
  const own = octets.slice();
  new DataView(own.buffer).setUint16(6, own.length - 8);
  return own;
}

test("no octets make readPdu throw: noise, flips, cuts, insertions; what is read is made and read again as the same", () => {
  const sound = pdus(services).map(emitPdu);
  const link = link80211(new Uint8Array(6));
  const simple = emitService(COMPLETE_RESPONSE, { link, status: 0 });
  const ends = fc.record({ header: headers, source: misfIds, destination: misfIds }, { noNullPrototype: true });
  const short = ends.map((pdu) => emitPdu({ ...pdu, service: simple }));
  const noise = fc.oneof(
    octets(0, 60),
    octets(0, 60).map((own) => concat(hex("1000340d00000000"), own)),
  );
  const counts = { read: 0, refused: 0 };
  fc.assert(
    fc.property(
      fc.oneof(sound, short, noise),
      octets(0, 5),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }),
      fc.nat(),
      fc.nat(4),
      fc.boolean(),
      (good, some, flips, at, kind, isMended) => {
        const where = at % (good.length + 1);
        let changed: Uint8Array = good.slice();
        if (kind === 1) changed = good.slice(0, where);
        if (kind === 2) changed = concat(good.slice(0, where), some, good.slice(where));
        if (kind === 3) changed = concat(good, some);
        if (kind === 4) for (const [i, by] of flips) if (good.length > 0) changed[i % good.length] ^= by;
        const any = isMended ? withLength(changed) : changed;
        const read: Pdu | string = readPdu(any);
        counts[typeof read === "string" ? "refused" : "read"]++;
        if (typeof read === "string") return;
        assert.deepEqual(readPdu(emitPdu(read)), read);
      },
    ),
    { numRuns: 1800, seed: 32 },
  );
  assert.ok(counts.read > 300 && counts.refused > 300, JSON.stringify(counts));
});
