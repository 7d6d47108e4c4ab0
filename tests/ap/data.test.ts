/** Data after the exchange: PNs, their end, the 60 s, and readings that look like proofs (PROTOCOL section 4, step 6). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { tampered, withPn } from "../support/deviceframes.ts";
import { TwinAp } from "../twin/ap.ts";
import { ascii, concat, hex } from "../twin/bytes.ts";
import { ackFrame, FC, idOf, PROFILES as TWIN_PROFILES } from "../twin/frames.ts";
import { numberedFrame, type Session } from "../twin/session.ts";
import { MODIFIER } from "../vectors/world.ts";
import { Bed, type BedDevice, nextRootOf, proofOf, pskOf } from "./bed.ts";

/** The session as the twin's AP knows it, keys included. */
function twinOf(bed: Bed, device: BedDevice, m1: Uint8Array, m2: Uint8Array): Session {
  const [profile] = TWIN_PROFILES;
  const twin = new TwinAp(bed.aa, MODIFIER);
  twin.enrol(device.spa, 0, pskOf(device.spa));
  const info = { sessionId: m1[5], acwe: 0, ulRate: 0, access: 0, slots: 1, slotDuration_4us: 255, reserved: 0 };
  assert.equal(hex(twin.trigger({ profile, spa: null, aNonce: m1.slice(17, 33), info })), hex(m1));
  const taken = twin.respond(m2);
  assert.ok(taken, "the twin takes M2");
  return taken.session;
}

function secure() {
  const bed = new Bed();
  const device = bed.enrol();
  const m1 = bed.trigger();
  const m2 = device.answer(m1);
  device.takes(bed.delivers(bed.takes(m2)).m3);
  return { bed, device, session: twinOf(bed, device, m1, m2) };
}

/** UL Data of any PN, as only the device could make it. */
function ulData(session: Session, pn: number, payload = ascii("up"), encrypted = true): Uint8Array {
  return numberedFrame(session, FC.data, session.spa, pn, payload, { encrypted, command: false }).frame;
}

test("UL Data are taken once, in order, gaps allowed, in either mode", () => {
  const { bed, device, session } = secure();
  const { spa } = device;
  const up = [1, 2, 3].map((reading) => device.says(Uint8Array.of(reading), reading !== 2));
  assert.deepEqual(bed.receive(up[0]), { kind: "data", spa, payload: Uint8Array.of(1) });
  bed.refuses(up[0], "replayed PN");
  assert.deepEqual(bed.receive(up[2]), { kind: "data", spa, payload: Uint8Array.of(3) });
  bed.refuses(up[1], "replayed PN");
  assert.deepEqual(bed.receive(ulData(session, 40_000, ascii(""), false)), { kind: "data", spa, payload: ascii("") });
  bed.refuses(ulData(session, 0), "replayed PN");
  bed.refuses(ulData(session, 1), "replayed PN");
  bed.refuses(ulData(session, 40_000), "replayed PN");
});

test("AMP-R4: UL Data that is spoilt anywhere is refused for what is wrong with it, and the true one is taken after it", () => {
  const { bed, device, session } = secure();
  const good = device.says(ascii("21.5 C"));
  const spoilt = good.slice();
  spoilt[8] ^= 1;
  bed.refuses(spoilt, "bad FCS");
  bed.refuses(tampered(good, 8), "bad MIC");
  bed.refuses(withPn(good, 9), "bad MIC");
  bed.refuses(tampered(good, 3, 0x40), "bad MIC");
  bed.refuses(tampered(good, 4, 0x01), "no root of that generation");
  bed.refuses(tampered(good, 4, 0x04 | 0x08), "bad profile");
  bed.refuses(tampered(good, 0, 0x20), "reserved bits");
  // Its own Data come back from the AP, and the AP's from the device's direction: A2 tells them apart.
  const down = bed.data(device.spa, ascii("down"));
  bed.refuses(down, "bad MIC");
  bed.refuses(withPn(down, 9), "bad MIC");
  assert.deepEqual(bed.receive(good), { kind: "data", spa: session.spa, payload: ascii("21.5 C") });
});

test("AMP-R1: the PN of UL Data runs out at 65,535: that frame is taken, and then the PTK is gone", () => {
  const { bed, device, session } = secure();
  bed.refuses(withPn(ulData(session, 2), 65_535), "bad MIC");
  assert.equal(bed.receive(ulData(session, 65_535)).kind, "data");
  assert.equal(bed.crypto.livePtks(), 0, "AMP-R5");
  bed.refuses(ulData(session, 65_535), "PN exhausted");
  assert.deepEqual(bed.ap.data(device.spa, ascii("down"), bed.now_s), { reason: "PN exhausted" });
  bed.exchange(device);
  assert.equal(bed.receive(device.says(ascii("up"))).kind, "data");
});

