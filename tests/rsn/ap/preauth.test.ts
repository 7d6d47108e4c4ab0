/** Pre-authentication at our AP: what it ends in, what is dropped, and what floods and silence cost. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { EapBackend, EapStep } from "../../../host/eap/backend.ts";
import { Policy } from "../../../host/rsn/ap/policy.ts";
import { RsnAp } from "../../../host/rsn/ap/rsnap.ts";
import { EAPOL_TYPE, emitEapol } from "../../../host/rsn/frames/eapol.ts";
import { emitEthernet } from "../../../host/rsn/frames/ethernet.ts";
import { ETHERTYPE } from "../../../host/rsn/frames/llc.ts";
import { emitAuthentication } from "../../../host/rsn/frames/management.ts";
import { emitMpdu } from "../../../host/rsn/frames/mpdu.ts";
import { nodeRsnCrypto } from "../../../host/rsn/keys/crypto.node.ts";
import { suiteOf } from "../../../host/rsn/keys/suites.ts";
import { offersPreauthentication, type PreauthStep } from "../../../host/rsn/station/preauthclient.ts";
import { concat, hex } from "../../support/hex.ts";
import { KEY, OTHER_KEY, serverOf } from "../eap/conversation.ts";
import { AA, Bed, SPA, SSID } from "./bed.ts";
import { clientOf, preauthenticate, TARGET, targetOf } from "./preauthbed.ts";

const start = emitEapol(EAPOL_TYPE.start, new Uint8Array(0));
const frameOf = (data: Uint8Array, { da = TARGET, sa = SPA, etherType = ETHERTYPE.preauthentication as number } = {}) =>
  emitEthernet({ da, sa, etherType, data });
const SILENT: EapBackend = { begin: () => ({ receive: () => undefined }) };
/** An Ethernet frame's EAP packet: behind 14 octets of Ethernet and 4 of EAPOL. */
const eapIn = (frame: Uint8Array): Uint8Array => frame.slice(18);

test("9.4.2.24.4: the RSNE has the Preauthentication bit if and only if the AP is given who pre-authenticates", () => {
  const { rsne } = new Policy([1, 2], { preauthenticates: true });
  assert.equal(rsne[rsne.length - 2], 1);
  assert.equal(rsne[rsne.length - 1], 0);
  assert.ok(offersPreauthentication(rsne, 1), "AKM 1");
  assert.ok(!offersPreauthentication(rsne, 5), "AKM 5 is not offered");
  assert.ok(!offersPreauthentication(new Policy([1, 2]).rsne, 1), "without the bit");
  assert.ok(!offersPreauthentication(rsne.slice(0, 1), 1), "what is no RSNE");
  assert.throws(() => new Policy([2, 6], { preauthenticates: true }), /akms: 2, 6, where pre-authentication needs/);
  const beacon = targetOf(serverOf()).beacon(0);
  const at = beacon.findIndex((id, i) => id === 48 && beacon[i + 1] === rsne.length + 4);
  assert.equal(beacon[at + rsne.length + 4], 1, "the Beacon of an AP with three AKMs says so");
});

test("000-R12: frames that pre-authentication has no use for are counted by their reason, and nothing is answered", () => {
  const ap = targetOf(serverOf());
  const key = emitEapol(EAPOL_TYPE.key, new Uint8Array(95));
  const response = emitEapol(EAPOL_TYPE.eap, hex("02 01 0005 01"));
  const cases: readonly (readonly [string, Uint8Array])[] = [
    ["too short", frameOf(start).slice(0, 13)],
    ["too short", frameOf(start.slice(0, 3))],
    ["bad length", frameOf(hex("02 00 0001"))],
    ["bad type", concat(TARGET, SPA, hex("0004"), start)],
    ["bad type", frameOf(start, { etherType: ETHERTYPE.eapol })],
    ["bad type", frameOf(key)],
    ["bad type", frameOf(emitEapol(EAPOL_TYPE.logoff, new Uint8Array(0)))],
    ["not for me", frameOf(start, { da: AA })],
    ["not for me", frameOf(start, { da: hex("01 80 c2 00 00 03") })],
    ["not for me", frameOf(start, { sa: hex("03 00 00 00 03 00") })],
    ["not for me", frameOf(start, { sa: TARGET })],
    ["wrong phase", frameOf(response)],
  ];
  for (const [reason, frame] of cases) {
    const before = { ...ap.refused };
    assert.deepEqual(ap.preauth.receive(frame, 0), { frames: [], refused: reason });
    assert.deepEqual(ap.refused, { ...before, [reason]: before[reason as keyof typeof before] + 1 }, reason);
  }
  assert.equal(ap.preauth.due_s, Number.POSITIVE_INFINITY);
  ap.preauth.receive(frameOf(start), 0);
  for (const [reason, packet] of [
    ["too short", hex("02 01")],
    ["bad type", hex("01 01 0005 01")],
  ] as const) {
    assert.equal(ap.preauth.receive(frameOf(emitEapol(EAPOL_TYPE.eap, packet)), 0).refused, reason);
  }
});

