/** 003-M6 at the APs: the serving one tells, the next one admits and asks, with the shipped roaming station. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { AccessPoint } from "../../host/ap/accesspoint.ts";
import { HandoverDesk } from "../../host/ap/handoverdesk.ts";
import type { Reading } from "../../host/ap/reading.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { deviceKey, handoverName, handoverPmk } from "../../host/keys/handover.ts";
import { encodeRecord } from "../../host/keys/record.ts";
import { AA_T, K, K_16, ROAMING, wrapped } from "../handover/bed.ts";
import { ascii, concat } from "../twin/bytes.ts";
import { labelled } from "../vectors/world.ts";
import { Bed, BedDevice, PLAIN_REQUEST, pskOf, SPAN_s, spaOf } from "./bed.ts";

const SPA = spaOf(0);
const nameFor = (key: Uint8Array): Uint8Array => handoverName(nodeCrypto, key, AA_T, SPA);
const grantOf = (key = K, generation = 0) => ({
  spa: SPA,
  generation,
  name: nameFor(key),
  pmk: handoverPmk(nodeCrypto, key, AA_T, SPA),
});

function roamingDevice(spa = SPA): BedDevice {
  const image = encodeRecord({ spa, psk: pskOf(spa), counter: 0, roaming: true });
  return new BedDevice(spa, { module: ROAMING.module, image });
}

/** A serving AP whose desk has one thing more on it, and its device. */
function serving() {
  const bed = new Bed();
  bed.service.enrol(SPA, pskOf(SPA));
  const desk = new HandoverDesk(bed.service);
  const ap = new AccessPoint({ crypto: bed.crypto, keys: bed.table, service: desk, triggerSpan_s: () => SPAN_s });
  const device = roamingDevice();
  /** A session: what the M3 carries, and what the device says to it if it is not lost. */
  const session = (lost = false) => {
    bed.now_s += 2;
    const received = ap.receive(0, device.answer(ap.trigger(0, PLAIN_REQUEST, bed.now_s)), bed.now_s);
    assert.ok(received.kind === "reading", "taken");
    const confirmation = bed.delivers(received.reading);
    const answer = lost ? undefined : device.station.receive(confirmation.m3).frame;
    return { carries: confirmation.carries, data: answer && ap.receive(0, answer, bed.now_s) };
  };
  return { bed, desk, device, session };
}

/** The next AP: no key service has given it anything for that device. */
function next(key = K, generation = 0): Bed {
  const bed = new Bed({ aa: AA_T, modifier: labelled("handover, Modifier of the next AP", 8), label: "next AP" });
  bed.table.admit(grantOf(key, generation));
  return bed;
}

/** A device that was told of that K, and has had a power loss since. */
function toldDevice(key = K): BedDevice {
  const { desk, device, session } = serving();
  desk.order(SPA, { command: "HANDOVER", aaT: AA_T, K: key }, nameFor(key));
  session();
  device.powerCycle();
  return device;
}

const TO_IT = { to: SPA, handover: true } as const;

test("003-M6: the serving AP tells, the station answers, and the next AP has a whole exchange with a device it never had a PMK of", () => {
  for (const isWrapped of [false, true]) {
    const key = isWrapped ? K_16 : K;
    const { desk, device, session } = serving();
    const DK = deviceKey(nodeCrypto, pskOf(SPA), SPA);
    if (isWrapped) desk.order(SPA, { command: "HANDOVER WRAPPED", aaT: AA_T, wrapped: wrapped(key, DK) }, undefined);
    else desk.order(SPA, { command: "HANDOVER", aaT: AA_T, K: key }, nameFor(key));
    const { carries, data } = session();
    assert.equal(carries, isWrapped ? "HANDOVER WRAPPED" : "HANDOVER");
    assert.ok(data?.kind === "data", "the answer comes as data");
    const done = desk.answered(data.spa, data.payload);
    assert.deepEqual(done, { spa: SPA, name: nameFor(key), generation: 0 });
    assert.ok(!desk.isPending(SPA) && session().carries === "nothing", "told once");

    device.powerCycle();
    const bed = next(key, done?.generation);
    device.station.setPayload(ascii("21.5 C"), true);
    const m1 = bed.trigger(TO_IT);
    const reading = bed.takes(device.answer(m1));
    assert.deepEqual([reading.payload, reading.spa], [ascii("21.5 C"), SPA]);
    device.takes(bed.delivers(reading, ascii("data")).m3);
    assert.deepEqual(device.station.received(), ascii("data"));
    assert.equal(bed.receive(device.says(ascii("up"))).kind, "data");
    device.takes(bed.data(SPA, ascii("down")));
    bed.crypto.assertSealedOnce();
  }
});

test("003-M6, AMP-R4: a handover's M2 is tried with the handover PMK only, and the key service is not asked", () => {
  const bed = next();
  bed.service.enrol(SPA, pskOf(SPA));
  const stranger = roamingDevice();
  // It was told nothing: it answers under its root, with the name as a Modifier like any other.
  bed.refuses(stranger.answer(bed.trigger(TO_IT)), "bad MIC");
  assert.equal(bed.service.events["PMK given again"], 0, "nobody was asked");
  bed.exchange(stranger);
  // And the other way round: an ordinary M1 is answered under the ordinary PMK, a handover's under its own.
  const told = toldDevice();
  bed.exchange(told);
  bed.exchange(told, TO_IT);
  bed.crypto.assertSealedOnce();
});

test("003-M6: an admitted device without an ordinary PMK is no candidate of an ordinary trigger", () => {
  const bed = next();
  bed.service.enrol(spaOf(1), pskOf(spaOf(1)));
  bed.refuses(toldDevice().answer(bed.trigger()), "bad MIC");
  assert.throws(() => bed.trigger({ to: SPA }), {
    name: "RangeError",
    message: /^to: .* is no device that this AP has a PMK of$/,
  });
});

