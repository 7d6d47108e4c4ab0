/** Properties over structured inputs (fast-check): the codec, the record, and the fuzzer's own format. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { NVM_OCTETS } from "../../host/device/abi.ts";
import { repairRecord } from "../../host/fuzz/record.ts";
import { Player } from "../../host/fuzz/station/player.ts";
import {
  decodeSequence,
  encodeSequence,
  KINDS,
  receiveStep,
  STEP_OCTETS_MAX,
  type Step,
  step,
  TAMPERS,
} from "../../host/fuzz/station/step.ts";
import { DEVICE, IMAGE } from "../../host/fuzz/station/world.ts";
import { decodeRecord } from "../../host/keys/record.ts";
import { checkDownlink, checkUplink } from "../../host/wire/check.ts";
import { type BodyFrame, emitFrame } from "../../host/wire/frame.ts";
import { idOf } from "../../host/wire/id.ts";
import { PROFILES, payloadMaxOctets, readingMaxOctets } from "../../host/wire/profile.ts";
import { dlDataMaxOctets } from "../../host/wire/trigger.ts";
import { DEVICES } from "../support/device.ts";
import { repeated } from "../support/devicerounds.ts";
import { MemoryHost } from "../twin/host.ts";
import { TwinStation } from "../twin/station.ts";

const SEED = 1;
const runs = (numRuns: number): fc.Parameters<unknown> => ({ seed: SEED, numRuns: repeated(numRuns) });
const octets = (min: number, max = min): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: min, maxLength: max });

const profile = fc.constantFrom(...PROFILES);
const generation = fc.nat(3);
const aa = octets(6).map((address) => address.with(0, address[0] & 0xfe));

const trigger = fc.tuple(profile, fc.boolean()).chain(([known, isDirect]) =>
  fc.record({
    type: fc.constant("Trigger" as const),
    id: fc.constantFrom(DEVICE.id, 0xffff),
    generation,
    profile: fc.constant(known),
    info: fc.record({
      sessionId: fc.nat(255),
      acwe: fc.nat(15),
      ulRate: fc.nat(2),
      access: fc.constant(0),
      slots: fc.integer({ min: 1, max: 255 }),
      slotDuration_4us: fc.nat(0xffff),
    }),
    aa,
    aNonce: octets(known.N),
    modifier: isDirect ? fc.constant(undefined) : octets(8),
    dlData: octets(0, dlDataMaxOctets(known, !isDirect)),
  }),
);
const numbered = profile.chain((known) =>
  fc.record({
    id: fc.constant(DEVICE.id),
    encrypted: fc.boolean(),
    generation,
    profile: fc.constant(known),
    pn: fc.nat(0xffff),
    payload: octets(0, payloadMaxOctets(known)),
    mic: octets(known.M),
  }),
);
const confirm = fc.tuple(numbered, fc.boolean()).map(([frame, command]) => {
  return { type: "Confirm" as const, command: command && frame.encrypted, ...frame };
});
const data = numbered.map((frame) => ({ type: "Data" as const, ...frame }));
const response = profile.chain((known) =>
  fc.record({
    type: fc.constant("Response" as const),
    id: fc.constant(DEVICE.id),
    encrypted: fc.boolean(),
    generation,
    profile: fc.constant(known),
    sNonce: octets(known.N),
    payload: octets(0, readingMaxOctets(known)),
    mic: octets(known.M),
  }),
);

/** fast-check makes objects without a prototype. */
const plain = (frame: BodyFrame): unknown => structuredClone(frame);

test("every frame that can be written is read as what it says", () => {
  const both = [
    fc.property(fc.oneof(trigger, confirm, data), (frame) => {
      assert.deepEqual(plain(checkDownlink(emitFrame(frame), DEVICE).frame as BodyFrame), plain(frame));
    }),
    fc.property(fc.oneof(response, data), (frame) => {
      assert.deepEqual(plain(checkUplink(emitFrame(frame)).frame as BodyFrame), plain(frame));
    }),
  ];
  for (const property of both) fc.assert(property, runs(300));
});

test("the device refuses whatever the host's codec refuses, for the same reason, and nothing else of its own", () => {
  const player = new Player(DEVICES[0].octets);
  const flipped = fc.tuple(fc.oneof(trigger, confirm, data), fc.nat(), fc.nat(7), fc.boolean());
  fc.assert(
    fc.property(flipped, ([frame, at, bit, isWhole]) => {
      const emitted = emitFrame(frame);
      if (!isWhole) emitted[at % emitted.length] ^= 1 << bit;
      assert.equal(player.play([step("boot"), receiveStep(emitted)]).finding?.message, undefined);
    }),
    runs(500),
  );
});

const anyStep: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...KINDS),
  a: fc.nat(0xffff),
  b: fc.nat(0xffff),
  octets: octets(0, STEP_OCTETS_MAX),
  tampers: fc.array(fc.record({ how: fc.constantFrom(...TAMPERS), at: fc.nat(255), value: fc.nat(255) }), {
    maxLength: 4,
  }),
});

test("any steps come back from their octets, and any octets are steps", () => {
  const there = fc.property(fc.array(anyStep, { maxLength: 24 }), (steps) => {
    assert.deepEqual(structuredClone(decodeSequence(encodeSequence(steps))), structuredClone(steps));
  });
  const back = fc.property(octets(0, 300), (any) => {
    const steps = decodeSequence(any);
    assert.deepEqual(decodeSequence(encodeSequence(steps)), steps);
  });
  for (const property of [there, back]) fc.assert(property, runs(200));
});

test("any sequence of steps breaks no property", () => {
  const player = new Player(DEVICES[0].octets);
  const sequences = fc.array(anyStep, { maxLength: 8 });
  fc.assert(
    fc.property(sequences, (steps) => assert.equal(player.play(steps).finding?.message, undefined)),
    runs(500),
  );
});

test("amp_boot, the twin and the host's reading agree on any NVM record", () => {
  const players = DEVICES.map((device) => new Player(device.octets));
  const touched = fc.array(fc.record({ at: fc.nat(NVM_OCTETS - 1), value: fc.nat(255), isRepaired: fc.boolean() }), {
    maxLength: 5,
  });
  const image = fc.tuple(touched, fc.boolean(), octets(NVM_OCTETS)).map(([changes, isAny, any]) => {
    const record = isAny ? any.slice() : IMAGE.slice();
    for (const { at, value, isRepaired } of changes) {
      record[at] = value;
      if (isRepaired) repairRecord(record, at);
    }
    return record;
  });
  fc.assert(
    fc.property(image, (record) => {
      const twin = new TwinStation(new MemoryHost(record)).boot();
      const host = decodeRecord(record).failure === undefined ? 0 : -12;
      const devices = players.map((player) => player.play([...pieces(record), step("boot")]).answers[0]);
      assert.deepEqual([...devices, host], [twin, twin, twin]);
    }),
    runs(300),
  );
});

function pieces(record: Uint8Array): Step[] {
  return [0, 72, 144, 216].map((at) => step("nvm", { a: at, octets: record.slice(at, at + 72) }));
}

test("the fuzzed device's ID is the one of its address", () => {
  assert.equal(DEVICE.id, idOf(nodeCrypto, DEVICE.spa));
});
