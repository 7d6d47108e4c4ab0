/** What only the AP's side of the twin can show: whose frames it takes, and that each input of the keys counts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { TwinAp } from "./ap.ts";
import { bigEndian, concat, hex, unhex } from "./bytes.ts";
import { idOf, PROFILES } from "./frames.ts";
import { midstates } from "./hmac.ts";
import { MemoryHost } from "./host.ts";
import { provision } from "./record.ts";
import { TwinStation } from "./station.ts";
import { status } from "./status.ts";

const [COMPACT, WIDE] = PROFILES;
const SPA = unhex("02c0ffee0001");
const AA = unhex("020000000001");
const PSK = new Uint8Array(32).fill(0x5a);
const MODIFIER = unhex("a0a1a2a3a4a5a6a7");
const ENTROPY = Uint8Array.from({ length: 32 }, (_, i) => i);
const A_NONCE = unhex("404142434445464748494a4b4c4d4e4f");

function bootedStation(spa = SPA, psk: Uint8Array = PSK): TwinStation {
  const station = new TwinStation(new MemoryHost(provision(spa, midstates(psk)), [ENTROPY]));
  assert.equal(station.boot(), 0);
  return station;
}

function apFor(aa: Uint8Array, modifier: Uint8Array | null, psk = PSK, spa = SPA): TwinAp {
  const ap = new TwinAp(aa, modifier);
  ap.enrol(spa, 0, psk);
  return ap;
}

/** The M2 of a fresh station, and what an AP that sent another trigger makes of it. */
function m2For(ap: TwinAp, request = { profile: COMPACT, spa: SPA, aNonce: A_NONCE }): Uint8Array {
  const { frame } = bootedStation().receive(ap.trigger(request));
  assert.ok(frame);
  return frame;
}

test("002-A13: an M2 fits the trigger it answers, and no other AA, SPA, PMK, Modifier or ANonce", () => {
  const right = apFor(AA, MODIFIER);
  const m2 = m2For(right);
  assert.ok(right.respond(m2));
  const request = { profile: COMPACT, spa: SPA, aNonce: A_NONCE };
  const otherSpa = unhex("02c0ffee0002");
  const others: [name: string, ap: TwinAp, request: typeof request][] = [
    ["AA", apFor(unhex("020000000002"), MODIFIER), request],
    ["PSK", apFor(AA, MODIFIER, new Uint8Array(32)), request],
    ["Modifier", apFor(AA, unhex("a0a1a2a3a4a5a6a8")), request],
    ["direct mode", apFor(AA, null), request],
    ["ANonce", apFor(AA, MODIFIER), { ...request, aNonce: A_NONCE.map((octet) => octet ^ 1) }],
    ["SPA", apFor(AA, MODIFIER, PSK, otherSpa), request],
    ["profile", apFor(AA, MODIFIER), { ...request, profile: WIDE, aNonce: concat(A_NONCE, A_NONCE) }],
  ];
  for (const [name, ap, otherRequest] of others) {
    ap.trigger(otherRequest);
    assert.equal(ap.respond(m2), null, name);
  }
});

test("002-A13: what the AADs bind: another DL data, TriggerInfo or broadcast makes the M2 unfit", () => {
  const request = { profile: COMPACT, spa: SPA, aNonce: A_NONCE };
  const m2 = m2For(apFor(AA, MODIFIER), request);
  const dlData = apFor(AA, MODIFIER);
  dlData.trigger({ ...request, dlData: unhex("01") });
  assert.equal(dlData.respond(m2), null);
  const info = apFor(AA, MODIFIER);
  info.trigger({
    ...request,
    info: { sessionId: 2, acwe: 0, ulRate: 0, access: 0, slots: 1, slotDuration_4us: 255, reserved: 0 },
  });
  assert.equal(info.respond(m2), null);
});

