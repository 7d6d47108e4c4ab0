/** Messages in parts: lost, doubled, out of order, contradicting each other, and more of them than anybody waits for. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { DATAGRAM_MAX, fragmentsOf, Reassembly } from "../../../host/mih/transport/fragments.ts";
import { emitHeader, HEADER_OCTETS, type Header, readHeader } from "../../../host/mih/wire/header.ts";
import { concat } from "../../support/hex.ts";
import { octets } from "../wire/bodies.ts";

const HEADER: Header = {
  ackReq: true,
  ackRsp: true,
  uir: true,
  more: false,
  fragment: 0,
  sid: 3,
  opcode: 1,
  aid: 13,
  tid: 5,
};

function messageOf(payload: Uint8Array, header = HEADER): Uint8Array {
  return concat(emitHeader(header, payload.length), payload);
}

function partOf(fragment: number, more: boolean, payload: Uint8Array, header = HEADER): Uint8Array {
  return messageOf(payload, { ...header, fragment, more });
}

/** Octets that differ from part to part. */
function countedTo(length: number, from = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (from + i + (i >> 8)) & 0xff);
}

/** What comes out of it. */
function takes(reassembly: Reassembly, parts: readonly Uint8Array[], { from = "mn", now_ms = 0 } = {}): Uint8Array[] {
  return parts.flatMap((part) => {
    const header = readHeader(part);
    assert.ok(typeof header === "object", "a part has a header");
    return reassembly.take(from, header, part, now_ms) ?? [];
  });
}

test("a message goes whole if it fits a datagram, else in parts of whole eights of octets, M on all but the last", () => {
  const fits = messageOf(new Uint8Array(DATAGRAM_MAX - HEADER_OCTETS));
  assert.deepEqual(fragmentsOf(fits), [fits], "1232 octets are one datagram");
  for (const [length, count] of [
    [DATAGRAM_MAX - HEADER_OCTETS + 1, 2],
    [2448, 2],
    [2449, 3],
    [60_000, 50],
    [65_535, 54],
  ]) {
    const message = messageOf(countedTo(length));
    const parts = fragmentsOf(message);
    assert.equal(parts.length, count, `${length} octets`);
    for (const [i, part] of parts.entries()) {
      const isLast = i === count - 1;
      assert.deepEqual(readHeader(part), { ...HEADER, fragment: i, more: !isLast }, `part ${i} of ${count}`);
      assert.ok(part.length <= DATAGRAM_MAX, `part ${i} fits`);
      if (!isLast) assert.equal((part.length - HEADER_OCTETS) % 8, 0, `part ${i} is a whole number of eights`);
    }
    assert.deepEqual(takes(new Reassembly(), parts), [message], `${length} octets, put together`);
  }
  const lengths = fragmentsOf(messageOf(countedTo(20)), 23).map((part) => part.length - HEADER_OCTETS);
  assert.deepEqual(lengths, [8, 8, 4], "room for fifteen holds eight");
});

test("128 parts are made and put together, 129 are refused, and so is a datagram without room for any", () => {
  const message = messageOf(countedTo(128 * 8));
  const parts = fragmentsOf(message, 16);
  assert.equal(parts.length, 128, "eight octets each");
  assert.deepEqual(takes(new Reassembly(), parts), [message], "the last has number 127");
  const longer = messageOf(countedTo(128 * 8 + 1));
  assert.throws(() => fragmentsOf(longer, 16), /RangeError: message: 1033 octets do not fit 128 fragments/, "129");
  for (const datagramMax of [0, 4, 8, 15]) {
    assert.throws(() => fragmentsOf(message, datagramMax), /do not fit 128 fragments/, `datagrams of ${datagramMax}`);
  }
  assert.throws(() => fragmentsOf(message.slice(1), 16), /RangeError: message: bad/, "what is no message");
});

test("parts in any order, some of them twice, come to the very message, and no part of it less", () => {
  const shuffled = fc.tuple(octets(40, 400), fc.constantFrom(16, 24, 40)).chain(([payload, datagramMax]) => {
    const message = messageOf(payload);
    const parts = message.length > datagramMax ? fragmentsOf(message, datagramMax) : [message];
    const order = fc.shuffledSubarray([...parts.keys()], { minLength: parts.length });
    return fc.tuple(fc.constant({ message, parts }), order, fc.array(fc.nat(parts.length - 1), { maxLength: 5 }));
  });
  fc.assert(
    fc.property(shuffled, fc.nat(), ([{ message, parts }, order, twice], missing) => {
      const doubled = [...order.slice(0, -1), ...twice.filter((i) => i !== order.at(-1)), ...order.slice(-1)];
      const made = takes(
        new Reassembly(),
        doubled.map((i) => parts[i]),
      );
      assert.deepEqual(made, [message], "whole with the last that was missing");
      const without = doubled.filter((i) => i !== missing % parts.length);
      const none = takes(
        new Reassembly(),
        without.map((i) => parts[i]),
      );
      assert.deepEqual(none, [], "and never without one");
    }),
    { numRuns: 150, seed: 41 },
  );
});

test("a part that is lost comes with the repetition; parts that have waited for 10 s are no part of it", () => {
  const message = messageOf(countedTo(5000));
  const parts = fragmentsOf(message);
  const reassembly = new Reassembly();
  assert.deepEqual(takes(reassembly, parts.slice(1)), [], "the first is lost");
  assert.deepEqual(takes(reassembly, parts.slice(0, 1), { now_ms: 10_000 }), [message], "it comes 10 s later");
  assert.deepEqual(takes(reassembly, parts.slice(1)), [], "lost again");
  assert.deepEqual(takes(reassembly, parts.slice(0, 1), { now_ms: 10_001 }), [], "it comes too late");
  assert.deepEqual(takes(reassembly, parts.slice(1), { now_ms: 10_002 }), [message], "so all the others come again");
});