test("000-R12: an AP whose RSNE does not offer pre-authentication counts and drops it; so does one for its own stations", () => {
  const bed = new Bed({ akm: 5, key: KEY, eap: serverOf() });
  const outcome = bed.ap.preauth.receive(frameOf(start, { da: AA }), 0);
  assert.deepEqual(outcome, { frames: [], refused: "no pre-authentication" });

  const ap = targetOf(serverOf());
  const there = new Bed({ akm: 5, key: KEY, ap });
  const [request] = ap.preauth.receive(frameOf(start), 0).frames;
  assert.ok(request, "it begins before the station is associated");
  there.connect();
  assert.ok(there.isAuthorized, "the port is open");
  assert.equal(ap.preauth.due_s, Number.POSITIVE_INFINITY, "what was under way is over");
  assert.equal(ap.preauth.receive(frameOf(start), 0).refused, "associated here");
});

test("000-R12: a flood of EAPOL-Start of one station begins EAP once a second, one of many stations 64 times at once", () => {
  let begun = 0;
  const server = serverOf();
  const counting: EapBackend = {
    begin: () => {
      begun++;
      return server.begin();
    },
  };
  const ap = targetOf(counting);
  for (let i = 0; i < 100; i++) {
    const { frames, refused } = ap.preauth.receive(frameOf(start), i / 100);
    assert.deepEqual([frames.length, refused], i === 0 ? [1, undefined] : [0, "too many starts"]);
  }
  assert.equal(ap.preauth.receive(frameOf(start), 1).frames.length, 1, "after a second it begins again");
  assert.equal(begun, 2);

  const stranger = (i: number): Uint8Array => Uint8Array.of(0x02, 0, 0, 1, i >> 8, i & 0xff);
  for (let i = 0; i < 1000; i++) ap.preauth.receive(frameOf(start, { sa: stranger(i) }), 1);
  assert.equal(begun, 2 + 63);
  assert.equal(ap.refused["too many starts"], 99 + 937);
  assert.equal(preauthenticate(clientOf(5), ap, { isBegun: true, now_s: 4 })?.akm, 5, "what was under way goes on");
  assert.deepEqual(
    [7, 10].map((now_s) => ap.preauth.advance(now_s).length),
    [63, 63],
  );
  assert.equal(ap.preauth.advance(13).length, 0, "whoever has not answered is forgotten without a word");
  assert.equal(ap.preauth.due_s, Number.POSITIVE_INFINITY);
});

test("000-R5: a Request of pre-authentication is sent four times, every 3 s; a server that says nothing is waited for 35 s", () => {
  const ap = targetOf(SILENT);
  const sent = [...ap.preauth.receive(frameOf(start), 0).frames];
  for (const due_s of [3, 6, 9]) {
    assert.equal(ap.preauth.due_s, due_s);
    sent.push(...ap.preauth.advance(due_s));
  }
  assert.equal(sent.length, 4);
  for (const frame of sent) assert.deepEqual(frame, sent[0], "the same one");
  const response = eapIn(sent[0]);
  response[0] = 2;
  const answer = frameOf(emitEapol(EAPOL_TYPE.eap, response));
  assert.deepEqual(ap.preauth.receive(answer, 10), { frames: [] });
  assert.equal(ap.preauth.receive(answer, 10).refused, "wrong EAP identifier");
  assert.equal(ap.preauth.due_s, 45);
  assert.deepEqual(ap.preauth.advance(45), []);
  assert.equal(ap.preauth.receive(answer, 45).refused, "wrong phase");
});

