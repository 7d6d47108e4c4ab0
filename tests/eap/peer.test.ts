/** The EAP layer of a peer (RFC 3748), above methods that the test plays. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { EapMethod, EapResult, MethodRequest, MethodStep } from "../../host/eap/method.ts";
import { EapPeer } from "../../host/eap/peer.ts";
import { failureOf, requestOf, responded, successOf, utf8 } from "./requests.ts";

const TYPE = 99;
const NAK = 3;
const resultOf = (): EapResult => ({
  method: "a method",
  msk: new Uint8Array(64).fill(1),
  emsk: new Uint8Array(64).fill(2),
  sessionId: Uint8Array.of(TYPE),
});

/** Says what it is told to, and keeps what it was asked. */
class PlayedMethod implements EapMethod {
  readonly type: number;
  readonly name = "a method";
  readonly asked: MethodRequest[] = [];
  isClosed = false;
  next: MethodStep | Promise<MethodStep> = { data: utf8("answer") };

  constructor(type = TYPE) {
    this.type = type;
  }

  receive(request: MethodRequest): MethodStep | Promise<MethodStep> {
    this.asked.push(request);
    return this.next;
  }

  close(): void {
    this.isClosed = true;
  }
}

function played(...methods: PlayedMethod[]): { peer: EapPeer; method: PlayedMethod } {
  const [method = new PlayedMethod()] = methods;
  return { peer: new EapPeer({ identity: utf8("me"), methods: methods.length ? methods : [method] }), method };
}

/** A peer whose method is done with Identifier 1. */
async function done(isProtected: boolean) {
  const { peer, method } = played();
  const result = resultOf();
  method.next = { data: utf8("last"), done: { result, isProtected } };
  await peer.receive(requestOf(1, TYPE));
  return { peer, method, result };
}

test("RFC 3748, 5.1, 5.2: Identity is answered before a method has begun, Notification until it is done", async () => {
  const { peer, method } = played();
  assert.deepEqual(responded(await peer.receive(requestOf(1, 1, utf8("who?"))), 1), { type: 1, data: utf8("me") });
  assert.deepEqual(responded(await peer.receive(requestOf(2, 2, utf8("hello"))), 2), { type: 2, data: utf8("") });
  assert.deepEqual(responded(await peer.receive(requestOf(3, TYPE)), 3), { type: TYPE, data: utf8("answer") });
  assert.deepEqual(responded(await peer.receive(requestOf(4, 2, utf8("wait"))), 4), { type: 2, data: utf8("") });
  assert.deepEqual(await peer.receive(requestOf(5, 1)), { refused: "wrong phase" });
  assert.equal(method.asked.length, 1);
  const { peer: over } = await done(false);
  assert.deepEqual(await over.receive(requestOf(9, 2, utf8("late"))), { refused: "wrong phase" });
});

test("RFC 3748, 5.3.1: a method that is not wished gets a Nak with all that are, in their order; then one of them is taken", async () => {
  const [first, second] = [new PlayedMethod(13), new PlayedMethod(52)];
  const { peer } = played(first, second);
  for (const [identifier, type] of [
    [1, 4],
    [2, 254],
    [3, 25],
  ]) {
    const nak = responded(await peer.receive(requestOf(identifier, type)), identifier);
    assert.deepEqual(nak, { type: NAK, data: Uint8Array.of(13, 52) });
  }
  assert.equal(responded(await peer.receive(requestOf(4, 52)), 4).type, 52);
  assert.deepEqual([first.asked.length, second.asked.length], [0, 1]);
});

test("RFC 3748, 2.1: once a method has begun there is no other, wished or not", async () => {
  const { peer } = played(new PlayedMethod(13), new PlayedMethod(52));
  await peer.receive(requestOf(1, 52));
  for (const type of [13, 25]) {
    assert.deepEqual(await peer.receive(requestOf(2, type)), {
      refused: "another method than that which has begun",
    });
  }
  assert.equal(responded(await peer.receive(requestOf(2, 52)), 2).type, 52);
});

test("a method that drops its first Request has not begun: a Nak is still in time", async () => {
  const { peer, method } = played();
  method.next = { refused: "bad length" };
  assert.deepEqual(await peer.receive(requestOf(1, TYPE)), { refused: "bad length" });
  assert.equal(responded(await peer.receive(requestOf(1, 13)), 1).type, NAK);
});

test("RFC 3748, 4.1: the same Request again gets the same Response, and the method hears nothing of it", async () => {
  const { peer, method } = played();
  const request = requestOf(7, TYPE, utf8("question"));
  const answer = await peer.receive(request);
  method.next = { data: utf8("another answer") };
  assert.deepEqual(await peer.receive(request), answer);
  assert.equal(method.asked.length, 1);
  const another = requestOf(7, TYPE, utf8("true question"));
  assert.deepEqual(
    responded(await peer.receive(another), 7).data,
    utf8("another answer"),
    "not kept out by one before it",
  );
  assert.equal(method.asked.length, 2);
});