test("003-M6: a handover to a device that is unknown, was forgotten, or is everyone, is the caller's mistake", () => {
  const bed = next();
  const message = /^to: .*handover/;
  assert.throws(() => bed.trigger({ to: spaOf(1), handover: true }), { name: "RangeError", message });
  assert.throws(() => bed.trigger({ handover: true }), { name: "RangeError", message });
  const device = toldDevice();
  const m2 = device.answer(bed.trigger(TO_IT));
  bed.table.forget(SPA);
  bed.refuses(m2, "not for me");
  bed.table.forget(SPA);
  assert.throws(() => bed.trigger(TO_IT), { name: "RangeError", message });
  bed.table.admit(grantOf());
  bed.refuses(m2, "no open session");
  bed.exchange(device, TO_IT);
});

test("003-M6: what is admitted is checked, and copied", () => {
  const { table } = new Bed({ aa: AA_T });
  for (const [field, wrong] of [
    ["spa", { spa: new Uint8Array(5) }],
    ["spa", { spa: concat(0x03, SPA.slice(1)) }],
    ["generation", { generation: 256 }],
    ["name", { name: new Uint8Array(7) }],
    ["pmk", { pmk: new Uint8Array(16) }],
  ] as const) {
    assert.throws(() => table.admit({ ...grantOf(), ...wrong }), {
      name: "RangeError",
      message: new RegExp(`^${field}: `),
    });
  }
  assert.equal(table.admitted(SPA), undefined, "nothing was admitted");
  const grant = grantOf();
  table.admit(grant);
  grant.pmk.fill(0);
  grant.name.fill(0);
  assert.deepEqual(table.admitted(SPA)?.name, nameFor(K));
  assert.deepEqual(table.admitted(SPA)?.device.pmkOf(0)?.pmk, grantOf().pmk);
  assert.equal(table.size, 0, "it is not served");
});

test("AMP-R3, 003-M6: the same M2 gets the same M3, a second one none, however often the device is admitted meanwhile", () => {
  const bed = next();
  const device = toldDevice();
  const m1 = bed.trigger(TO_IT);
  const m2 = device.answer(m1);
  const reading: Reading = bed.takes(m2);
  bed.table.admit(grantOf());
  const { m3 } = bed.delivers(reading);
  assert.deepEqual(bed.receive(m2), { kind: "again", m3 });
  device.station.setPayload(ascii("another"), true);
  device.powerCycle();
  device.station.setPayload(ascii("another"), true);
  bed.refuses(device.answer(m1), "second M2");
  // Another K: what was asked with the one before is over.
  bed.table.admit(grantOf(labelled("handover, another K", 32)));
  bed.refuses(m2, "no open session");
  bed.refuses(device.answer(bed.trigger(TO_IT)), "bad MIC");
  bed.crypto.assertSealedOnce();
});

test("003-M6, AMP-R7: an AP that restarts has no session, and its admissions still; one of another generation is refused", () => {
  const bed = next();
  const device = toldDevice();
  const m2 = device.answer(bed.trigger(TO_IT));
  bed.ap.restart();
  bed.refuses(m2, "no open session");
  bed.exchange(device, TO_IT);
  const wrong = next(K, 1);
  wrong.refuses(device.answer(wrong.trigger(TO_IT)), "no root of that generation");
  assert.equal(wrong.service.events["unknown AP or device"], 0, "nobody was asked");
});

test("003-M6: the key service's own command goes first; a lost command or answer is sent again, until the name comes", () => {
  const { bed, desk, session } = serving();
  desk.order(SPA, { command: "HANDOVER", aaT: AA_T, K }, nameFor(K));
  bed.service.startUpdate(SPA);
  const update = session();
  assert.deepEqual([update.carries, update.data?.kind], ["UPDATE", "proof"]);
  assert.equal(session(true).carries, "HANDOVER");
  const lost = session();
  assert.equal(lost.carries, "HANDOVER", "the M3 before was lost");
  const { data } = session();
  assert.ok(data?.kind === "data", "the answer before was lost");
  assert.equal(desk.answered(SPA, concat(0x84, labelled("no name", 8))), undefined, "another name");
  assert.equal(desk.answered(SPA, data.payload.slice(0, 8)), undefined, "another length");
  assert.equal(desk.answered(spaOf(1), data.payload), undefined, "another device");
  assert.ok(desk.isPending(SPA), "still waited for");
  assert.deepEqual(desk.answered(SPA, data.payload), { spa: SPA, name: nameFor(K), generation: 1 });
  assert.equal(desk.answered(SPA, data.payload), undefined, "once");
});

test("003-M6: an order that was not handed out has no answer, and one that is cancelled is not handed out", () => {
  const { desk, session } = serving();
  const command = { command: "HANDOVER", aaT: AA_T, K } as const;
  assert.throws(() => desk.order(SPA, command, new Uint8Array(9)), { name: "RangeError", message: /^name: / });
  assert.throws(() => desk.order(SPA, { ...command, K: K_16 }, nameFor(K)), { name: "RangeError", message: /^K: / });
  desk.order(SPA, command, nameFor(K));
  assert.equal(desk.answered(SPA, concat(0x84, nameFor(K))), undefined, "nobody was told");
  const handed = desk.commandFor(SPA, 0) ?? assert.fail("it is handed out");
  const hasKey = handed.some((octet) => octet !== 0);
  assert.ok(hasKey, "it has K in it");
  desk.cancel(SPA);
  assert.deepEqual(handed, new Uint8Array(handed.length), "K is wiped with the order");
  assert.equal(session().carries, "nothing");
});
