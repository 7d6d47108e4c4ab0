/** Requests and answers, step by step, on a clock and a wire that the test holds. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ANSWERS_ENTRIES_MAX, Answers } from "../../../host/senaa/transport/answers.ts";
import { nextWait_ms } from "../../../host/senaa/transport/backoff.ts";
import { Identifiers } from "../../../host/senaa/transport/identifiers.ts";
import { type Outcome, REQUESTS_MAX } from "../../../host/senaa/transport/requests.ts";
import { RESULT } from "../../../host/senaa/wire/codes.ts";
import { TIMING } from "../../../host/senaa/wire/dictionary.ts";
import { readHeader, retransmitted } from "../../../host/senaa/wire/header.ts";
import { emitMessage, emitRefusal, headerOf, readMessage } from "../../../host/senaa/wire/message.ts";
import { CLR, CSAR, SASA, SASR } from "../../../host/senaa/wire/messages.ts";
import { isRefusal } from "../../../host/senaa/wire/refusal.ts";
import { TestClock, Wire } from "../../mih/transport/ends.ts";
import { claOf, clrOf, dropped, type End, endOf, numbers, QUICK, SESSION, scaOf, scrOf } from "./bed.ts";

interface Scene {
  readonly clock: TestClock;
  readonly wire: Wire;
  readonly pac: End;
  readonly paa: End;
}

function sceneOf(timing = QUICK): Scene {
  const [clock, wire] = [new TestClock(), new Wire()];
  return {
    ...{ clock, wire },
    pac: endOf(wire.link("pac"), { clock, timing, seed: 1 }),
    paa: endOf(wire.link("paa"), { clock, timing, seed: 2 }),
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const failureOf = (outcome: Outcome): string => ("failure" in outcome ? outcome.failure : outcome.message.name);

test("004-S2, 004-S16: a request goes out again with the same octets but the T flag, at PANA's times, and in the end nobody answered", async () => {
  const { clock, wire, pac } = sceneOf(TIMING);
  const times_ms: number[] = [];
  wire.carries = () => {
    times_ms.push(clock.now_ms());
    return false;
  };
  const ids = pac.transactions.nextIds();
  const outcome = pac.transactions.request("paa", clrOf(ids));
  clock.pass(400_000);
  assert.equal(failureOf(await outcome), "no answer");
  assert.equal(times_ms.length, TIMING.mrc);
  const [first, ...again] = wire.sent.map(({ octets }) => octets);
  for (const octets of again) assert.deepEqual(octets, retransmitted(first), "the T flag alone is new");
  const waits_ms = times_ms.slice(1).map((at_ms, i) => at_ms - times_ms[i]);
  for (const [i, wait_ms] of waits_ms.entries()) {
    const [least, most] = i === 0 ? [900, 1100] : [1.9 * waits_ms[i - 1], 2.1 * waits_ms[i - 1]];
    const [low, high] = [Math.min(least, 27_000), Math.min(most, 33_000)];
    assert.ok(wait_ms >= low - 1e-6 && wait_ms <= high + 1e-6, `wait ${i}: ${wait_ms} ms, of ${low} to ${high}`);
  }
  assert.equal(clock.waiting, 0, "nothing waits any more");
});

test("waits grow from about IRT to about MRT and never leave the bounds of RFC 5191 section 9", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 12 }), (draws) => {
      let wait_ms: number | undefined;
      for (const draw of draws) {
        wait_ms = nextWait_ms(TIMING, () => draw, wait_ms);
        assert.ok(wait_ms >= 900 && wait_ms <= 33_000, `${wait_ms} ms`);
      }
      assert.ok((wait_ms ?? 0) >= 27_000, "the twelfth is MRT's");
    }),
    { numRuns: 200 },
  );
});

test("004-S16: no request goes out behind the time that Multi-Round-Time-Out left, and then nobody waits", async () => {
  const { clock, wire, pac } = sceneOf(TIMING);
  wire.carries = () => false;
  clock.pass(500);
  const outcome = pac.transactions.request("paa", clrOf(pac.transactions.nextIds()), { until_ms: 5500 });
  clock.pass(5000);
  assert.equal(failureOf(await outcome), "no answer");
  const sent = wire.sent.length;
  assert.ok(sent === 3, `at 0, about 1 and about 3 s: ${sent}`);
  clock.pass(60_000);
  assert.deepEqual([wire.sent.length, clock.waiting], [sent, 0]);
  const late = pac.transactions.request("paa", clrOf(pac.transactions.nextIds()), { until_ms: 100 });
  assert.equal(failureOf(await late), "no answer");
  assert.equal(wire.sent.length, sent, "one that is late already does not go out at all");
});

test("004-D17: a request that comes again is handed up once; its answer goes out again, and none before there is one", async () => {
  const { clock, wire, pac, paa } = sceneOf();
  const ids = pac.transactions.nextIds();
  const outcome = pac.transactions.request("paa", clrOf(ids));
  clock.pass(30);
  assert.equal(paa.asked.length, 1);
  assert.ok((dropped(paa).repeated ?? 0) >= 1, "it came again while it was in work");
  wire.carries = (from) => from !== "paa";
  paa.asked[0].answer(claOf(ids));
  clock.pass(40);
  wire.carries = () => true;
  clock.pass(100);
  const heard = await outcome;
  assert.ok(!("failure" in heard) && heard.message.name === "CLA" && heard.from === "paa", "the kept answer");
  const answers = wire.sent.filter(({ from }) => from === "paa");
  assert.ok(
    answers.length >= 2 && answers.every(({ octets }) => octets.join() === answers[0].octets.join()),
    "the same",
  );
  assert.equal(paa.asked.length, 1, "and still it is handed up once");
});

test("004-D17: another source, Session-Id, command or End-to-End Identifier is another request; other octets under all of them are dropped", () => {
  const { wire, paa } = sceneOf();
  const ids = { hopByHop: 1, endToEnd: 2 };
  wire.deliver("pac", "paa", clrOf(ids));
  wire.deliver("pac", "paa", retransmitted(clrOf(ids)));
  assert.equal(paa.asked.length, 1, "the T flag makes no other request of it");
  wire.deliver("pac", "paa", clrOf(ids, 99));
  assert.deepEqual(dropped(paa), { repeated: 1, "another request of that number": 1 });
  wire.deliver("other", "paa", clrOf(ids));
  wire.deliver("pac", "paa", clrOf(ids, 3, "paa;2"));
  wire.deliver("pac", "paa", clrOf({ ...ids, endToEnd: 3 }));
  wire.deliver("pac", "paa", emitMessage(CSAR, ids, { sessionId: SESSION, tls: Uint8Array.of(23, 3) }));
  assert.equal(paa.asked.length, 5);
});

test("an answer is taken by its Hop-by-Hop Identifier, End-to-End Identifier, command and source, and once", async () => {
  const { wire, pac } = sceneOf();
  wire.carries = () => false;
  const ids = pac.transactions.nextIds();
  const outcome = pac.transactions.request("paa", clrOf(ids));
  wire.deliver("paa", "pac", claOf({ ...ids, hopByHop: ids.hopByHop ^ 1 }));
  wire.deliver("paa", "pac", claOf({ ...ids, endToEnd: ids.endToEnd ^ 1 }));
  wire.deliver("paa", "pac", scaOf(ids));
  wire.deliver("mallory", "pac", claOf(ids));
  assert.deepEqual(dropped(pac), { "unexpected answer": 3, "answer of another": 1 });
  wire.deliver("paa", "pac", claOf(ids));
  wire.deliver("paa", "pac", claOf(ids));
  assert.equal(failureOf(await outcome), "CLA");
  assert.deepEqual([pac.transactions.counts.answers, dropped(pac)["unexpected answer"]], [1, 4]);
});

test("an answer that its asker does not accept leaves the right one to be waited for", async () => {
  const { wire, pac } = sceneOf();
  wire.carries = () => false;
  const ids = pac.transactions.nextIds();
  const outcome = pac.transactions.request("paa", clrOf(ids), { accepts: ({ name }) => name !== "refusal" });
  wire.deliver("paa", "pac", emitRefusal(headerOf(CLR, ids), { resultCode: RESULT.unknownSessionId }));
  assert.deepEqual(dropped(pac), { "answer not accepted": 1 });
  wire.deliver("paa", "pac", claOf(ids));
  assert.equal(failureOf(await outcome), "CLA");
});

test("a request that is none is refused with its Result-Code; an answer that is none, and what has no header, gets nothing", () => {
  const { wire, paa } = sceneOf();
  const ids = { hopByHop: 7, endToEnd: 8 };
  const bad = clrOf(ids);
  bad[0] = 2;
  wire.deliver("pac", "paa", bad);
  const [answer] = wire.sent;
  const read = readMessage(answer.octets, "tls");
  assert.ok(!isRefusal(read) && read.name === "refusal" && read.body.resultCode === RESULT.unsupportedVersion, "5011");
  assert.deepEqual([read.header.hopByHop, read.header.endToEnd, answer.to], [7, 8, "pac"]);
  const badAnswer = claOf(ids);
  badAnswer[0] = 2;
  wire.deliver("pac", "paa", badAnswer);
  wire.deliver("pac", "paa", new Uint8Array(19));
  assert.equal(wire.sent.length, 1);
  assert.deepEqual(dropped(paa), { "bad version": 2, "too short": 1 });
});

test("a refusal of whoever has proven nothing is not kept: the request is asked again when it comes again", () => {
  const { wire, paa } = sceneOf();
  paa.does = (asked) => asked.refuse(RESULT.unknownSessionId);
  const request = clrOf({ hopByHop: 1, endToEnd: 2 });
  wire.deliver("pac", "paa", request);
  wire.deliver("pac", "paa", request);
  assert.deepEqual([paa.asked.length, wire.sent.length, paa.transactions.counts.refusals], [2, 2, 2]);
  paa.asked[0].answer(claOf({ hopByHop: 1, endToEnd: 2 }));
  assert.equal(wire.sent.length, 2, "whoever has refused does not answer, too");
});

test("004-S12: either end asks and is asked on one link, under the same identifiers even", async () => {
  const { wire, pac, paa } = sceneOf();
  const ids = { hopByHop: 5, endToEnd: 6 };
  const body = { sessionId: SESSION, tls: Uint8Array.of(23) };
  pac.does = ({ answer }) => answer(emitMessage(SASA, ids, body));
  paa.does = ({ answer }) => answer(claOf(ids));
  const [asks, aborts] = [
    pac.transactions.request("paa", clrOf(ids)),
    paa.transactions.request("pac", emitMessage(SASR, ids, body)),
  ];
  assert.deepEqual([failureOf(await asks), failureOf(await aborts)], ["CLA", "SASA"]);
  assert.equal(wire.sent.length, 4);
});

test("memory is bounded: kept answers by number, octets and age, and requests on their way by number", async () => {
  const answers = new Answers({ lifetime_ms: 1000, entries: 3, octets: 100 });
  const ten = new Uint8Array(10);
  for (const key of ["a", "b", "c", "d"]) assert.equal(answers.take(key, ten, 0), "new");
  assert.deepEqual([answers.entries, answers.octets], [3, 30], "the oldest is forgotten");
  answers.answer("d", new Uint8Array(75));
  assert.deepEqual([answers.entries, answers.octets], [2, 95]);
  answers.answer("d", new Uint8Array(95));
  assert.deepEqual([answers.entries, answers.octets], [0, 0], "what is too long is not kept");
  answers.take("e", ten, 0);
  assert.equal(answers.take("e", ten, 1000), "in work");
  assert.equal(answers.take("e", ten, 1001), "new", "after its time it is another");

  const { wire, pac, paa } = sceneOf();
  for (let i = 0; i < ANSWERS_ENTRIES_MAX + 10; i++) wire.deliver(`s${i}`, "paa", scrOf({ hopByHop: i, endToEnd: i }));
  const kept = clrOf({ hopByHop: 1, endToEnd: 1 });
  wire.deliver("pac", "paa", kept);
  for (let i = 0; i < ANSWERS_ENTRIES_MAX + 10; i++) wire.deliver(`t${i}`, "paa", scrOf({ hopByHop: i, endToEnd: i }));
  const before = paa.asked.length;
  wire.deliver("pac", "paa", kept);
  assert.equal(paa.asked.length, before, "strangers' SCRs do not make it forget the requests of sessions");

  wire.carries = () => false;
  const all = Array.from({ length: REQUESTS_MAX + 1 }, () =>
    pac.transactions.request("paa", clrOf(pac.transactions.nextIds())),
  );
  assert.equal(failureOf(await all[REQUESTS_MAX]), "too many requests");
  pac.transactions.close();
  assert.equal(failureOf(await all[0]), "closed");
  await turn();
});

test("identifiers: no Hop-by-Hop that is waited for, and no End-to-End twice within 4 minutes", () => {
  let now_ms = 0;
  const identifiers = new Identifiers(numbers(9), () => now_ms);
  const seen = new Set<number>();
  for (let i = 0; i < 5000; i++) {
    now_ms += 48;
    seen.add(identifiers.next(() => false).endToEnd);
  }
  assert.equal(seen.size, 5000);
  const [same, taken] = [
    new Identifiers(
      () => 7,
      () => 0,
    ),
    new Set([7, 8]),
  ];
  assert.equal(same.next((hopByHop) => taken.has(hopByHop)).hopByHop, 9);
});

test("mistakes of whoever asks or answers are told to them", async () => {
  const { wire, pac, paa } = sceneOf();
  wire.carries = () => false;
  const ids = pac.transactions.nextIds();
  assert.throws(() => pac.transactions.request("paa", claOf(ids)), /RangeError: request: CLA is an answer/);
  assert.throws(() => pac.transactions.request("paa", new Uint8Array(3)), /RangeError: request: too short/);
  const first = pac.transactions.request("paa", clrOf(ids));
  assert.throws(() => pac.transactions.request("paa", clrOf(ids)), /RangeError: hopByHop: \d+ is waited for/);
  pac.transactions.withdraw(ids);
  assert.equal(failureOf(await first), "closed");
  wire.deliver("pac", "paa", clrOf(ids));
  assert.throws(() => paa.asked[0].answer(scaOf(ids)), /RangeError: answer: /);
  assert.equal(readHeader(wire.sent[0].octets)?.header.hopByHop, ids.hopByHop);
});