test("AMP-R3: the same M2 again gives the same session and M3; a second, different M2 is dropped", () => {
  const ap = apFor(AA, MODIFIER);
  const station = bootedStation();
  const m1 = ap.trigger({ profile: COMPACT, spa: SPA, aNonce: A_NONCE });
  const first = station.receive(m1).frame;
  assert.ok(first);
  const taken = ap.respond(first);
  assert.ok(taken);
  const m3 = hex(taken.confirm(unhex("01")).frame);
  assert.equal(ap.respond(first), taken);
  assert.equal(hex(taken.confirm(unhex("02")).frame), m3);
  assert.equal(station.setPayload(unhex("aa"), 0), 0);
  const second = station.receive(m1).frame;
  assert.ok(second);
  assert.notEqual(hex(second), hex(first));
  assert.equal(ap.respond(second), null);
});

test("002-A13: an M2 recorded under an old ANonce is worth nothing under a new one", () => {
  const ap = apFor(AA, MODIFIER);
  const m2 = m2For(ap);
  ap.trigger({ profile: COMPACT, spa: SPA, aNonce: A_NONCE.map((octet) => octet ^ 0x80) });
  assert.equal(ap.respond(m2), null);
});

/** Two addresses whose short identifiers are equal. */
function sameIdPair(): [Uint8Array, Uint8Array] {
  const seen = new Map<number, Uint8Array>();
  for (let i = 0; ; i++) {
    const spa = concat(unhex("02c0"), bigEndian(i, 4));
    const before = seen.get(idOf(spa));
    if (before !== undefined) return [before, spa];
    seen.set(idOf(spa), spa);
  }
}

test("two devices of one short identifier: the MIC decides whose M2 it is", () => {
  const [spaA, spaB] = sameIdPair();
  const pskB = new Uint8Array(32).fill(0x77);
  const ap = new TwinAp(AA, MODIFIER);
  ap.enrol(spaA, 0, PSK);
  ap.enrol(spaB, 0, pskB);
  const m1 = ap.trigger({ profile: COMPACT, spa: null, aNonce: A_NONCE });
  const devices: [spa: Uint8Array, psk: Uint8Array][] = [
    [spaA, PSK],
    [spaB, pskB],
  ];
  for (const [spa, psk] of devices) {
    const station = bootedStation(spa, psk);
    const m2 = station.receive(m1).frame;
    assert.ok(m2);
    const taken = ap.respond(m2);
    assert.ok(taken);
    assert.equal(hex(taken.session.spa), hex(spa));
    assert.equal(station.receive(taken.confirm().frame).status, 0);
  }
  const stranger = bootedStation(spaB, new Uint8Array(32));
  const m2 = stranger.receive(m1).frame;
  assert.ok(m2);
  assert.equal(ap.respond(m2), null);
});

test("the AP takes UL Data once, in order, and only under the session's keys", () => {
  const ap = apFor(AA, MODIFIER);
  const station = bootedStation();
  const m2 = station.receive(ap.trigger({ profile: COMPACT, spa: SPA, aNonce: A_NONCE })).frame;
  const taken = m2 && ap.respond(m2);
  assert.ok(taken);
  station.receive(taken.confirm().frame);
  const up = [1, 2, 3].map((reading) => {
    assert.equal(station.setPayload(Uint8Array.of(reading), 1), 0);
    const { frame } = station.send();
    assert.ok(frame);
    return frame;
  });
  assert.deepEqual(taken.receive(up[0]), Uint8Array.of(1));
  assert.deepEqual(taken.receive(up[2]), Uint8Array.of(3), "a gap is allowed");
  assert.equal(taken.receive(up[1]), null, "going back is not");
  assert.equal(taken.receive(up[2]), null, "nor is a repeat");
  const spoilt = up[2].map((octet, i) => (i === 7 ? octet ^ 1 : octet));
  assert.equal(taken.receive(spoilt), null);
  assert.equal(station.receive(up[2]).status, status("bad MIC"), "nor does the station take its own Data back");
});
