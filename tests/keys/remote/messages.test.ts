/** The messages between a key service and an AP: what docs/KEYS.md says they are, cut and damaged as they like. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  emitMessage,
  MESSAGE_MAX_OCTETS,
  type Message,
  MessageStream,
  readMessage,
} from "../../../host/keys/remote/messages.ts";
import { hex, toHex } from "../../support/hex.ts";

const octets = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength });
const octet = fc.integer({ min: 0, max: 0xff });
const number32 = fc.integer({ min: 0, max: 0xffffffff });
/** With the prototype that what is read has. */
const record = <T>(fields: { [F in keyof T]: fc.Arbitrary<T[F]> }) => fc.record(fields).map((made) => ({ ...made }));
const pmk = record({ generation: octet, pmk: octets(32) });
const command = record({ generation: octet, octets: octets(1, 26) });
const ofKind = <const K extends string, T>(kind: K, fields: { [F in keyof T]: fc.Arbitrary<T[F]> }) =>
  fc.record(fields).map((made) => ({ kind, ...made }));

const MESSAGES: fc.Arbitrary<Message> = fc.oneof(
  ofKind("hello", { version: octet, aa: octets(6) }),
  ofKind("done", { number: number32 }),
  ofKind("answer", { question: number32, spa: octets(6), generation: octet, proof: octets(8) }),
  ofKind("missing", { spa: octets(6), generation: fc.integer({ min: 0, max: 3 }) }),
  ofKind("assign", { number: number32, modifier: fc.oneof(fc.constant(undefined), octets(8)) }),
  ofKind("hold", {
    number: number32,
    grant: record({ spa: octets(6), pmks: fc.array(pmk, { minLength: 1, maxLength: 2 }) }),
  }),
  ofKind("begin", { number: number32 }),
  ofKind("tell", { spa: octets(6), commands: fc.array(command, { maxLength: 2 }) }),
  ofKind("verdict", { question: number32, isProof: fc.boolean() }),
  ofKind("refused", { why: fc.string({ minLength: 1, maxLength: 50, unit: "grapheme" }) }).filter(
    ({ why }) => Buffer.byteLength(why) <= 200,
  ),
  ofKind("alive", {}),
);

/** What a message has behind its length. */
const behindLength = (message: Message): Uint8Array => emitMessage(message).slice(2);

const AA = hex("02a000000000");
const SPA = hex("02c0ffee0001");
const PMK = new Uint8Array(32).fill(0xcc);

/** Of every kind one, octet by octet as the page has them. */
const LAID_OUT: readonly (readonly [message: Message, octets: string])[] = [
  [{ kind: "hello", version: 1, aa: AA }, "0008 01 01 02a000000000"],
  [{ kind: "done", number: 0x01020304 }, "0005 02 01020304"],
  [
    { kind: "answer", question: 7, spa: SPA, generation: 9, proof: new Uint8Array(8).fill(0xdd) },
    "0014 03 00000007 02c0ffee0001 09 dddddddddddddddd",
  ],
  [{ kind: "missing", spa: SPA, generation: 3 }, "0008 04 02c0ffee0001 03"],
  [{ kind: "assign", number: 1, modifier: hex("a0a1a2a3a4a5a6a7") }, "000d 11 00000001 a0a1a2a3a4a5a6a7"],
  [{ kind: "assign", number: 1, modifier: undefined }, "0005 11 00000001"],
  [
    { kind: "hold", number: 2, grant: { spa: SPA, pmks: [{ generation: 5, pmk: PMK }] } },
    `002c 12 00000002 02c0ffee0001 05 ${"cc".repeat(32)}`,
  ],
  [{ kind: "begin", number: 0xffffffff }, "0005 13 ffffffff"],
  [
    { kind: "tell", spa: SPA, commands: [{ generation: 5, octets: Uint8Array.of(2) }] },
    "000a 14 02c0ffee0001 05 01 02",
  ],
  [{ kind: "tell", spa: SPA, commands: [] }, "0007 14 02c0ffee0001"],
  [{ kind: "verdict", question: 7, isProof: true }, "0006 15 00000007 01"],
  [{ kind: "refused", why: "not ö" }, "0007 16 6e6f7420c3b6"],
  [{ kind: "alive" }, "0001 20"],
];

test("each kind of message is laid out as the page says, and is read as what it was", () => {
  for (const [message, text] of LAID_OUT) {
    const emitted = emitMessage(message);
    assert.equal(toHex(emitted), text.replaceAll(" ", ""), message.kind);
    assert.deepEqual(readMessage(emitted.slice(2)), message, message.kind);
  }
});

test("any message comes back as it was, in the same octets, and none is longer than the longest", () => {
  fc.assert(
    fc.property(MESSAGES, (message) => {
      const emitted = emitMessage(message);
      assert.ok(emitted.length - 2 <= MESSAGE_MAX_OCTETS, "no longer than the longest");
      assert.deepEqual(readMessage(emitted.slice(2)), message);
    }),
    { numRuns: 1000 },
  );
});

