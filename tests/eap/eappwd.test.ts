/** EAP-pwd: a conversation that hostapd has had with this peer, and a server that the test plays against it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { EAP_TYPE } from "../../host/eap/packet.ts";
import { EapPeer } from "../../host/eap/peer.ts";
import {
  drawCommit,
  elementOf,
  emitElement,
  emitScalar,
  type PwdCrypto,
  passwordElement,
  scalarOf,
  sharedSecret,
} from "../../host/eap/pwdgroup.ts";
import { confirmOf } from "../../host/eap/pwdkeys.ts";
import { CIPHERSUITE, emitPwdId, parsePwdCommit, parsePwdId } from "../../host/eap/pwdmessages.ts";
import { EapPwdMethod, type EapPwdMethodOptions } from "../../host/eap/pwdmethod.ts";
import { nodeRsnCrypto as crypto } from "../../host/rsn/keys/crypto.node.ts";
import { concat, hex, toHex } from "../support/hex.ts";
import { Asking, failureOf, successOf, utf8 } from "./requests.ts";

const IDENTITY = utf8("pwd.user");
const PASSWORD = utf8("a good password");
const ID_S = utf8("server");
const TOKEN = hex("aa8f7a46");

const peerOf = (options: Partial<EapPwdMethodOptions> = {}): EapPeer => {
  const method = new EapPwdMethod({ crypto, identity: IDENTITY, password: PASSWORD, ...options });
  return new EapPeer({ identity: IDENTITY, methods: [method] });
};

/** hostapd 2.10 as the server; its log has PWE and Session-Id, and its MS-MPPE keys are the MSK. */
const RECORDED = {
  requests: [
    "01040015340100130101aa8f7a4600736572766572",
    `010500663402281f209ca157cb6a656b7aac776d3fb0b17ab12e61c9cecb31bbcd436782f11b85d4e507bd7e517f05aafedaa0f9549d
     5996148ec2ec66ebed9f478407a6bea789b8ad74744cf12a4258563648b250b77e3665f250a2583cf54f0b02073ef366`,
    "01060026340343831fac51d2dbb17074b259160ce1f57e5cbdeca9d6b842ebbd39e9fe174465",
  ],
  responses: [
    "02040017340100130101aa8f7a46007077642e75736572",
    `020500663402a031b8c4655460affb88b9a243d342c448cf987b136c48476d46e92746d7252c6001c65e8d032c0c13aa7ae9eabb0681
     54dff78af80b15b3d09bd7fd2b7b6cd20150cde88591989aa29c85770e0e00353e444d910309202e9646d787e1cfbf7e`,
    "020600263403ff8e9825fff56fd45a9636b2b9b8162cdbd7853a5e5cc0b7ac4321cb0c5ba01f",
  ],
  pwe: `04dc3ef6ced0c793b6e76b0c1621a677546baaf492eb32df16a17b74d6edae57
        448fc34e43da9202b10eab38d077b4e31c5667f5a32d53d138fc2a27f3ae386a`,
  msk: `62f46f6481c6f39554c539295394ac2b908aa4a93205be2a068cdd984f071c4c
        3cebe3320abba6c454e8d65a17bc356fbc8a05a815ebcac7fe5a5691d2674388`,
  sessionId: "344195c5a8045fe3297a720f94204c26c06191c2b531b1b32f74d9b1d6fcb8a377",
};

/** Whole draws of ones, of twos, of threes: what the peer drew in the recording. */
function counted(): PwdCrypto {
  let draws = 0;
  return {
    ...crypto,
    randomBytes: (length) => {
      draws++;
      return new Uint8Array(length).fill(draws);
    },
  };
}

test("004-S18: EAP-pwd gives, octet for octet, what hostapd 2.10 has taken, and has its PWE, MSK and Session-Id", async () => {
  const peer = peerOf({ crypto: counted() });
  for (const [i, request] of RECORDED.requests.entries()) {
    assert.deepEqual(await peer.receive(hex(request)), { response: hex(RECORDED.responses[i]) });
  }
  const end = await peer.receive(hex("03060004"));
  assert.ok("ended" in end && end.ended === "success", JSON.stringify(end));
  assert.equal(toHex(end.result.msk), toHex(hex(RECORDED.msk)));
  assert.equal(toHex(end.result.sessionId), RECORDED.sessionId);
  assert.deepEqual(end.result.serverIdentity, ID_S);
  const pwe = passwordElement(crypto, { token: TOKEN, idP: IDENTITY, idS: ID_S, password: PASSWORD });
  assert.ok(pwe, "there is a PWE");
  assert.equal(toHex(emitElement(pwe)), toHex(hex(RECORDED.pwe)));
});

const P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const Q = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const number = (value: bigint): Uint8Array => hex(value.toString(16).padStart(64, "0"));