test("AMP-R1: the PN of DL Data runs out at 65,535: 65,534 frames, then a new handshake", () => {
  const { bed, device, session } = secure();
  let last: Uint8Array = new Uint8Array(0);
  for (let pn = 2; pn <= 65_535; pn++) {
    last = bed.ap.data(device.spa, new Uint8Array(0), bed.now_s).octets ?? new Uint8Array(0);
    assert.equal((last[5] << 8) | last[6], pn);
  }
  device.takes(last);
  assert.equal(bed.crypto.livePtks(), 0, "AMP-R5");
  assert.deepEqual(bed.ap.data(device.spa, ascii(""), bed.now_s), { reason: "PN exhausted" });
  bed.refuses(ulData(session, 2), "PN exhausted");
  bed.crypto.assertSealedOnce();
  bed.exchange(device);
  device.takes(bed.data(device.spa, ascii("again")));
});

test("DL Data: no session, too long for the profile, or a frame; a refused call uses no PN", () => {
  const { bed, device } = secure();
  const stranger = Uint8Array.of(2, 3, 4, 5, 6, 7);
  assert.deepEqual(bed.ap.data(stranger, ascii("x"), bed.now_s), { reason: "no session" });
  assert.deepEqual(bed.ap.data(device.spa, new Uint8Array(55), bed.now_s), { reason: "payload too long" });
  const down = bed.data(device.spa, new Uint8Array(54).fill(1));
  assert.deepEqual([...down.subarray(5, 7)], [0, 2]);
  device.takes(down);
});

test("a PTK lives 60 s from the last valid frame, and no longer for frames that are not valid or not received", () => {
  const { bed, device } = secure();
  bed.now_s += 59.999;
  const up = device.says(ascii("up"));
  assert.equal(bed.receive(up).kind, "data");
  bed.now_s += 59.999;
  // A replay, a forgery, an Ack and DL Data of the AP's own are no valid frames.
  bed.refuses(up, "replayed PN");
  bed.refuses(tampered(device.says(ascii("x")), 8), "bad MIC");
  assert.deepEqual(bed.receive(ackFrame(idOf(device.spa))), { kind: "ack" });
  bed.data(device.spa, ascii("down"));
  const last = device.says(ascii("last"));
  assert.equal(bed.crypto.livePtks(), 1);
  bed.now_s += 0.001;
  bed.refuses(last, "no session");
  assert.equal(bed.crypto.livePtks(), 0, "AMP-R5: wiped");
  assert.deepEqual(bed.ap.data(device.spa, ascii("down"), bed.now_s), { reason: "no session" });
});

test("AMP-R5: PTKs of devices that are not heard of again are wiped when their time is over, whatever else happens", () => {
  const bed = new Bed();
  const devices = [0, 1, 2].map((n) => bed.enrol(concat(2, 0xc0, 0, 0, 1, n)));
  for (const device of devices) {
    bed.exchange(device);
    bed.now_s += 20;
  }
  // At 20, 40 and 60 s without a frame; the first one is heard again.
  assert.equal(bed.receive(devices[1].says(ascii("up"))).kind, "data");
  assert.equal(bed.crypto.livePtks(), 2);
  bed.now_s += 41;
  bed.trigger({}, 9);
  assert.equal(bed.crypto.livePtks(), 1, "the one that spoke");
  bed.now_s += 19;
  bed.trigger({}, 9);
  assert.equal(bed.crypto.livePtks(), 0);
});

test("a new M2 of a device ends its old session: Data of before are refused", () => {
  const { bed, device, session } = secure();
  bed.takes(device.answer(bed.trigger()));
  bed.refuses(ulData(session, 2), "no session");
  assert.equal(bed.crypto.livePtks(), 1);
});

test("an encrypted reading of ten octets that begins with 0x81 is a reading, unless the key service knows better", () => {
  const { bed, device } = secure();
  const { spa } = device;
  const reading = concat(0x81, 0, ascii("8 octets"));
  assert.deepEqual(bed.receive(device.says(reading)), { kind: "data", spa, payload: reading });
  assert.equal(bed.service.events["wrong proof"], 0, "no proof is waited for");
  bed.service.startUpdate(spa);
  for (const lookalike of [reading, concat(0x81, 1, ascii("8 octets"))]) {
    assert.deepEqual(bed.receive(device.says(lookalike)), { kind: "data", spa, payload: lookalike });
  }
  assert.equal(bed.service.events["wrong proof"], 2);
  assert.equal(bed.service.progressOf(spa).generation, 0);
});

test("a right proof in clear is no proof: an answer is encrypted", () => {
  const { bed, device } = secure();
  const { spa } = device;
  bed.service.startUpdate(spa);
  bed.command(device, "UPDATE");
  const payload = concat(0x81, 1, proofOf(nextRootOf(pskOf(spa), 1, spa), 1, spa));
  assert.deepEqual(bed.receive(device.says(payload, false)), { kind: "data", spa, payload });
  assert.equal(bed.service.progressOf(spa).generation, 0, "not proven by that");
  assert.deepEqual(bed.receive(device.says(payload, true)), { kind: "proof", spa, generation: 1 });
});
