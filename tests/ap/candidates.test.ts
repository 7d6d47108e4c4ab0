/** Short identifiers are shared: whose M2 it is the MIC decides, among at most 8 candidates (PROTOCOL 1, 4, R3). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { ascii, concat, hex, littleEndian } from "../twin/bytes.ts";
import { idOf, withFcs } from "../twin/frames.ts";
import { Bed, BedDevice, pskOf, spaOf } from "./bed.ts";
import { sharing } from "./sharing.ts";

test("two devices of one ID answer one broadcast: the MIC decides whose M2 it is, in M3 and in Data", () => {
  const bed = new Bed();
  const [a, b] = sharing(2).map((spa) => bed.enrol(spa));
  assert.equal(idOf(a.spa), idOf(b.spa));
  const m1 = bed.trigger();
  for (const device of [b, a]) {
    device.station.setPayload(device.spa, true);
    const reading = bed.takes(device.answer(m1));
    assert.deepEqual([reading.spa, reading.payload], [device.spa, device.spa]);
    device.takes(bed.delivers(reading).m3);
  }
  assert.equal(bed.crypto.livePtks(), 2, "AMP-R5: the candidate's key that did not fit is wiped");
  for (const device of [a, b, b, a]) {
    assert.deepEqual(bed.receive(device.says(ascii("up"))), { kind: "data", spa: device.spa, payload: ascii("up") });
    device.takes(bed.data(device.spa, ascii("down")));
  }
  // Both are in state 3: the same frame is one's next PN and the other's bad MIC.
  const up = a.says(ascii("once"));
  assert.equal(bed.receive(up).kind, "data");
  bed.refuses(up, "bad MIC");
  bed.crypto.assertSealedOnce();
});

test("an M2 of one device does not stop the other of its ID under the same ANonce", () => {
  const bed = new Bed();
  const [a, b] = sharing(2).map((spa) => bed.enrol(spa));
  const m1 = bed.trigger({ to: a.spa });
  bed.takes(a.answer(m1));
  // Addressed by ID, so the other hears it, too.
  assert.deepEqual(bed.takes(b.answer(m1)).spa, b.spa);
  a.powerCycle();
  bed.refuses(a.answer(m1), "second M2");
});

test("AMP-R3: an M2 is tried against at most 8 candidates; the device that a trigger is for is always among them", () => {
  const bed = new Bed();
  const devices = sharing(10).map((spa) => bed.enrol(spa));
  const m1 = bed.trigger();
  for (const [n, device] of devices.entries()) {
    const m2 = device.answer(m1);
    const before = bed.crypto.ptks.length;
    if (n < 8) bed.delivers(bed.takes(m2));
    else bed.refuses(m2, "bad MIC");
    assert.equal(bed.crypto.ptks.length - before, Math.min(n + 1, 8));
  }
  for (const device of devices) {
    const before = bed.crypto.ptks.length;
    device.powerCycle();
    assert.deepEqual(bed.takes(device.answer(bed.trigger({ to: device.spa }))).spa, device.spa);
    assert.ok(bed.crypto.ptks.length - before <= 8, "never more than 8 PTKs for one M2");
  }
});

test("an M2 of an ID that no device has is not for this AP, and none of its octets is looked at", () => {
  const bed = new Bed();
  const device = bed.enrol();
  const m2 = device.answer(bed.trigger());
  const stranger = m2.slice(0, -2);
  stranger.set(littleEndian((idOf(device.spa) + 1) % 0xffff, 2), 1);
  bed.refuses(withFcs(stranger), "not for me");
  stranger.set([0xff, 0xff], 1);
  bed.refuses(withFcs(stranger), "not for me");
  assert.equal(bed.crypto.ptks.length, 0);
});

test("002-A13: a device with an enrolled device's ID and another PSK is refused, and no key of the try is left", () => {
  const bed = new Bed();
  const [known, stranger] = sharing(2);
  const device = bed.enrol(known);
  const m1 = bed.trigger();
  bed.refuses(new BedDevice(stranger).answer(m1), "bad MIC");
  assert.equal(bed.crypto.livePtks(), 0);
  bed.takes(device.answer(m1));
});

test("the AP holds PMKs that are HMACs of node:crypto over the page's input, and nothing that a root can be told from", () => {
  const bed = new Bed();
  const spa = spaOf(0);
  bed.service.enrol(spa, pskOf(spa));
  const known = bed.table.device(spa);
  const modifier = bed.table.modifier;
  assert.ok(known && modifier, "held");
  // PMK = KDF-256(root_g, "AMP PMK", Modifier ‖ AA ‖ SPA), spelled out
  const message = concat(1, 0, ascii("AMP PMK"), modifier, bed.aa, spa, 0, 1);
  assert.equal(hex(known.pmkOf(0)?.pmk ?? ascii("")), hex(nodeCrypto.hmac(pskOf(spa), message)));
  assert.equal(known.pmkOf(1), undefined);
});
