/** AMP-R3 at the AP, rule by rule, over the shipped station: sessions, repeats, second M2s, delivery, restarts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PROFILES } from "../../host/wire/profile.ts";
import { tampered } from "../support/deviceframes.ts";
import { ascii, hex } from "../twin/bytes.ts";
import { Bed, SPAN_s, spaOf } from "./bed.ts";

const bedWithDevice = () => {
  const bed = new Bed();
  return { bed, device: bed.enrol() };
};

test("AMP-R3: the same M2 again gets the same M3 octets, and is not delivered twice", () => {
  const { bed, device } = bedWithDevice();
  const m1 = bed.trigger();
  const m2 = device.answer(m1);
  const { m3 } = bed.delivers(bed.takes(m2), ascii("on"));
  const derived = bed.crypto.ptks.length;
  // M3 is lost, M1 is repeated, and the station answers with the M2 that it kept.
  for (let i = 0; i < 3; i++) {
    const again = bed.ap.repeat(0, bed.now_s);
    assert.ok(again, "the session is open");
    assert.equal(hex(again), hex(m1), "octet for octet");
    assert.equal(hex(device.answer(again)), hex(m2));
    assert.deepEqual(bed.receive(m2), { kind: "again", m3 });
  }
  device.takes(m3);
  assert.deepEqual(device.station.received(), ascii("on"));
  assert.equal(bed.crypto.ptks.length, derived, "no PTK is derived twice for one taken M2");
  bed.crypto.assertSealedOnce();
});

test("AMP-R3: a second, different M2 of a device under one ANonce is dropped without M3", () => {
  const { bed, device } = bedWithDevice();
  const m1 = bed.trigger();
  const first = device.answer(m1);
  const { m3 } = bed.delivers(bed.takes(first));
  // Another reading in state 2, and a power cycle: both make the station answer the same M1 with another SNonce.
  device.station.setPayload(ascii("other"), true);
  const second = device.answer(m1);
  bed.refuses(second, "second M2");
  device.powerCycle();
  const third = device.answer(m1);
  assert.notEqual(hex(third), hex(second));
  bed.refuses(third, "second M2");
  bed.refuses(second, "second M2");
  assert.deepEqual(bed.receive(first), { kind: "again", m3 }, "the first is still known");
  assert.equal(bed.crypto.livePtks(), 1, "AMP-R5: their PTKs are wiped");
  // The next ANonce is a new chance.
  bed.exchange(device);
});

test("AMP-R3: a second M2 is dropped while the first one's delivery is pending, too", () => {
  const { bed, device } = bedWithDevice();
  const m1 = bed.trigger();
  const reading = bed.takes(device.answer(m1));
  device.powerCycle();
  bed.refuses(device.answer(m1), "second M2");
  bed.delivers(reading);
});

test("AMP-R3: a session closes 1 s after its last slot; a repeat of M1 announces its slots anew", () => {
  const { bed, device } = bedWithDevice();
  const m1 = bed.trigger();
  const m2 = device.answer(m1);
  const sent_s = bed.now_s;
  bed.now_s = sent_s + SPAN_s + 1 - 1e-9;
  assert.ok(bed.ap.repeat(0, bed.now_s), "still open");
  bed.now_s = sent_s + SPAN_s + 1;
  bed.takes(m2);
  bed.now_s = sent_s + 2 * (SPAN_s + 1) - 1e-9;
  bed.refuses(m2, "no open session");
  assert.equal(bed.ap.repeat(0, bed.now_s), undefined, "a closed session's M1 is not repeated");
  bed.refuses(m2, "no open session");
});

test("AMP-R3: a late M2 is not taken, though it would fit", () => {
  const { bed, device } = bedWithDevice();
  const m2 = device.answer(bed.trigger());
  bed.now_s += SPAN_s + 1;
  bed.refuses(m2, "no open session");
  assert.equal(bed.crypto.ptks.length, 0, "no PTK is derived for it");
});

test("AMP-R3: an M2 is tried against the session of the channel that it came in on, and no other", () => {
  const { bed, device } = bedWithDevice();
  const m1 = bed.trigger({}, 1);
  const m2 = device.answer(m1);
  bed.refuses(m2, "no open session", 2);
  bed.trigger({}, 2);
  bed.refuses(m2, "bad MIC", 2);
  assert.equal(bed.crypto.livePtks(), 0, "AMP-R5: a candidate key that does not fit is wiped");
  assert.equal(bed.ap.repeat(1, bed.now_s)?.length, m1.length, "channel 1 has its session still");
  bed.takes(m2, 1);
});

test("002-A13, AMP-R3: the next different M1 on the channel closes the session: an old M2 is worth nothing under a new ANonce", () => {
  const { bed, device } = bedWithDevice();
  const first = bed.trigger();
  const old = device.answer(first);
  const second = bed.trigger();
  assert.notEqual(hex(second.slice(17, 33)), hex(first.slice(17, 33)), "a fresh ANonce for every trigger");
  bed.refuses(old, "bad MIC");
  bed.takes(device.answer(second));
});

test("002-A13, AMP-R3: a restarted AP has no session: nothing of before is taken, repeated or sent", () => {
  const { bed, device } = bedWithDevice();
  const other = bed.enrol(spaOf(1));
  bed.exchange(other);
  const pending = bed.takes(device.answer(bed.trigger({}, 1)), 1);
  const m1 = bed.trigger({}, 2);
  device.powerCycle();
  const m2 = device.answer(m1);
  const up = other.says(ascii("up"));
  bed.ap.restart();
  assert.equal(bed.crypto.livePtks(), 0, "AMP-R5: PTKs are wiped");
  assert.equal(bed.ap.repeat(2, bed.now_s), undefined);
  bed.refuses(m2, "no open session", 2);
  bed.refuses(up, "no session");
  assert.deepEqual(bed.ap.data(other.spa, ascii("down"), bed.now_s), { reason: "no session" });
  assert.equal(pending.delivered(bed.now_s), undefined, "a reading of before the restart gets no M3");
  assert.equal(bed.ap.refused["late delivery"], 1);
  // PMKs are durable: the next trigger is answered as ever.
  bed.exchange(device);
  bed.exchange(other);
  bed.crypto.assertSealedOnce();
});

test("AMP-R3: there is no M3 before the reading is delivered: the same M2 gets none while that is pending", () => {
  const { bed, device } = bedWithDevice();
  const m2 = device.answer(bed.trigger());
  const reading = bed.takes(m2);
  bed.refuses(m2, "delivery pending");
  bed.refuses(m2, "delivery pending");
  assert.equal(bed.crypto.sealed.length, 0, "nothing was sealed");
  assert.equal(reading.confirmation, undefined);
  assert.deepEqual(bed.ap.data(device.spa, ascii("early"), bed.now_s), { reason: "no session" }, "PN 1 is M3's");
  bed.now_s += 0.5;
  const { m3 } = bed.delivers(reading, ascii("late but well"));
  assert.deepEqual(bed.receive(m2), { kind: "again", m3 });
  assert.equal(hex(bed.delivers(reading, ascii("other data")).m3), hex(m3), "delivered twice, the M3 is one");
  device.takes(m3);
});

test("AMP-R3: a delivery that failed sends no M3; the same M2 is handed out again, from the PTK that it has", () => {
  const { bed, device } = bedWithDevice();
  device.station.setPayload(ascii("21.5 C"), true);
  const m2 = device.answer(bed.trigger());
  const reading = bed.takes(m2);
  for (let i = 0; i < 3; i++) {
    reading.failed();
    const again = bed.takes(m2);
    assert.deepEqual(again.payload, ascii("21.5 C"));
    bed.refuses(m2, "delivery pending");
  }
  assert.equal(bed.crypto.ptks.length, 1, "no PTK is derived twice for one taken M2");
  const { m3 } = bed.delivers(reading);
  assert.deepEqual(bed.receive(m2), { kind: "again", m3 }, "at most once per ANonce");
  device.takes(m3);
  bed.crypto.assertSealedOnce();
});

test("AMP-R3: a delivery that ends after the session has closed has no M3, and the device brings a reading again", () => {
  const lates: Readonly<Record<string, (bed: Bed) => void>> = {
    "1 s after the last slot": (bed) => {
      bed.now_s += SPAN_s + 1;
    },
    "the next M1": (bed) => void bed.trigger(),
    "another epoch's Modifier": (bed) => bed.service.renew(bed.aa),
  };
  for (const [when, closes] of Object.entries(lates)) {
    const { bed, device } = bedWithDevice();
    const reading = bed.takes(device.answer(bed.trigger()));
    closes(bed);
    assert.equal(reading.delivered(bed.now_s), undefined, when);
    assert.equal(bed.ap.refused["late delivery"], 1, when);
    assert.equal(bed.crypto.sealed.length, 0, when);
    bed.exchange(device);
  }
});

test("AMP-R3: a delivery that ends after the device's next M2 was taken elsewhere has no M3: its PTK is wiped", () => {
  const { bed, device } = bedWithDevice();
  const first = bed.takes(device.answer(bed.trigger({}, 1)), 1);
  const second = bed.takes(device.answer(bed.trigger({}, 2)), 2);
  assert.equal(bed.crypto.livePtks(), 1, "AMP-R5: one PTK a device");
  assert.equal(first.delivered(bed.now_s), undefined);
  device.takes(bed.delivers(second).m3);
});

test("AMP-R3: the record of an M2 outlives its PTK: while its session is open, the same M2 gets the same M3", () => {
  const { bed, device } = bedWithDevice();
  const m1 = bed.trigger({}, 1);
  const m2 = device.answer(m1);
  const { m3 } = bed.delivers(bed.takes(m2, 1));
  bed.takes(device.answer(bed.trigger({}, 2)), 2);
  assert.equal(bed.crypto.livePtks(), 1);
  assert.deepEqual(bed.receive(m2, 1), { kind: "again", m3 });
  device.powerCycle();
  bed.refuses(device.answer(m1), "second M2", 1);
});

test("002-A13: an M2 of another profile than its trigger's, and one whose trigger was changed on the way, are refused", () => {
  const { bed, device } = bedWithDevice();
  const m1 = bed.trigger({ data: ascii("LED on") });
  // Session ID, ACWE, slots, slot duration, a bit of the AA, of the ANonce, of the Modifier, of the DL data.
  for (const at of [5, 6, 7, 8, 16, 20, 35, 45]) {
    device.powerCycle();
    bed.refuses(device.answer(tampered(m1, at, at === 6 ? 0x01 : 0x02)), "bad MIC");
  }
  // A wide M1 of the same AP, whose session was on this channel before.
  const [compact, wide] = PROFILES;
  device.powerCycle();
  const wideM2 = device.answer(bed.trigger({ profile: wide }));
  bed.trigger({ profile: compact });
  bed.refuses(wideM2, "bad profile");
  assert.equal(bed.crypto.livePtks(), 0);
});

test("002-A13: a stripped Modifier makes the device answer under its root, and the AP refuse that", () => {
  const { bed, device } = bedWithDevice();
  const m1 = bed.trigger();
  const stripped = tampered(new Uint8Array([...m1.slice(0, 33), ...m1.slice(41)]), 4, 0x00);
  stripped[3] = 28 - 1;
  const direct = device.answer(tampered(stripped, 3, 0x00));
  bed.refuses(direct, "bad MIC");
});

test("AMP-R3: a Session ID goes up by one with each trigger, and begins anew after a restart", () => {
  const { bed } = bedWithDevice();
  const ids = Array.from({ length: 258 }, (_, i) => bed.trigger({}, i % 3)[5]);
  assert.deepEqual(
    ids,
    ids.map((_, i) => i % 256),
  );
  bed.ap.restart();
  assert.equal(bed.trigger()[5], 0);
});
