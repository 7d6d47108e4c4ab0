/** Motions 64 to 66 at the AP: whole exchanges with the shipped station, and every octet as the twin's AP has it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PROFILES } from "../../host/wire/profile.ts";
import { DEVICES } from "../support/device.ts";
import { TwinAp } from "../twin/ap.ts";
import { ascii, hex } from "../twin/bytes.ts";
import { PROFILES as TWIN_PROFILES } from "../twin/frames.ts";
import { AA_HIGH, AA_LOW, labelled, MODIFIER } from "../vectors/world.ts";
import { Bed, pskOf } from "./bed.ts";

for (const { name: build, module } of DEVICES) {
  for (const profile of PROFILES) {
    for (const modifier of [MODIFIER, "direct"] as const) {
      for (const encrypted of [true, false]) {
        const mode = `${profile.name}, ${modifier === "direct" ? "direct" : "Modifier"}, ${encrypted ? "CCM" : "MIC only"}`;
        test(`002-A2, 002-A3, 002-A5, 002-A8 on ${build}: the twin's AP and this one send the same octets: ${mode}`, () => {
          for (const aa of [AA_LOW, AA_HIGH]) {
            for (const to of ["broadcast", "one"] as const) wholeExchange(aa, to);
          }
        });

        const wholeExchange = (aa: Uint8Array, to: "broadcast" | "one"): void => {
          const bed = new Bed({ aa, modifier });
          const device = bed.enrol(undefined, module);
          const { spa } = device;
          const longest = 64 - profile.N - profile.M;
          const reading = labelled("reading", longest);
          assert.equal(device.station.setPayload(reading, encrypted), 0);

          const data = labelled("DL data of M1", 64 - 12 - profile.N - 8);
          const m1 = bed.trigger({ to: to === "one" ? spa : to, profile, data });
          const twinProfile = TWIN_PROFILES[profile.number - 1];
          const twin = new TwinAp(aa, modifier === "direct" ? null : modifier);
          twin.enrol(spa, 0, pskOf(spa));
          const info = { sessionId: 0, acwe: 0, ulRate: 0, access: 0, slots: 1, slotDuration_4us: 255, reserved: 0 };
          const twinM1 = twin.trigger({
            profile: twinProfile,
            spa: to === "one" ? spa : null,
            aNonce: m1.slice(17, 17 + twinProfile.N),
            dlData: data,
            info,
          });
          assert.equal(hex(m1), hex(twinM1), "M1");

          const m2 = device.answer(m1);
          const taken = bed.takes(m2);
          const twinTaken = twin.respond(m2);
          assert.ok(twinTaken, "the twin takes it, too");
          assert.deepEqual([taken.payload, taken.spa, taken.encrypted], [reading, spa, encrypted]);
          assert.equal(taken.profile, profile);

          const payload = labelled("M3", 64 - 2 - profile.M);
          const { m3, carries } = bed.delivers(taken, payload);
          assert.equal(hex(m3), hex(twinTaken.confirm(payload).frame), "M3");
          assert.equal(carries, "data");
          device.takes(m3);
          assert.deepEqual(device.station.received(), payload);
          assert.deepEqual(device.station.triggerData(), data, "002-A6: M1's data count from the M3 on");

          for (const text of ["", "on", "off again"]) {
            const down = bed.data(spa, ascii(text));
            assert.equal(hex(down), hex(twinTaken.data(ascii(text)).frame), "DL Data");
            device.takes(down);
            assert.deepEqual(device.station.received(), ascii(text));
            const up = device.says(ascii(text), encrypted);
            assert.deepEqual(bed.receive(up), { kind: "data", spa, payload: ascii(text) });
            assert.deepEqual(twinTaken.receive(up), ascii(text));
          }
          bed.crypto.assertSealedOnce();
        };
      }
    }
  }
}

test("002-A5: one broadcast trigger serves many devices, each with its own reading and M3", () => {
  const bed = new Bed();
  const devices = Array.from({ length: 20 }, (_, n) =>
    bed.enrol(labelled(`device ${n}`, 6).map((o, i) => (i ? o : o & 0xfe))),
  );
  const m1 = bed.trigger();
  const m2s = devices.map((device, n) => {
    device.station.setPayload(Uint8Array.of(n), n % 2 === 0);
    return device.answer(m1);
  });
  const taken = m2s.map((m2) => bed.takes(m2));
  for (const [n, device] of devices.entries()) {
    assert.deepEqual([taken[n].spa, taken[n].payload], [device.spa, Uint8Array.of(n)]);
    device.takes(bed.delivers(taken[n], Uint8Array.of(100 + n)).m3);
    assert.deepEqual(device.station.received(), Uint8Array.of(100 + n));
  }
  assert.equal(bed.crypto.livePtks(), devices.length);
  bed.crypto.assertSealedOnce();
});

test("an M3 without data says so; too many data are the caller's mistake, and the M3 can still be had", () => {
  const bed = new Bed();
  const device = bed.enrol();
  const reading = bed.takes(device.answer(bed.trigger()));
  assert.throws(() => reading.delivered(bed.now_s, new Uint8Array(55)), {
    name: "RangeError",
    message: "dlData: 55 octets, where 0 to 54 are expected",
  });
  const { m3, carries } = bed.delivers(reading);
  assert.equal(carries, "nothing");
  device.takes(m3);
});

test("the caller's octets stay the caller's: what it does to them later changes nothing", () => {
  const bed = new Bed();
  const device = bed.enrol();
  device.station.setPayload(ascii("reading"), false);
  const m1 = bed.trigger();
  const sentM1 = hex(m1);
  const m2 = device.answer(m1);
  m1.fill(0);
  const sent = m2.slice();
  const reading = bed.takes(sent);
  sent.fill(0);
  assert.deepEqual(reading.payload, ascii("reading"));
  const { m3 } = bed.delivers(reading);
  bed.delivers(reading).m3.fill(0);
  const again = bed.receive(m2);
  assert.ok(again.kind === "again", "the same M2 is known by its octets");
  assert.equal(hex(again.m3), hex(m3));
  device.takes(m3.slice());
  again.m3.fill(0);
  const third = bed.receive(m2);
  assert.ok(third.kind === "again", "and known again");
  assert.equal(hex(third.m3), hex(m3));
  assert.equal(hex(bed.ap.repeat(0, bed.now_s) ?? m1), sentM1, "M1 is repeated as it was");
  const up = device.says(ascii("up"), false);
  const data = bed.receive(up);
  up.fill(0);
  assert.deepEqual(data, { kind: "data", spa: device.spa, payload: ascii("up") });
});

test("a trigger to a device that the AP has no PMK of, to nobody, or with what no device takes, is the caller's mistake", () => {
  const bed = new Bed();
  assert.throws(() => bed.trigger(), { name: "RangeError", message: /^to: this AP has no PMK of any device/ });
  const device = bed.enrol();
  const stranger = Uint8Array.of(2, 3, 4, 5, 6, 7);
  const m1 = bed.trigger();
  const wrong: [request: Parameters<Bed["trigger"]>[0], message: RegExp][] = [
    [{ to: stranger }, /^to: 02:03:04:05:06:07 is no device that this AP has a PMK of$/],
    [{ slots: 0 }, /^slots: 0 is not a whole number from 1 to 255$/],
    [{ ulRate: 3 }, /^ulRate: /],
    [{ access: 1 }, /^access: 1 is for one station/],
    [{ data: new Uint8Array(65) }, /^dlData: 65 octets, where 0 to 28 are expected$/],
  ];
  for (const [request, message] of wrong) assert.throws(() => bed.trigger(request), { name: "RangeError", message });
  bed.takes(device.answer(m1));
});

test("time does not go back: a clock that does is the caller's mistake", () => {
  const bed = new Bed();
  bed.enrol();
  bed.trigger();
  for (const now_s of [99, Number.NaN]) {
    assert.throws(() => bed.ap.receive(0, new Uint8Array(8), now_s), { name: "RangeError", message: /^now_s: / });
  }
});