/** What is none, and why, by kind. */
const NONE: readonly (readonly [octets: string, why: RegExp])[] = [
  ["", /a kind that there is not/],
  ["00", /a kind that there is not/],
  ["05", /a kind that there is not/],
  ["10", /a kind that there is not/],
  ["17", /a kind that there is not/],
  ["21", /a kind that there is not/],
  ["ff", /a kind that there is not/],
  ["04 02c0ffee0001 04", /missing: generation mod 4 is 4/],
  ["15 00000007 02", /verdict: verdict is 2/],
  ["12 00000002 02c0ffee0001", /hold: no PMK/],
  [`12 00000002 02c0ffee0001 ${`05${"cc".repeat(32)}`.repeat(3)}`, /hold: PMKs before this one is 2/],
  ["14 02c0ffee0001 05 00", /tell: a command of no octet/],
  [`14 02c0ffee0001 05 1b ${"01".repeat(27)}`, /tell: length of a command is 27/],
  ["14 02c0ffee0001 05 01 02 06 01 02 07 01 02", /tell: commands before this one is 2/],
  ["16", /refused: no reason/],
  [`16 ${"61".repeat(201)}`, /refused: length of the reason is 201/],
  ["16 ff", /refused: the reason is no UTF-8/],
  ["16 61c3", /refused: the reason is no UTF-8/],
];

test("what is of no kind, or beyond a bound, is refused with its reason", () => {
  for (const [text, why] of NONE) {
    const read = readMessage(hex(text.replaceAll(" ", "")));
    assert.ok(typeof read === "string", `${text} is read as ${JSON.stringify(read)}`);
    assert.match(read, why, text);
  }
});

test("of each kind every length but its own is refused", () => {
  // Of those that may be cut and still be one: where.
  const whole: Readonly<Record<string, readonly number[]>> = { assign: [5, 13], tell: [7], refused: [2, 3, 4, 5, 7] };
  for (const [message] of LAID_OUT) {
    const own = behindLength(message);
    for (let length = 0; length < own.length; length++) {
      const read = readMessage(own.slice(0, length));
      const isOne = whole[message.kind]?.includes(length) ?? false;
      assert.equal(typeof read === "string", !isOne, `${message.kind} of ${length} octets`);
    }
    const more = readMessage(Uint8Array.of(...own, 0));
    const mayGrow = message.kind === "refused";
    assert.equal(typeof more === "string", !mayGrow, `${message.kind} and an octet more`);
  }
});

test("a reason that is too long is cut between two characters", () => {
  const why = `${"a".repeat(199)}öö`;
  const emitted = emitMessage({ kind: "refused", why });
  assert.deepEqual(readMessage(emitted.slice(2)), { kind: "refused", why: "a".repeat(199) });
});

test("a stream of messages cut at every place gives the same messages", () => {
  const all = LAID_OUT.map(([message]) => message);
  const stream = Buffer.concat(all.map(emitMessage));
  for (let cut = 0; cut <= stream.length; cut++) {
    const messages = new MessageStream();
    const got: Message[] = [];
    for (const part of [stream.subarray(0, cut), stream.subarray(cut)]) {
      assert.equal(
        messages.push(part, (message) => got.push(message)),
        undefined,
      );
    }
    assert.deepEqual(got, all, `cut at ${cut}`);
  }
  const messages = new MessageStream();
  const got: Message[] = [];
  for (const single of stream) messages.push(Uint8Array.of(single), (message) => got.push(message));
  assert.deepEqual(got, all, "octet by octet");
});

test("what is handed out of a stream stays as it was when the octets behind it are wiped", () => {
  const messages = new MessageStream();
  const got: Message[] = [];
  const grant = { spa: SPA, pmks: [{ generation: 5, pmk: PMK }] };
  const chunk = emitMessage({ kind: "hold", number: 2, grant });
  messages.push(chunk, (message) => got.push(message));
  chunk.fill(0);
  messages.push(emitMessage({ kind: "alive" }), (message) => got.push(message));
  assert.deepEqual(got[0], { kind: "hold", number: 2, grant });
});

test("a length of 0, or of more than the longest message has, ends a stream before its octets have come", () => {
  for (const [length, isRight] of [
    [0, false],
    [1, true],
    [MESSAGE_MAX_OCTETS, true],
    [MESSAGE_MAX_OCTETS + 1, false],
    [0xffff, false],
  ] as const) {
    const refusal = new MessageStream().push(Uint8Array.of(length >>> 8, length & 0xff), () => {
      assert.fail("there is no message yet");
    });
    assert.equal(refusal, isRight ? undefined : `a length of ${length} octets`);
  }
});

test("whatever octets come, in whatever parts: nothing is thrown, and what is taken for a message has the octets that came", () => {
  const damaged = fc
    .tuple(fc.array(MESSAGES, { minLength: 1, maxLength: 4 }), fc.nat(), octet)
    .map(([messages, at, value]) => {
      const stream = new Uint8Array(Buffer.concat(messages.map(emitMessage)));
      stream[at % stream.length] = value;
      return stream;
    });
  let taken = 0;
  let refused = 0;
  fc.assert(
    fc.property(fc.oneof(octets(0, 600), damaged), fc.array(fc.integer({ min: 1, max: 300 })), (stream, parts) => {
      const messages = new MessageStream();
      const read: Uint8Array[] = [];
      const give = (part: Uint8Array): boolean => {
        const refusal = messages.push(part, (message) => read.push(emitMessage(message)));
        if (refusal !== undefined) refused++;
        return refusal === undefined;
      };
      let at = 0;
      let goesOn = true;
      for (const part of parts) {
        if (!goesOn || at >= stream.length) break;
        goesOn = give(stream.slice(at, at + part));
        at += part;
      }
      if (goesOn) goesOn = give(stream.slice(at));
      const all = Buffer.concat(read);
      taken += read.length;
      assert.equal(toHex(all), toHex(stream.slice(0, all.length)), "read and emitted, they are the same octets");
      if (goesOn) assert.ok(stream.length - all.length <= 2 + MESSAGE_MAX_OCTETS, "no more is kept than one message");
    }),
    { numRuns: 5000 },
  );
  assert.ok(taken > 1000 && refused > 1000, `${taken} were taken and ${refused} refused: both were tried`);
});