test("RFC 5931, 2.8.5.2: scalars are above 1 and below q, elements points of the curve with both coordinates above 0 and below p", () => {
  for (const [value, isTaken] of [
    [0n, false],
    [1n, false],
    [2n, true],
    [Q - 1n, true],
    [Q, false],
    [2n ** 256n - 1n, false],
  ] as const) {
    assert.equal(scalarOf(number(value)) !== undefined, isTaken, `${value}`);
  }
  const good = hex(RECORDED.pwe);
  const [x, y] = [good.slice(0, 32), good.slice(32)];
  const mirrored = number(P - BigInt(`0x${toHex(y)}`));
  // SEC 2, 2.4.2: y of x = 0 is a square root of b, so that only the range speaks against it.
  const yOfZero = hex("66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4");
  // A root of x^3 - 3x + b = 25 modulo p.
  const xOfFive = hex("d7325d7646cd60d80a92738ceb345f844cffaf35841022cab176f692de8de1d7");
  for (const [octets, isTaken, what] of [
    [good, true, "PWE"],
    [concat(x, mirrored), true, "its mirror image"],
    [new Uint8Array(64), false, "zeros"],
    [new Uint8Array(64).fill(255), false, "ones"],
    [concat(new Uint8Array(32), yOfZero), false, "x = 0, on the curve"],
    [concat(number(P), yOfZero), false, "x = p"],
    [concat(x, new Uint8Array(32)), false, "y = 0"],
    [concat(xOfFive, number(5n)), true, "y = 5"],
    [concat(xOfFive, number(P + 5n)), false, "y = p + 5, the same point"],
    [concat(y, x), false, "x and y changed"],
    [good.map((octet, i) => (i === 63 ? octet ^ 1 : octet)), false, "one bit of y"],
  ] as const) {
    assert.equal(elementOf(octets) !== undefined, isTaken, what);
  }
});

test("no octets make the parsers of EAP-pwd throw, and noise is no element", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1100 }), fc.uint8Array({ minLength: 64, maxLength: 64 }), (any, element) => {
      const id = parsePwdId(any);
      if (typeof id === "object") assert.deepEqual(emitPwdId(id), any);
      parsePwdCommit(any);
      assert.equal(elementOf(element), undefined);
    }),
    { numRuns: 200, seed: 11 },
  );
});

const idRequest = (ciphersuite: Uint8Array = CIPHERSUITE, prep = 0): Uint8Array =>
  concat(Uint8Array.of(1), emitPwdId({ ciphersuite, token: TOKEN, prep, identity: ID_S }));

/** A server with that password, and the peer as far as the server's Commit is due. */
async function atCommit(password: Uint8Array = PASSWORD, options: Partial<EapPwdMethodOptions> = {}) {
  const peer = peerOf(options);
  const asking = new Asking(peer, EAP_TYPE.pwd);
  await asking.data(idRequest());
  const pwe = passwordElement(crypto, { token: TOKEN, idP: IDENTITY, idS: ID_S, password });
  assert.ok(pwe, "there is a PWE");
  const own = drawCommit(crypto, pwe);
  const commit = { element: emitElement(own.element), scalar: emitScalar(own.scalar) };
  return { peer, asking, pwe, own, commit };
}

test("EAP-pwd with a server of the same password: its Confirm is taken, the peer's is right, and Success ends it", async () => {
  const { peer, asking, pwe, own, commit } = await atCommit();
  const answered = await asking.data(concat(Uint8Array.of(2), commit.element, commit.scalar));
  const theirs = parsePwdCommit(answered.slice(1));
  assert.ok(typeof theirs === "object", "a Commit");
  const [scalar, element] = [scalarOf(theirs.scalar), elementOf(theirs.element)];
  assert.ok(scalar !== undefined && element !== undefined, "of the group");
  const k = sharedSecret(pwe, own.rand, scalar, element);
  assert.ok(k, "there is a secret");
  assert.equal(peer.result, undefined);
  const confirm = await asking.data(concat(Uint8Array.of(3), confirmOf(crypto, k, commit, theirs)));
  assert.deepEqual(confirm, concat(Uint8Array.of(3), confirmOf(crypto, k, theirs, commit)));
  const end = await peer.receive(successOf(asking.identifier));
  assert.ok("ended" in end && end.ended === "success", JSON.stringify(end));
});

test("EAP-pwd: a server with another password has one guess: its wrong Confirm ends the conversation, and there are no keys", async () => {
  const { peer, asking, pwe, own, commit } = await atCommit(utf8("a bad password"));
  const answered = await asking.data(concat(Uint8Array.of(2), commit.element, commit.scalar));
  const theirs = parsePwdCommit(answered.slice(1));
  assert.ok(typeof theirs === "object", "a Commit");
  const k = sharedSecret(pwe, own.rand, scalarOf(theirs.scalar) ?? 0n, elementOf(theirs.element) ?? own.element);
  const confirm = concat(Uint8Array.of(3), confirmOf(crypto, k ?? new Uint8Array(), commit, theirs));
  const reason = "wrong Confirm: the server has not the password";
  assert.deepEqual(await asking.ask(confirm), { ended: "failure", reason });
  assert.equal(peer.result, undefined);
  assert.deepEqual(await asking.ask(confirm), { refused: "over" });
});

