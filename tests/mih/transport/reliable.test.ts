/** The acknowledgement service, step by step, on a clock and a wire that the test holds. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { emitHeader, OPCODE, readHeader, TID_MAX } from "../../../host/mih/wire/header.ts";
import { emitPdu, type Pdu, readPdu } from "../../../host/mih/wire/pdu.ts";
import { type End, endOf, QUICK, requestOf, responseTo, TestClock, Wire } from "./ends.ts";

const ASKED = Uint8Array.of(1, 2, 3);
const ANSWERED = Uint8Array.of(4, 5);
const { rto_ms, retries, transaction_ms } = QUICK;

interface Scene {
  readonly clock: TestClock;
  readonly wire: Wire;
  readonly mn: End;
  readonly spos: End;
}

function sceneOf(): Scene {
  const [clock, wire] = [new TestClock(), new Wire()];
  return { clock, wire, mn: endOf(wire.link("mn"), { clock }), spos: endOf(wire.link("spos"), { clock }) };
}

/** Answers whatever it hears; what became of the answers. */
function answering(end: End): Promise<boolean>[] {
  const sent: Promise<boolean>[] = [];
  end.hears = (from, pdu) => {
    if (pdu.header.opcode === OPCODE.request) sent.push(end.reliable.send(from, responseTo(pdu, ANSWERED)));
  };
  return sent;
}

function bareAck({ header, source, destination }: Pdu): Uint8Array {
  const acknowledging = { ...header, ackReq: false, ackRsp: true };
  return emitPdu({ header: acknowledging, source: destination, destination: source });
}

/** Whether a promise has come to an end, and to which, after all that was due has run. */
async function settledNow(sent: Promise<boolean>): Promise<boolean | "not yet"> {
  await new Promise((resolve) => setImmediate(resolve));
  return Promise.race([sent, Promise.resolve<"not yet">("not yet")]);
}

test("a request, its response and the acknowledgement of that are three datagrams, and both ends know that they were heard", async () => {
  const { clock, wire, mn, spos } = sceneOf();
  const answers = answering(spos);
  const sent = mn.reliable.send("spos", requestOf(mn, "spos", 5, ASKED));
  assert.equal(await settledNow(sent), true, "the request was heard");
  assert.equal(await settledNow(answers[0]), true, "the response was heard");
  clock.pass(transaction_ms);
  const flags = wire.sent.map(({ octets }) => octets[0] & 0x0f);
  assert.deepEqual(flags, [0x08, 0x0c, 0x04], "ACK-Req; ACK-Req and ACK-Rsp; ACK-Rsp");
  assert.deepEqual([mn.received.length, spos.received.length], [1, 1], "each is handed on once");
  assert.equal(clock.waiting, 0, "no timer is left");
});

test("what nobody hears is sent again after rto, twice that and so on, and the sender is told false at last", async () => {
  const { clock, wire, mn } = sceneOf();
  wire.carries = () => false;
  const sent = mn.reliable.send("spos", requestOf(mn, "spos", 5, ASKED));
  for (let number = 0; number <= retries; number++) {
    assert.equal(wire.sent.length, 1 + number, `${number} repetitions`);
    clock.pass(rto_ms * 2 ** number - 1);
    assert.equal(wire.sent.length, 1 + number, "and none before its time");
    assert.equal(await settledNow(sent), "not yet", "while there is hope");
    clock.pass(1);
  }
  assert.equal(await settledNow(sent), false, "nobody heard it");
  assert.equal(wire.sent.length, 1 + retries, "it is not sent any more");
  assert.deepEqual(new Set(wire.sent.map(({ octets }) => `${octets}`)).size, 1, "each repetition is the same octets");
  assert.equal(clock.waiting, 0, "no timer is left");
});

test("a request whose answer takes its time is acknowledged alone after half an rto, and not repeated", async () => {
  const { clock, wire, mn, spos } = sceneOf();
  const sent = mn.reliable.send("spos", requestOf(mn, "spos", 5, ASKED));
  clock.pass(rto_ms / 2);
  assert.equal(await settledNow(sent), true, "heard, though not answered");
  assert.deepEqual(wire.sent[1].octets, bareAck(requestOf(mn, "spos", 5, ASKED)), "ACK-Rsp, both MISF IDs, no more");
  clock.pass(rto_ms * 100);
  assert.equal(wire.sent.length, 2, "nothing is repeated");
  const answered = spos.reliable.send("mn", responseTo(spos.received[0].pdu, ANSWERED));
  assert.equal(await settledNow(answered), true, "the late answer is heard");
  assert.equal(mn.received.length, 1, "and handed on");
});

