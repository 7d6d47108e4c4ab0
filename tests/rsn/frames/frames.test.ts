/** The codecs of host/rsn/frames: what real peers send, round trips, and that no octets make a parser throw. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseCcmpHeader } from "../../../host/rsn/frames/ccmpheader.ts";
import { parseEapol } from "../../../host/rsn/frames/eapol.ts";
import { parseEapolKey } from "../../../host/rsn/frames/eapolkey.ts";
import { parseElements } from "../../../host/rsn/frames/elements.ts";
import { emitKeyData, padKeyData, parseKeyData } from "../../../host/rsn/frames/kde.ts";
import { parseMsdu } from "../../../host/rsn/frames/llc.ts";
import {
  emitAssociationRequest,
  emitAssociationResponse,
  emitAuthentication,
  emitBeacon,
  parseAssociationRequest,
  parseAssociationResponse,
  parseAuthentication,
  parseBeacon,
  parseReason,
} from "../../../host/rsn/frames/management.ts";
import { emitMpdu, KIND, type Kind, parseMpdu } from "../../../host/rsn/frames/mpdu.ts";
import { emitRsne, parseRsne } from "../../../host/rsn/frames/rsne.ts";
import { hex } from "../../support/hex.ts";

const octets = (min: number, max = min) => fc.uint8Array({ minLength: min, maxLength: max });
const number16 = fc.integer({ min: 0, max: 0xffff });
const plain = <T>(fields: { [field in keyof T]: fc.Arbitrary<T[field]> }) =>
  fc.record(fields, { noNullPrototype: true });
const suite = fc.integer({ min: 0, max: 0xffff_ffff });
const elements = fc.array(plain({ id: fc.integer({ min: 0, max: 255 }), information: octets(0, 20) }), {
  maxLength: 4,
});
const RUNS = { numRuns: 300, seed: 7 };

test("the RSNE of a hostapd with CCMP and PSK is read, and made again octet for octet", () => {
  const information = hex("0100 000fac04 0100 000fac04 0100 000fac02 0000");
  const rsne = parseRsne(information);
  const wanted = { group: 0x000fac04, pairwise: [0x000fac04], akms: [0x000fac02], capabilities: 0, pmkids: [] };
  assert.deepEqual(rsne, { ...wanted, groupManagement: undefined });
  assert.deepEqual(emitRsne(wanted), information);
});

test("an RSNE may end behind any field, and behind no part of one", () => {
  const whole = hex("0100 000fac04 0100 000fac04 0100 000fac02 0000 0100 000102030405060708090a0b0c0d0e0f 000fac06");
  const ends = [2, 6, 12, 18, 20, 38, 42];
  for (let length = 0; length <= whole.length; length++) {
    const parsed = parseRsne(whole.subarray(0, length));
    if (ends.includes(length)) assert.ok(typeof parsed !== "string", `${length} octets: ${parsed}`);
    else assert.equal(parsed, length < 2 ? "too short" : "bad length", `${length} octets`);
  }
  assert.equal(parseRsne(hex("0200 000fac04")), "bad version");
  assert.equal(parseRsne(hex("0100 000fac04 0000")), "bad length", "a list of no pairwise suites");
});

test("RSNE, Key Data, MPDU and Management frames come back from their octets as they were", () => {
  const rsnes = plain({
    group: suite,
    pairwise: fc.array(suite, { minLength: 1, maxLength: 4 }),
    akms: fc.array(suite, { minLength: 1, maxLength: 4 }),
    capabilities: number16,
    pmkids: fc.array(octets(16), { maxLength: 3 }),
    groupManagement: fc.option(suite, { nil: undefined }),
  });
  fc.assert(
    fc.property(rsnes, (rsne) => assert.deepEqual(parseRsne(emitRsne(rsne)), rsne)),
    RUNS,
  );

  const gtk = plain({ keyId: fc.integer({ min: 0, max: 3 }), key: octets(1, 32) });
  const keyData = fc.record(
    { rsne: octets(1, 30), gtk, pmkid: octets(16) },
    { requiredKeys: [], noNullPrototype: true },
  );
  fc.assert(
    fc.property(keyData, (data) => {
      const padded = padKeyData(emitKeyData(data));
      assert.ok(padded.length >= 16 && padded.length % 8 === 0, `${padded.length}`);
      assert.deepEqual(parseKeyData(padded), data);
    }),
    RUNS,
  );

  const kinds = Object.keys(KIND) as Kind[];
  const mpdus = plain({
    kind: fc.constantFrom(...kinds),
    flags: fc.integer({ min: 0, max: 255 }).map((flags) => flags & ~4),
    a1: octets(6),
    a2: octets(6),
    a3: octets(6),
    sequence: number16.map((sequence) => sequence & 0xfff0),
    body: octets(0, 60),
  });
  fc.assert(
    fc.property(mpdus, (mpdu) => assert.deepEqual(parseMpdu(emitMpdu(mpdu)), mpdu)),
    RUNS,
  );

  const capabilities = number16;
  const beacons = plain({
    timestamp_us: fc.bigInt(0n, 2n ** 64n - 1n),
    interval_TU: number16,
    capabilities,
    elements,
  });
  fc.assert(
    fc.property(beacons, (beacon) => assert.deepEqual(parseBeacon(emitBeacon(beacon)), beacon)),
    RUNS,
  );
  const authentications = plain({ algorithm: number16, transaction: number16, status: number16 });
  fc.assert(
    fc.property(authentications, (frame) => assert.deepEqual(parseAuthentication(emitAuthentication(frame)), frame)),
    RUNS,
  );
  const requests = plain({ capabilities, listenInterval: number16, elements });
  fc.assert(
    fc.property(requests, (frame) => assert.deepEqual(parseAssociationRequest(emitAssociationRequest(frame)), frame)),
    RUNS,
  );
  const aid = fc.integer({ min: 0, max: 2007 });
  const responses = plain({ capabilities, status: number16, aid, elements });
  fc.assert(
    fc.property(responses, (frame) =>
      assert.deepEqual(parseAssociationResponse(emitAssociationResponse(frame)), frame),
    ),
    RUNS,
  );
});

test("no octets make a parser throw: each answers with a frame or with the word for why it is none", () => {
  const words = ["too short", "bad type", "bad length", "bad version"];
  const parsers: ((octets: Uint8Array) => object | string)[] = [
    parseMpdu,
    parseElements,
    parseRsne,
    parseBeacon,
    parseAuthentication,
    parseAssociationRequest,
    parseAssociationResponse,
    parseReason,
    parseMsdu,
    parseKeyData,
    parseCcmpHeader,
    (given) => {
      const eapol = parseEapol(given);
      return typeof eapol === "string" ? eapol : parseEapolKey(eapol);
    },
  ];
  for (const parse of parsers) {
    fc.assert(
      fc.property(octets(0, 140), fc.constantFrom("", "0100", "02030010", "0b", "dd06000fac01"), (given, head) => {
        const parsed = parse(new Uint8Array([...hex(head), ...given]));
        assert.ok(typeof parsed !== "string" || words.includes(parsed), `${parsed}`);
      }),
      RUNS,
    );
  }
});