test("RFC 5931, 2.8.5.1: another group, function or preparation of the password is not taken", async () => {
  const reason = "the server offers another group, function or preparation";
  for (const [ciphersuite, prep] of [
    ["00140101", 0],
    ["00130201", 0],
    ["00130102", 0],
    ["00130101", 1],
    ["00130101", 2],
  ] as const) {
    const asking = new Asking(peerOf(), EAP_TYPE.pwd);
    assert.deepEqual(await asking.ask(idRequest(hex(ciphersuite), prep)), { ended: "failure", reason });
  }
});

test("RFC 5931, 2.8.5.2.2: a Commit with a scalar or an element that is none ends it", async () => {
  for (const [element, scalar] of [
    [hex(RECORDED.pwe), number(0n)],
    [hex(RECORDED.pwe), number(1n)],
    [hex(RECORDED.pwe), number(Q)],
    [new Uint8Array(64), number(2n)],
    [hex(RECORDED.pwe).reverse(), number(2n)],
  ]) {
    const { asking } = await atCommit();
    const reason = "the server's element or scalar is none";
    assert.deepEqual(await asking.ask(concat(Uint8Array.of(2), element, scalar)), { ended: "failure", reason });
  }
});

test("EAP-pwd: a server that says the peer's own scalar or element is refused, and one whose secret would be infinity", async () => {
  const draws = counted();
  const pwe = passwordElement(draws, { token: TOKEN, idP: IDENTITY, idS: ID_S, password: PASSWORD });
  assert.ok(pwe, "there is a PWE");
  const same = drawCommit(draws, pwe);
  const [element, scalar] = [emitElement(same.element), emitScalar(same.scalar)];
  const another = emitElement(pwe.multiply(5n));
  const infinity = emitElement(pwe.multiply(7n).negate());
  for (const [reason, data] of [
    ["the server's element or scalar is this end's", concat(element, scalar)],
    ["the server's element or scalar is this end's", concat(element, number(9n))],
    ["the server's element or scalar is this end's", concat(another, scalar)],
    ["the shared secret is infinity", concat(infinity, number(7n))],
  ] as const) {
    const { asking } = await atCommit(PASSWORD, { crypto: counted() });
    assert.deepEqual(await asking.ask(concat(Uint8Array.of(2), data)), { ended: "failure", reason });
  }
});

test("EAP-pwd: what comes out of its order or in no length that it has is dropped, and the right one behind it counts", async () => {
  const { asking, commit } = await atCommit();
  const right = concat(Uint8Array.of(2), commit.element, commit.scalar);
  for (const [data, refused] of [
    [new Uint8Array(), "too short"],
    [idRequest(), "wrong phase"],
    [concat(Uint8Array.of(3), new Uint8Array(32)), "wrong phase"],
    [Uint8Array.of(4), "wrong phase"],
    [Uint8Array.of(0), "wrong phase"],
    [right.slice(0, -1), "bad length"],
    [concat(right, Uint8Array.of(0)), "bad length"],
  ] as const) {
    assert.deepEqual(await asking.ask(data), { refused });
  }
  await asking.data(right);
  assert.deepEqual(await asking.ask(concat(Uint8Array.of(3), new Uint8Array(31))), { refused: "bad length" });
  assert.deepEqual(await asking.ask(right), { refused: "wrong phase" });
});

test("EAP-pwd in fragments, both ways: each is acknowledged by the exchange alone, and a Failure ends it", async () => {
  const { peer, asking, commit } = await atCommit(PASSWORD, { fragmentOctets: 40 });
  const whole = concat(commit.element, commit.scalar);
  const first = concat(hex("c2 0060"), whole.slice(0, 50));
  assert.deepEqual(await asking.data(first), Uint8Array.of(2));
  const parts = [await asking.data(concat(hex("02"), whole.slice(50)))];
  assert.deepEqual(await asking.ask(hex("02ff")), { refused: "not an acknowledgement" });
  while ((parts[parts.length - 1][0] & 0x40) !== 0) parts.push(await asking.data(hex("02")));
  assert.deepEqual(
    parts.map((part) => [part[0], part.length]),
    [
      [0xc2, 40],
      [0x42, 40],
      [0x02, 21],
    ],
  );
  assert.deepEqual(await peer.receive(failureOf(asking.identifier)), {
    ended: "failure",
    reason: "the server has refused",
  });
});

test("EAP-pwd: an identity, a password or a fragment of a wrong length is the caller's mistake", () => {
  assert.throws(() => peerOf({ identity: new Uint8Array() }), /identity: 0 octets, where 1 to 1000 are expected/);
  assert.throws(() => peerOf({ password: new Uint8Array() }), /password: 0 octets, where 1 to 255 are expected/);
  assert.throws(() => peerOf({ fragmentOctets: 15 }), /fragmentOctets: 15 is not a whole number from 16/);
});