test("RFC 3748, 4.2, 7.16: no Success before the method is done, and none that answers another Response", async () => {
  const { peer, method } = played();
  assert.deepEqual(await peer.receive(successOf(0)), { refused: "wrong phase" }, "canned");
  await peer.receive(requestOf(1, TYPE));
  assert.deepEqual(await peer.receive(successOf(1)), { refused: "wrong phase" }, "in the middle");
  const result = resultOf();
  method.next = { data: utf8("last"), done: { result, isProtected: false } };
  await peer.receive(requestOf(2, TYPE));
  const refused = "another Identifier than that of the last Response";
  assert.deepEqual(await peer.receive(successOf(1)), { refused });
  assert.deepEqual(await peer.receive(failureOf(1)), { refused });
  assert.equal(peer.result, result);
  assert.deepEqual(await peer.receive(successOf(2)), { ended: "success", result });
  assert.ok(method.isClosed, "the method is closed");
  assert.equal(result.msk[0], 1, "its keys are the receiver's now");
  for (const packet of [successOf(2), failureOf(2), requestOf(3, TYPE), requestOf(2, TYPE)]) {
    assert.deepEqual(await peer.receive(packet), { refused: "over" });
  }
});

test("RFC 3748, 7.16: a Failure behind success that both ends have told each other is dropped, behind any other it counts", async () => {
  const sure = await done(true);
  assert.deepEqual(await sure.peer.receive(failureOf(1)), { refused: "wrong phase" });
  assert.deepEqual(await sure.peer.receive(successOf(1)), { ended: "success", result: sure.result });
  const unsure = await done(false);
  assert.deepEqual(await unsure.peer.receive(failureOf(1)), { ended: "failure", reason: "the server has refused" });
  assert.equal(unsure.peer.result, undefined);
  assert.ok(
    [...unsure.result.msk, ...unsure.result.emsk].every((octet) => octet === 0),
    "and the keys are wiped",
  );
});

test("a method that has failed tells the server so, or ends it at once; no Success helps it", async () => {
  const told = played();
  told.method.next = { failed: "no such server", data: utf8("alert") };
  assert.equal(responded(await told.peer.receive(requestOf(1, TYPE)), 1).type, TYPE);
  assert.equal(told.peer.failure, "no such server");
  assert.deepEqual(await told.peer.receive(successOf(1)), { refused: "wrong phase" });
  assert.deepEqual(await told.peer.receive(requestOf(2, TYPE)), { refused: "wrong phase" });
  assert.deepEqual(await told.peer.receive(failureOf(1)), { ended: "failure", reason: "no such server" });
  const quiet = played();
  quiet.method.next = { failed: "wrong" };
  assert.deepEqual(await quiet.peer.receive(requestOf(1, TYPE)), { ended: "failure", reason: "wrong" });
  assert.ok(quiet.method.isClosed, "the method is closed");
});

test("a server that asks for ever is answered 255 times", async () => {
  const { peer, method } = played();
  for (let i = 1; i <= 255; i++) responded(await peer.receive(requestOf(i & 0xff, TYPE)), i & 0xff);
  assert.deepEqual(await peer.receive(requestOf(0, TYPE)), { ended: "failure", reason: "too many Requests" });
  assert.ok(method.isClosed, "the method is closed");
});

test("one Request at a time: what comes while the method is at one is dropped, and what it says when it was closed, too", async () => {
  const { peer, method } = played();
  let say: (step: MethodStep) => void = () => {};
  method.next = new Promise((resolve) => {
    say = resolve;
  });
  const first = peer.receive(requestOf(1, TYPE));
  assert.deepEqual(await peer.receive(requestOf(2, TYPE)), { refused: "a Request is under way" });
  say({ data: utf8("late") });
  assert.equal(responded(await first, 1).type, TYPE);
  method.next = new Promise((resolve) => {
    say = resolve;
  });
  const second = peer.receive(requestOf(2, TYPE));
  peer.close();
  say({ data: utf8("too late"), done: { result: resultOf(), isProtected: true } });
  assert.deepEqual(await second, { refused: "over" });
  assert.equal(peer.result, undefined);
});

test("what is no Request, Success or Failure is dropped with a reason, of whatever octets; the method sees none of it", async () => {
  const { peer, method } = played();
  for (const [octets, refused] of [
    [[], "too short"],
    [[1, 1, 0], "too short"],
    [[1, 1, 0, 4], "bad length"],
    [[1, 1, 0, 9, TYPE], "bad length"],
    [[2, 1, 0, 5, TYPE], "bad type"],
    [[5, 1, 0, 5, TYPE], "bad type"],
    [[1, 1, 0, 5, 0], "bad type"],
    [[1, 1, 0, 6, NAK, 13], "bad type"],
    [[3, 1, 0, 5, 0], "bad length"],
  ] as const) {
    assert.deepEqual(await peer.receive(Uint8Array.from(octets)), { refused }, `${octets}`);
  }
  assert.equal(method.asked.length, 0);
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), async (octets) => {
      const answer = await played().peer.receive(octets);
      assert.ok("response" in answer || "refused" in answer, "neither an end nor an error");
    }),
    { numRuns: 400, seed: 11 },
  );
});

test("no method, two of one Type, or an identity that no packet has room for is the caller's mistake", () => {
  const identity = utf8("me");
  assert.throws(() => new EapPeer({ identity, methods: [] }), /methods: none, where 1 or more are expected/);
  const twice = [new PlayedMethod(), new PlayedMethod()];
  assert.throws(() => new EapPeer({ identity, methods: twice }), /methods: two of one Type/);
  const methods = [new PlayedMethod()];
  assert.throws(
    () => new EapPeer({ identity: new Uint8Array(1016), methods }),
    /identity: 1016 octets, where 0 to 1015/,
  );
});