test("000-R5: a wrong EAP-PSK key ends pre-authentication with EAP-Failure, and the PMKSA of before stays", () => {
  const ap = targetOf(serverOf());
  const pmksa = preauthenticate(clientOf(5), ap);
  assert.ok(pmksa, "the first succeeds");
  assert.equal(preauthenticate(clientOf(5, OTHER_KEY), ap, { now_s: 2 }), undefined);
  assert.deepEqual(ap.pmksa.find(SPA, suiteOf(5), [pmksa.pmkid], 3), pmksa.pmk);
  assert.equal(ap.pmksa.find(SPA, suiteOf(1), [pmksa.pmkid], 3), undefined, "another AKM has another PMKID");
});

test("000-R12: a server that answers later is heard by preauth.eapAnswer, and not when the station has come meanwhile", () => {
  const owed: EapStep[] = [];
  const server = serverOf();
  const later: EapBackend = {
    begin: () => {
      const conversation = server.begin();
      return {
        receive: (packet) => {
          owed.push(conversation.receive(packet));
          return undefined;
        },
      };
    },
  };
  const ap = targetOf(later);
  const client = clientOf(1);
  let step: PreauthStep = { send: client.begin(0) };
  while ("send" in step) {
    const { frames } = ap.preauth.receive(step.send, 0);
    const late = owed.shift();
    const [down] = late ? ap.preauth.eapAnswer(SPA, late, 0) : frames;
    step = client.receive(down, 0);
  }
  assert.ok("pmksa" in step, "the client has its PMKSA");
  assert.deepEqual(ap.pmksa.find(SPA, suiteOf(1), [step.pmksa.pmkid], 0), step.pmksa.pmk);
  const failure: EapStep = { result: "failure", packet: hex("04 01 0004") };
  assert.deepEqual(ap.preauth.eapAnswer(SPA, failure, 0), [], "nothing is under way any more");
});

test("a station that is pre-authenticated is not authenticated: association without the Authentication frame is refused", () => {
  const ap = targetOf(serverOf());
  assert.ok(preauthenticate(clientOf(5), ap), "there is a PMKSA");
  const shared = { flags: 0, a1: TARGET, a2: SPA, a3: TARGET, sequence: 0 } as const;
  const outcome = ap.receive(emitMpdu({ ...shared, kind: "Association Request", body: new Uint8Array(4) }), 0);
  assert.equal(outcome.refused, "not authenticated");
  const body = emitAuthentication({ algorithm: 0, transaction: 1, status: 0 });
  assert.equal(ap.receive(emitMpdu({ ...shared, kind: "Authentication", body }), 0).refused, undefined);
});

test("000-R12: whatever comes off the wire, neither side throws, each frame is taken or counted once, and no PMKSA comes of it", () => {
  const data = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    fc
      .record({ type: fc.nat({ max: 4 }), body: fc.uint8Array({ maxLength: 60 }) })
      .map(({ type, body }) => emitEapol(type, body)),
  );
  const etherType = fc.constantFrom<number>(ETHERTYPE.preauthentication, ETHERTYPE.eapol);
  fc.assert(
    fc.property(fc.array(fc.record({ data, etherType }), { maxLength: 8 }), (frames) => {
      const ap = targetOf(serverOf());
      const client = clientOf(5);
      client.begin(0);
      const sum = (): number => Object.values(ap.refused).reduce((all, count) => all + count, 0);
      for (const [i, { data, etherType }] of frames.entries()) {
        const before = sum();
        const { refused } = ap.preauth.receive(frameOf(data, { etherType }), i);
        assert.equal(sum() - before, refused === undefined ? 0 : 1);
        assert.ok(!("pmksa" in client.receive(frameOf(data, { da: SPA, sa: TARGET, etherType }), i)), "no PMKSA");
      }
    }),
    { numRuns: 200, seed: 88 },
  );
});

test("000-R12: an AP of PSK suites only cannot be given who pre-authenticates", () => {
  const shared = { crypto: nodeRsnCrypto, aa: AA, ssid: SSID, mode: "rsn", psk: () => undefined } as const;
  assert.throws(() => new RsnAp({ ...shared, akms: [2], preauth: SILENT }), RangeError);
});
