/** Generated frames: fields -> octets -> the same fields; plaintext -> sealed -> the same plaintext; any octets -> an answer. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { bindingOf } from "../../host/wire/binding.ts";
import { checkDownlink, checkUplink } from "../../host/wire/check.ts";
import { emitAnswer, emitCommand, readAnswer, readCommand } from "../../host/wire/command.ts";
import { Explainer } from "../../host/wire/explain/explain.ts";
import { explanationJson } from "../../host/wire/explain/json.ts";
import { fcsOf } from "../../host/wire/fcs.ts";
import { emitFrame, type Frame, type Unsealed } from "../../host/wire/frame.ts";
import { HexError, parseHex } from "../../host/wire/hex.ts";
import { concat, le16, toHex } from "../../host/wire/octets.ts";
import { PROFILES, type Profile, payloadMaxOctets, readingMaxOctets } from "../../host/wire/profile.ts";
import { open, seal } from "../../host/wire/protect.ts";
import { packTdc, readTdc } from "../../host/wire/tdc.ts";
import { dlDataMaxOctets, type Trigger } from "../../host/wire/trigger.ts";
import { crc16 } from "../twin/crc.ts";

/** Objects as a program makes them: with a prototype. */
const record = <Fields extends object>(fields: { [Name in keyof Fields]: fc.Arbitrary<Fields[Name]> }) =>
  fc.record<Fields>(fields, { noNullPrototype: true });
const octets = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength });
const number = (max: number, min = 0) => fc.integer({ min, max });
const profiles = fc.constantFrom(...PROFILES);
const ids = number(0xfffe);
const keys = record({ kck: octets(16), tk: octets(16) });
const addresses = octets(6).map((address) => address.with(0, address[0] & 0xfe));

const triggerOf = (profile: Profile): fc.Arbitrary<Trigger> =>
  record({ hasModifier: fc.boolean(), isBroadcast: fc.boolean() }).chain(({ hasModifier, isBroadcast }) =>
    record({
      type: fc.constant("Trigger" as const),
      id: isBroadcast ? fc.constant(0xffff) : ids,
      generation: number(3),
      profile: fc.constant(profile),
      info: record({
        sessionId: number(255),
        acwe: number(15),
        ulRate: number(2),
        access: number(isBroadcast ? 0 : 1),
        slots: number(255, 1),
        slotDuration_4us: number(0xffff),
      }),
      aa: addresses,
      aNonce: octets(profile.N),
      modifier: hasModifier ? octets(8) : fc.constant(undefined),
      dlData: octets(0, dlDataMaxOctets(profile, hasModifier)),
    }),
  );

const shared = (profile: Profile) => ({
  id: ids,
  encrypted: fc.boolean(),
  generation: number(3),
  profile: fc.constant(profile),
});
const responseOf = (profile: Profile) =>
  record({
    type: fc.constant("Response" as const),
    ...shared(profile),
    sNonce: octets(profile.N),
    payload: octets(0, readingMaxOctets(profile)),
  });
const numberedOf = (profile: Profile) => ({
  ...shared(profile),
  pn: number(0xffff),
  payload: octets(0, payloadMaxOctets(profile)),
});
const confirmOf = (profile: Profile) =>
  record({ type: fc.constant("Confirm" as const), ...numberedOf(profile), command: fc.boolean() }).map((confirm) => ({
    ...confirm,
    command: confirm.command && confirm.encrypted,
  }));
const dataOf = (profile: Profile) => record({ type: fc.constant("Data" as const), ...numberedOf(profile) });

const triggers = profiles.chain(triggerOf);
const unsealed = profiles.chain(
  (profile): fc.Arbitrary<Unsealed> => fc.oneof(responseOf(profile), confirmOf(profile), dataOf(profile)),
);
const sealedFrames = unsealed.chain(
  (frame): fc.Arbitrary<Frame> => octets(frame.profile.M).map((mic) => ({ ...frame, mic })),
);
const acks = ids.map((id) => ({ type: "Ack" as const, id }));
const frames: fc.Arbitrary<Frame> = fc.oneof(triggers, sealedFrames, acks);