test("two parts that contradict each other are none of them believed, and a whole repetition is", () => {
  const parts = [0, 1, 2].map((number) => partOf(number, number < 2, countedTo(8, number)));
  const message = messageOf(concat(...[0, 1, 2].map((number) => countedTo(8, number))));
  const forged = countedTo(8, 99);
  for (const [why, sent] of Object.entries({
    "another part of that number, before": [partOf(1, true, forged), ...parts],
    "another part of that number, behind": [parts[0], parts[1], partOf(1, true, forged), parts[2]],
    "a part behind the last": [partOf(3, true, forged), ...parts],
    "a last part behind the last": [parts[2], partOf(4, false, forged), parts[0], parts[1]],
    "a last part before the last": [partOf(1, false, forged), parts[2], parts[0], parts[1]],
    "the last part, and more to come": [parts[0], parts[2], partOf(2, true, countedTo(8, 2)), parts[1]],
    "a shorter part": [parts[0], partOf(0, true, countedTo(7)), parts[1], parts[2]],
  })) {
    const reassembly = new Reassembly();
    assert.deepEqual(takes(reassembly, sent), [], why);
    const repeated = takes(reassembly, [...parts, ...parts]);
    assert.ok(repeated.length > 0, `${why}: a repetition gets through`);
    for (const made of repeated) assert.deepEqual(made, message, `${why}, and is the message`);
  }
});

test("parts of another sender, message or TID are never put together", () => {
  const parts = fragmentsOf(messageOf(countedTo(2000)));
  const reassembly = new Reassembly();
  assert.deepEqual(takes(reassembly, parts.slice(0, 1)), [], "the first part");
  for (const change of [{ tid: 6 }, { aid: 14 }, { sid: 4 }, { opcode: 2 }]) {
    const [, other] = fragmentsOf(messageOf(countedTo(2000), { ...HEADER, ...change }));
    assert.deepEqual(takes(reassembly, [other]), [], `the second with ${JSON.stringify(change)}`);
  }
  assert.deepEqual(takes(reassembly, parts.slice(1), { from: "eve" }), [], "the second of somebody else");
});

test("of one sender sixteen messages are waited for and of all sixty-four; the oldest makes room, whoever sends how much", () => {
  const parts = (tid: number) => fragmentsOf(messageOf(countedTo(2000), { ...HEADER, tid }));
  const one = new Reassembly();
  for (let tid = 0; tid < 17; tid++) takes(one, parts(tid).slice(0, 1));
  const whole = Array.from({ length: 17 }, (_, i) => takes(one, parts(16 - i).slice(1)).length);
  assert.deepEqual([whole.slice(0, 16).indexOf(0), whole[16]], [-1, 0], "all but the oldest are put together");

  const all = new Reassembly();
  const [first, rest] = parts(1);
  takes(all, [first]);
  for (let i = 0; i < 63; i++) takes(all, [first], { from: `peer ${i}` });
  assert.equal(takes(all, [rest]).length, 1, "sixty-four wait, the first among them");
  takes(all, [first]);
  for (let i = 0; i < 2000; i++) takes(all, [first], { from: `eve ${i}` });
  assert.equal(takes(all, [rest]).length, 0, "thousands of strangers push it out");
  const made = Array.from({ length: 2000 }, (_, i) => takes(all, [rest], { from: `eve ${1999 - i}` }).length);
  const held = made.reduce((sum, one) => sum + one, 0);
  assert.equal(held, 63, "and of theirs the newest are held, less one for the part that came last");
});

test("parts that come to more octets than a message has are dropped", () => {
  const reassembly = new Reassembly();
  const most = new Uint8Array(33_000);
  assert.deepEqual(takes(reassembly, [partOf(0, true, most), partOf(1, false, most)]), [], "66,000 octets");
  const [first, last] = [partOf(0, true, most), partOf(1, false, new Uint8Array(32_535))];
  assert.deepEqual(takes(reassembly, [first, last]), [messageOf(new Uint8Array(65_535))], "65,535 are a message");
});

test("no order of any parts makes anything throw, and whatever comes out is a message of the parts that went in", () => {
  const part = fc.tuple(fc.nat(4), fc.boolean(), octets(0, 3), fc.nat(1));
  let whole = 0;
  fc.assert(
    fc.property(fc.array(part, { maxLength: 14 }), (some) => {
      const reassembly = new Reassembly();
      const sent = some.map(([fragment, more, payload, tid]) => partOf(fragment, more, payload, { ...HEADER, tid }));
      for (const made of takes(reassembly, sent)) {
        whole++;
        const header = readHeader(made);
        assert.ok(typeof header === "object" && !header.more && header.fragment === 0, "a whole message");
        const own = some.filter(([, , , tid]) => tid === header.tid);
        const payload = Buffer.from(made.subarray(HEADER_OCTETS)).toString("hex");
        const madeOf = (left: string, number: number): boolean =>
          own.some(([fragment, more, part]) => {
            const text = Buffer.from(part).toString("hex");
            if (fragment !== number || !left.startsWith(text)) return false;
            return more ? madeOf(left.slice(text.length), number + 1) : left === text;
          });
        assert.ok(madeOf(payload, 0), "of parts that follow each other");
      }
    }),
    { numRuns: 900, seed: 42 },
  );
  assert.ok(whole > 100, `${whole} messages came out`);
});
