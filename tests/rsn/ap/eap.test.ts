/** 802.1X between association and handshake: success, failure, silence, and the PMKSA that makes it unnecessary. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { EapBackend, EapConversation, EapStep } from "../../../host/eap/backend.ts";
import { REASON } from "../../../host/rsn/frames/codes.ts";
import { EAPOL_TYPE, emitEapol } from "../../../host/rsn/frames/eapol.ts";
import { ETHERTYPE, emitMsdu, parseMsdu } from "../../../host/rsn/frames/llc.ts";
import { emitMpdu, FLAG, parseMpdu } from "../../../host/rsn/frames/mpdu.ts";
import { suiteOf } from "../../../host/rsn/keys/suites.ts";
import { PMKSA, readPmksa } from "../twin/record.ts";
import { STATE } from "../twin/statuses.ts";
import { keysOnAir } from "./air.ts";
import { AA, Bed, MSDU, SPA } from "./bed.ts";
import { eapPskServer } from "./eappskserver.ts";

const KEY = Uint8Array.from({ length: 16 }, (_, i) => 11 * i + 3);

/** The EAP packet of a frame in clear. */
function eapIn(frame: Uint8Array): Uint8Array | undefined {
  const mpdu = parseMpdu(frame);
  if (typeof mpdu === "string" || mpdu.kind !== "Data") return undefined;
  const msdu = parseMsdu(mpdu.body);
  if (typeof msdu === "string" || msdu.etherType !== ETHERTYPE.eapol) return undefined;
  return msdu.data[1] === EAPOL_TYPE.eap ? msdu.data.slice(4) : undefined;
}
const eapOn = (bed: Bed): Uint8Array[] => bed.air.flatMap((frame) => eapIn(frame) ?? []);
const eapUp = (packet: Uint8Array): Uint8Array => {
  const body = emitMsdu({ etherType: ETHERTYPE.eapol, data: emitEapol(EAPOL_TYPE.eap, packet) });
  return emitMpdu({ kind: "Data", flags: FLAG.toDs, a1: AA, a2: SPA, a3: AA, sequence: 0, body });
};

for (const akm of [1, 5] as const) {
  for (const mode of ["rsn", "seed"] as const) {
    test(`000-R5, 000-R6, 000-R12: AKM ${akm}, mode ${mode}: EAP, then the handshake; the next association needs no EAP`, () => {
      const bed = new Bed({ akm, mode, key: KEY, eap: eapPskServer(KEY) });
      bed.connect();
      assert.ok(bed.isAuthorized, "the port is open");
      assert.equal(eapOn(bed).length, 7, "identity, two exchanges of EAP-PSK, and the success");
      assert.deepEqual(readPmksa(bed.host)?.aa, AA);

      assert.equal(bed.station.boot(), 0);
      bed.air.length = 0;
      bed.connect();
      assert.ok(bed.isAuthorized, "the port is open again");
      assert.equal(eapOn(bed).length, 0, "without EAP");
      const { frame } = bed.station.send(MSDU);
      assert.ok(frame, "the station sends");
      bed.up(frame);
      assert.deepEqual(bed.delivered, [MSDU]);
    });
  }
}

test("000-R12: an AP that has forgotten the PMKSA runs EAP, and the entry of the station is made anew", () => {
  const bed = new Bed({ akm: 5, key: KEY, eap: eapPskServer(KEY) });
  bed.connect();
  const before = bed.host.nvm.slice(PMKSA.offset);
  bed.ap.pmksa.forget(SPA);
  bed.air.length = 0;
  bed.connect();
  assert.ok(bed.isAuthorized, "the port is open");
  assert.equal(eapOn(bed).length, 7);
  assert.notDeepEqual(bed.host.nvm.slice(PMKSA.offset), before);
});

test("000-R12: a PMKSA is over after 43,200 s, and serves one AKM and one station only", () => {
  const bed = new Bed({ akm: 5, key: KEY, eap: eapPskServer(KEY) });
  bed.connect();
  const [m1] = keysOnAir(bed.air);
  const pmkids = [m1.keyData.slice(6)];
  const { pmksa } = bed.ap;
  assert.ok(pmksa.find(SPA, suiteOf(5), pmkids, 43_199), "in time");
  assert.equal(pmksa.find(SPA, suiteOf(1), pmkids, 1), undefined, "another AKM");
  assert.equal(pmksa.find(AA, suiteOf(5), pmkids, 1), undefined, "another station");
  assert.equal(pmksa.find(SPA, suiteOf(5), [new Uint8Array(16)], 1), undefined, "another PMKID");
  assert.equal(pmksa.find(SPA, suiteOf(5), pmkids, 43_200), undefined, "too late");
  assert.equal(pmksa.find(SPA, suiteOf(5), pmkids, 1), undefined, "and then it is gone");
});

test("000-R5: another EAP-PSK key ends with EAP-Failure and reason 23, and there is never an M1", () => {
  const bed = new Bed({ akm: 1, key: KEY.map((octet) => octet ^ 1), eap: eapPskServer(KEY) });
  bed.connect();
  assert.deepEqual([...bed.ap.ended], [[REASON.IEEE_802_1X_AUTH_FAILED, 1]]);
  assert.equal(eapOn(bed).at(-1)?.[0], 4, "the last EAP packet is a Failure");
  assert.equal(bed.ladder.at(-1), "Deauthentication");
  assert.deepEqual(keysOnAir(bed.air), []);
  assert.ok(!bed.isAuthorized, "the port is closed");
});