const check = (frame: Frame) => (frame.type === "Response" ? checkUplink : checkDownlink)(emitFrame(frame));

test("every frame: what is emitted passes every check of the side it is for, and reads as the same fields", () => {
  fc.assert(
    fc.property(frames, (frame) => {
      assert.deepEqual(check(frame), { frame });
    }),
    { numRuns: 2000 },
  );
});

test("every bit of a frame counts: flipped with a new FCS it is refused, or it is another frame", () => {
  fc.assert(
    fc.property(frames, fc.nat(), (frame, place) => {
      const emitted = emitFrame(frame);
      const head = emitted.slice(0, frame.type === "Ack" ? 3 : -2);
      const bit = place % (8 * head.length);
      head[bit >>> 3] ^= 1 << (bit & 7);
      const tail = le16(fcsOf(head));
      const flipped = concat(head, frame.type === "Ack" ? tail.subarray(0, 1) : tail);
      for (const checked of [checkDownlink(flipped), checkUplink(flipped)]) {
        if (checked.frame) assert.deepEqual(emitFrame(checked.frame), flipped);
      }
    }),
    { numRuns: 2000 },
  );
});

test("protection: what is sealed opens, and no longer once key, A2, M1, mode or any field of it differs", () => {
  const other = (address: Uint8Array) => address.with(5, address[5] ^ 1);
  fc.assert(
    fc.property(keys, unsealed, triggers, triggers, addresses, fc.nat(), (session, frame, m1, m1Other, a2, place) => {
      const binding = { a2, m1: bindingOf(m1) };
      const sealed = seal(nodeCrypto, session, frame, binding);
      assert.deepEqual(open(nodeCrypto, session, sealed, binding), frame.payload);
      const emitted = emitFrame(sealed);
      assert.equal(emitted.length, 7 + readTdc(emitted[3] | (emitted[4] << 8)).bodyLength);

      const swapped = { kck: session.tk, tk: session.kck };
      if (toHex(session.kck) !== toHex(session.tk)) assert.equal(open(nodeCrypto, swapped, sealed, binding), null);
      assert.equal(open(nodeCrypto, session, sealed, { ...binding, a2: other(a2) }), null);
      if (frame.type !== "Data" && toHex(bindingOf(m1Other)) !== toHex(binding.m1)) {
        assert.equal(open(nodeCrypto, session, sealed, { a2, m1: bindingOf(m1Other) }), null);
      }
      const mic = sealed.mic.slice();
      mic[place % mic.length] ^= 1 << (place & 7);
      assert.equal(open(nodeCrypto, session, { ...sealed, mic }, binding), null);
      assert.equal(open(nodeCrypto, session, { ...sealed, generation: sealed.generation ^ 1 }, binding), null);
      assert.equal(open(nodeCrypto, session, { ...sealed, encrypted: !sealed.encrypted }, binding), null);
    }),
    { numRuns: 300 },
  );
});

test("commands and their answer: fields -> octets -> the same fields, and only of the right length and opcode", () => {
  const updates = record({
    command: fc.constant("UPDATE" as const),
    generation: number(255),
    modifierPrime: octets(16),
    T: octets(8),
  });
  const answers = record({ generation: number(255), proof: octets(8) });
  fc.assert(
    fc.property(fc.oneof(updates, fc.constant({ command: "PROVE" as const })), answers, (command, answer) => {
      assert.deepEqual(readCommand(emitCommand(command)), command);
      assert.deepEqual(readAnswer(emitAnswer(answer)), answer);
    }),
  );
  fc.assert(
    fc.property(octets(0, 54), (payload) => {
      const command = readCommand(payload);
      if (command) assert.deepEqual(emitCommand(command), payload);
      const answer = readAnswer(payload);
      if (answer) assert.deepEqual(emitAnswer(answer), payload);
    }),
  );
});