test("a lost response is repeated from memory, not made twice", async () => {
  const { clock, wire, mn, spos } = sceneOf();
  const answers = answering(spos);
  let lost = 0;
  wire.carries = (from) => from === "mn" || ++lost > 1;
  // Nothing but the repetition of the request brings the response again before its own rto.
  const sent = mn.reliable.send("spos", requestOf(mn, "spos", 5, ASKED));
  wire.deliver("mn", "spos", wire.sent[0].octets);
  assert.equal(await settledNow(sent), true, "the repetition was answered");
  assert.deepEqual([spos.received.length, answers.length], [1, 1], "by the answer that there was");
  assert.deepEqual(spos.dropped, ["repeated"], "and counted as a repetition");
  assert.deepEqual(wire.sent[2].octets, wire.sent[1].octets, "octet for octet");
  assert.equal(mn.received.length, 1, "and handed on once");
  clock.pass(transaction_ms * 2);
  assert.equal(spos.received.length, 1, "whatever comes later");
});

test("a response whose acknowledgement is lost is acknowledged again, and not handed on again", async () => {
  const { clock, wire, mn, spos } = sceneOf();
  const answers = answering(spos);
  let lost = 0;
  wire.carries = (from, _, octets) => from === "spos" || (octets[0] & 0x0c) !== 0x04 || ++lost > 2;
  const sent = mn.reliable.send("spos", requestOf(mn, "spos", 5, ASKED));
  assert.equal(await settledNow(sent), true, "the request is answered");
  assert.equal(await settledNow(answers[0]), "not yet", "which the SPoS does not know");
  clock.pass(rto_ms * 3);
  assert.equal(lost, 3, "acknowledged three times, and two of those were lost");
  assert.equal(await settledNow(answers[0]), true, "until it does");
  assert.equal(mn.received.length, 1, "one response");
  assert.deepEqual(mn.dropped, ["repeated", "repeated"], "two repetitions");
});

test("a forged acknowledgement or response from another address, of another TID or message, ends nothing", async () => {
  const { wire, mn, spos } = sceneOf();
  const request = requestOf(mn, "spos", 5, ASKED);
  wire.carries = () => false;
  const sent = mn.reliable.send("spos", request);
  const { header } = request;
  for (const [why, from, octets] of [
    ["from another address", "eve", bareAck(request)],
    ["of another TID", "spos", bareAck({ ...request, header: { ...header, tid: 6 } })],
    ["of another message", "spos", bareAck({ ...request, header: { ...header, aid: 14 } })],
    ["of the response", "spos", bareAck({ ...request, header: { ...header, opcode: OPCODE.response } })],
    ["to somebody else", "spos", bareAck({ ...request, source: "x" })],
    ["a response from another address", "eve", emitPdu(responseTo(request, ANSWERED))],
    ["a response to another TID", "spos", emitPdu(responseTo({ ...request, header: { ...header, tid: 6 } }, ANSWERED))],
    ["a request of the same TID", "spos", emitPdu({ ...requestOf(spos, "mn", 5, ANSWERED) })],
  ] as const) {
    wire.deliver(from, "mn", octets);
    assert.equal(await settledNow(sent), "not yet", why);
  }
  assert.deepEqual(
    mn.received.map(({ from }) => from),
    ["eve", "spos", "spos"],
    "what asks for nothing of this is handed on with the address that it came from",
  );
  wire.deliver("spos", "mn", bareAck(request));
  assert.equal(await settledNow(sent), true, "the true one does");
});

test("the same TID with other octets is a new message, with the same octets a repetition until it is forgotten", () => {
  const { clock, wire, mn, spos } = sceneOf();
  const first = emitPdu(requestOf(mn, "spos", 5, ASKED));
  const other = emitPdu(requestOf(mn, "spos", 5, ANSWERED));
  const heard: number[] = [];
  for (const octets of [first, first, other, other, first]) {
    wire.deliver("mn", "spos", octets);
    heard.push(spos.received.length);
  }
  assert.deepEqual(heard, [1, 1, 2, 2, 3], "handed on once for each change");
  clock.pass(transaction_ms + 1);
  wire.deliver("mn", "spos", first);
  assert.equal(spos.received.length, 4, "and again when nobody can have been waiting");
  wire.deliver("roamed", "spos", first);
  assert.equal(spos.received.length, 5, "from another address it is somebody else's");
});

test("a peer that restarts is heard anew: with another TID as one who asks, without a memory as one who answers", async () => {
  const { clock, wire, mn, spos } = sceneOf();
  answering(spos);
  const sent = mn.reliable.send("spos", requestOf(mn, "spos", mn.reliable.nextTid(), ASKED));
  mn.reliable.close();
  assert.equal(await settledNow(sent), true, "before it went down");
  const again = endOf(wire.link("mn"), { clock, tid: 3000 });
  const resent = again.reliable.send("spos", requestOf(again, "spos", again.reliable.nextTid(), ASKED));
  assert.equal(await settledNow(resent), true, "after it came up");
  assert.equal(spos.received.length, 2, "two requests");
  assert.deepEqual([mn.received.length, again.received.length], [1, 1], "two responses");

  wire.carries = (from) => from !== "spos";
  const asked = again.reliable.send("spos", requestOf(again, "spos", again.reliable.nextTid(), ASKED));
  spos.reliable.close();
  wire.carries = () => true;
  const next = endOf(wire.link("spos"), { clock });
  answering(next);
  clock.pass(rto_ms);
  assert.equal(await settledNow(asked), true, "the repetition is answered by who came up");
  assert.deepEqual([next.received.length, again.received.length], [1, 2], "once");
});