test("000-R5: a Request that nobody answers is sent four times, every 3 s, and ends with reason 23", () => {
  const bed = new Bed({ akm: 1, key: KEY, eap: eapPskServer(KEY) });
  bed.passes = (frame) => eapIn(frame) === undefined;
  bed.connect();
  bed.wait(11.9);
  const requests = eapOn(bed);
  assert.equal(requests.length, 4);
  for (const request of requests) assert.deepEqual(request, requests[0], "the same one");
  bed.wait(0.2);
  assert.deepEqual([...bed.ap.ended], [[REASON.IEEE_802_1X_AUTH_FAILED, 1]]);
});

test("000-R5: every lost EAP packet is made good", () => {
  for (let lost = 0; lost < 6; lost++) {
    const bed = new Bed({ akm: 5, key: KEY, eap: eapPskServer(KEY) });
    let count = 0;
    bed.passes = (frame) => eapIn(frame) === undefined || count++ !== lost;
    bed.connect();
    bed.wait(4);
    assert.ok(bed.isAuthorized, `packet ${lost}`);
  }
});

test("a Response of another identifier, a Request from below and what is too short are dropped, and EAP goes on", () => {
  const bed = new Bed({ akm: 1, key: KEY, eap: eapPskServer(KEY) });
  let held: Uint8Array | undefined;
  bed.passes = (frame) => {
    if (frame[1] !== FLAG.toDs || held) return true;
    held = frame;
    return false;
  };
  bed.connect();
  const identity = held && eapIn(held);
  assert.ok(held && identity, "the identity is on its way");
  const other = identity.slice();
  other[1] ^= 1;
  const request = identity.slice();
  request[0] = 1;
  assert.equal(bed.ap.receive(eapUp(other), 0).refused, "wrong EAP identifier");
  assert.equal(bed.ap.receive(eapUp(request), 0).refused, "bad type");
  assert.equal(bed.ap.receive(eapUp(identity.slice(0, 3)), 0).refused, "too short");
  bed.up(held);
  assert.ok(bed.isAuthorized, "the port is open");
  assert.equal(bed.ap.receive(held, 0).refused, "unprotected", "EAP in clear behind the handshake");
});

/** A backend that answers when it is asked to, as one behind RADIUS does. */
function later(backend: EapBackend): EapBackend & { take(): EapStep | undefined } {
  let owed: EapStep | undefined;
  return {
    begin(spa): EapConversation {
      const conversation = backend.begin(spa);
      return {
        receive(packet) {
          owed = conversation.receive(packet);
          return undefined;
        },
      };
    },
    take() {
      const step = owed;
      owed = undefined;
      return step;
    },
  };
}

test("000-R5: a server that says nothing costs the association after 35 s, reason 23, and no Request goes out twice", () => {
  const bed = new Bed({ akm: 1, key: KEY, eap: later(eapPskServer(KEY)) });
  bed.connect();
  bed.wait(34.9);
  assert.equal(eapOn(bed).length, 2, "identity, asked for and answered");
  assert.deepEqual([...bed.ap.ended], []);
  bed.wait(0.2);
  assert.deepEqual([...bed.ap.ended], [[REASON.IEEE_802_1X_AUTH_FAILED, 1]]);
  assert.ok(!bed.isAuthorized);
});

test("000-R5: a backend may answer later; meanwhile nothing is sent again, and a second Response is dropped", () => {
  const backend = later(eapPskServer(KEY));
  const bed = new Bed({ akm: 5, key: KEY, eap: backend });
  bed.connect();
  for (let step = backend.take(); step; step = backend.take()) {
    const count = bed.air.length;
    bed.wait(2);
    assert.equal(bed.air.length, count, "nothing is sent while the answer is owed");
    const last = bed.air.findLast((frame) => frame[1] === FLAG.toDs);
    assert.ok(last, "there was a Response");
    assert.equal(bed.ap.receive(last, bed.now_s).refused, "wrong EAP identifier");
    bed.down(bed.ap.eapAnswer(SPA, step, bed.now_s));
  }
  assert.ok(bed.isAuthorized, "the port is open");
  assert.equal(bed.station.state, STATE.open);
});

test("EAPOL-Start begins EAP again, also in place of a handshake over a cached PMK; with keys installed it is dropped", () => {
  const start = emitMsdu({ etherType: ETHERTYPE.eapol, data: emitEapol(EAPOL_TYPE.start, new Uint8Array(0)) });
  const frame = emitMpdu({ kind: "Data", flags: FLAG.toDs, a1: AA, a2: SPA, a3: AA, sequence: 0, body: start });
  const bed = new Bed({ akm: 5, key: KEY, eap: eapPskServer(KEY) });
  bed.connect();
  assert.equal(bed.ap.receive(frame, 0).refused, "unprotected");
  bed.passes = (octets) => keysOnAir([octets]).length === 0;
  bed.connect();
  assert.equal(keysOnAir(bed.air).at(-1)?.replayCounter, 1n, "an M1 over the cached PMK was lost");
  bed.passes = () => true;
  bed.air.length = 0;
  bed.up(frame);
  assert.equal(eapOn(bed).length, 7);
  assert.ok(bed.isAuthorized, "the port is open");
});