test("TDC: all 16 bits but 14 and 15 survive a reading", () => {
  for (let word = 0; word < 1 << 14; word++) assert.equal(packTdc(readTdc(word)), word);
});

test("FCS: the table gives what the bit by bit CRC gives", () => {
  fc.assert(fc.property(octets(0, 80), (message) => assert.equal(fcsOf(message), crc16(message))));
});

/** Random octets, and frames that go deep before they fail: spoilt frames, and random octets with a good FCS. */
const spoiltFrames = fc.tuple(frames, octets(1, 8), fc.nat(), fc.boolean()).map(([frame, noise, place, isMended]) => {
  const emitted = emitFrame(frame);
  const at = place % emitted.length;
  const cut = concat(emitted.subarray(0, at), noise, emitted.subarray(at + (place % 9)));
  return isMended ? concat(cut, le16(fcsOf(cut))) : cut;
});
const fcsFits = octets(0, 70).map((head) => concat(head, le16(fcsOf(head))));
const anything = fc.oneof(octets(0, 100), spoiltFrames, fcsFits, frames.map(emitFrame));

test("never throws: any octets get an answer from both sides, and what is taken is made again octet for octet", () => {
  fc.assert(
    fc.property(anything, (frame) => {
      for (const { frame: taken, refusal } of [checkDownlink(frame), checkUplink(frame)]) {
        assert.notEqual(taken === undefined, refusal === undefined);
        if (taken) assert.deepEqual(emitFrame(taken), frame);
      }
    }),
    { numRuns: 5000 },
  );
});

test("never throws: any sequence of octets is explained, with any keys, every octet in a row, and every refusal told", () => {
  const known = fc.record(
    { pmk: octets(32), kck: octets(16), tk: octets(16), aa: addresses, spa: addresses, m1: triggers },
    { requiredKeys: [] },
  );
  const sides = fc.constantFrom(undefined, "AP" as const, "device" as const);
  fc.assert(
    fc.property(known, sides, fc.array(anything, { minLength: 1, maxLength: 4 }), (keysKnown, side, sequence) => {
      const explainer = new Explainer(nodeCrypto, keysKnown, side);
      for (const frame of sequence) {
        const { rows, verdicts, ...rest } = explainer.explain(frame);
        const fields = rows.filter(({ of, bits }) => of === undefined && bits === undefined);
        assert.deepEqual(concat(...fields.map((row) => row.octets)), frame);
        let offset = 0;
        for (const row of fields) {
          assert.equal(row.offset, offset);
          offset += row.octets.length;
        }
        assert.ok(verdicts.length >= 1 && verdicts.length <= 2, `${verdicts.length} verdicts`);
        for (const { taken, status, check: by, why } of verdicts) {
          assert.ok(why.length > 10 && !/undefined|NaN|null/.test(why), why);
          assert.equal(taken, status === undefined);
          assert.equal(taken, by === undefined);
        }
        assert.equal(JSON.parse(JSON.stringify(explanationJson({ rows, verdicts, ...rest }))).frame, toHex(frame));
      }
    }),
    { numRuns: 1500 },
  );
});

test("hex: octets in any spelling are read, anything else is a HexError that repeats nothing", () => {
  fc.assert(
    fc.property(
      octets(1, 80),
      fc.constantFrom("", " ", ":", "-", "\t"),
      fc.boolean(),
      (message, separator, isUpper) => {
        const text = Array.from(message, (octet) => toHex(Uint8Array.of(octet))).join(separator);
        assert.deepEqual(parseHex(isUpper ? text.toUpperCase() : `0x${text}\n`), message);
      },
    ),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        assert.notEqual(parseHex(text).length, 0);
      } catch (error) {
        assert.ok(error instanceof HexError, `${error}`);
        assert.match(
          error.message,
          /^(no hex digits|no hex digit at place \d+ of \d+|\d+ hex digits, where every octet has two)$/,
        );
      }
    }),
  );
});