test("of two sends of one message with one TID the first is told false, and the second takes its place", async () => {
  const { clock, wire, mn, spos } = sceneOf();
  wire.carries = () => false;
  const first = mn.reliable.send("spos", requestOf(mn, "spos", 5, ASKED));
  const second = mn.reliable.send("spos", requestOf(mn, "spos", 5, ANSWERED));
  assert.equal(await settledNow(first), false, "nobody waits for ever");
  assert.equal(clock.waiting, 1, "and one is repeated, not two");
  wire.carries = () => true;
  clock.pass(rto_ms * 2);
  assert.equal(await settledNow(second), true, "the second is heard");
  assert.deepEqual(spos.received.length, 1, "and only that");
});

test("close() tells every sender false, ends every timer, and nothing is sent or heard after it", async () => {
  const { clock, wire, mn, spos } = sceneOf();
  wire.carries = (from) => from !== "mn";
  const sent = [5, 6, 7].map((tid) => mn.reliable.send("spos", requestOf(mn, "spos", tid, ASKED)));
  const asked = requestOf(spos, "mn", 9, ASKED);
  wire.deliver("spos", "mn", emitPdu({ ...asked, header: { ...asked.header, ackReq: true } }));
  assert.equal(clock.waiting, 4, "three repetitions and an acknowledgement wait");
  const before = wire.sent.length;
  mn.reliable.close();
  assert.deepEqual(await Promise.all(sent.map(settledNow)), [false, false, false], "all of them are told");
  assert.equal(clock.waiting, 0, "no timer is left");
  clock.pass(transaction_ms);
  wire.deliver("spos", "mn", emitPdu(requestOf(spos, "mn", 10, ASKED)));
  const late = mn.reliable.send("spos", requestOf(mn, "spos", 11, ASKED));
  assert.equal(await settledNow(late), false, "a send that comes too late is told at once");
  assert.deepEqual([wire.sent.length, mn.received.length], [before, 1], "nothing was sent or heard");
  mn.reliable.close();
});

test("datagrams that are no message, or another's, are dropped by a name; what no message holds is not sent", () => {
  const { wire, mn, spos } = sceneOf();
  const { header, ...rest } = requestOf(mn, "spos", 5, ASKED);
  const headerAlone = emitHeader(header, 0);
  for (const octets of [
    new Uint8Array(),
    new Uint8Array(7),
    headerAlone,
    emitPdu({ header, ...rest, destination: "tpos" }),
    emitPdu({ header: { ...header, ackReq: true }, ...rest, destination: "tpos" }),
  ]) {
    wire.deliver("mn", "spos", octets);
  }
  const named = ["bad header", "bad header", "bad PDU", "not for us", "not for us"];
  assert.deepEqual([spos.dropped, spos.received, wire.sent], [named, [], []], "and nobody answers them");
  const tooLong = { header, ...rest, service: new Uint8Array(65_536) };
  assert.throws(() => mn.reliable.send("spos", tooLong), /RangeError: payload octets/, "a message of 64 KiB");
});

test("TIDs go round, and two ends that ask each other with one TID at once are both answered", async () => {
  const wire = new Wire();
  const clock = new TestClock();
  const [mn, spos] = ["mn", "spos"].map((id) => endOf(wire.link(id), { clock, tid: TID_MAX - 1 }));
  assert.deepEqual([mn.reliable.nextTid(), mn.reliable.nextTid(), mn.reliable.nextTid()], [TID_MAX, 0, 1], "round");
  answering(mn);
  answering(spos);
  wire.carries = () => false;
  const asked = [
    mn.reliable.send("spos", requestOf(mn, "spos", 8, ASKED)),
    spos.reliable.send("mn", requestOf(spos, "mn", 8, ASKED)),
  ];
  wire.carries = () => true;
  clock.pass(rto_ms);
  assert.deepEqual(await Promise.all(asked.map(settledNow)), [true, true], "both are heard");
  const opcodes = [mn, spos].map(({ received }) => received.map(({ pdu }) => pdu.header.opcode).sort());
  assert.deepEqual(
    opcodes,
    [
      [1, 2],
      [1, 2],
    ],
    "each has a request and a response",
  );
  for (const { octets } of wire.sent) {
    assert.equal(typeof readHeader(octets), "object", "every datagram is one");
    assert.equal(typeof readPdu(octets), "object", "and a whole message");
  }
});
