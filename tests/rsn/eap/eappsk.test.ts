/** EAP-PSK: our server and our peer, each with an implementation of the tests that shares nothing with it, and every way to fail. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { cmacOver } from "../../../host/crypto/cmac.ts";
import { eaxOpen, eaxSeal } from "../../../host/eap/eax.ts";
import { EAP_CODE, EAP_TYPE, emitEap, parseEap } from "../../../host/eap/packet.ts";
import { isSuccess, RESULT, sealMessage } from "../../../host/eap/pskchannel.ts";
import { longTermKeys, sessionKeys } from "../../../host/eap/pskkeys.ts";
import { EapPskPeer } from "../../../host/eap/pskpeer.ts";
import { EapPskServer, type PskOutcome } from "../../../host/eap/pskserver.ts";
import { nodeRsnCrypto } from "../../../host/rsn/keys/crypto.node.ts";
import { concat, hex, toHex } from "../../support/hex.ts";
import { eapPskServer } from "../ap/eappskserver.ts";
import { EapPskPeer as TwinPeer } from "../twin/eappsk.ts";
import {
  type Answering,
  answeringOf,
  converse,
  ID_S,
  IDENTITY,
  identityRequest,
  KEY,
  OTHER_KEY,
  peerOf,
  serverOf,
} from "./conversation.ts";

const crypto = nodeRsnCrypto;

/** The vectors in the appendix of "The EAX Mode of Operation", 2004, of 0, 2, 5 and 17 octets. */
const EAX_VECTORS = [
  ["", "233952dee4d5ed5f9b9c6d6ff80ff478", "62ec67f9c3a4a407fcb2a8c49031a8b3", "6bfb914fd07eae6b"],
  ["f7fb", "91945d3f4dcbee0bf45ef52255f095a4", "becaf043b0a23d843194ba972c66debd", "fa3bfd4806eb53fa"],
  ["1a47cb4933", "01f74ad64077f2e704c0f60ada3dd523", "70c3db4f0d26368400a10ed05d2bff5e", "234a3463c1264ac6"],
  [
    "8b0a79306c9ce7ed99dae4f87f8dd61636",
    "7c77d6e813bed5ac98baa417477a2e7d",
    "1a8c98dcd73d38393b2bf1569deefc19",
    "65d2017990d62528",
  ],
] as const;
const EAX_SEALED = [
  "e037830e8389f27b025a2d6527e79d01",
  "19dd5c4c9331049d0bdab0277408f67967e5",
  "d851d5bae03a59f238a23e39199dc9266626c40f80",
  "02083e3979da014812f59f11d52630da30137327d10649b0aa6e1c181db617d7f2",
];

test("EAX gives the vectors of its paper, opens them, and opens none with one bit changed", () => {
  for (const [i, vector] of EAX_VECTORS.entries()) {
    const [plaintext, key, nonce, header] = vector.map(hex);
    const { ciphertext, tag } = eaxSeal(crypto, key, nonce, header, plaintext);
    assert.equal(toHex(concat(ciphertext, tag)), EAX_SEALED[i]);
    assert.deepEqual(eaxOpen(crypto, key, nonce, header, ciphertext, tag), plaintext);
    const damaged = tag.map((octet, at) => (at === 15 ? octet ^ 1 : octet));
    assert.equal(eaxOpen(crypto, key, nonce, header, ciphertext, damaged), null);
    assert.equal(eaxOpen(crypto, key, nonce, header.slice(1), ciphertext, tag), null);
  }
});

test("000-R5, 002-A11: our server and our peer agree on MSK and EMSK; seven packets, and no two conversations have one MSK", () => {
  const seen = new Set<string>();
  for (const identifier of [0, 254, 255]) {
    const outcomes: PskOutcome[] = [];
    const peer = peerOf();
    const { step, packets } = converse(serverOf(outcomes).begin(), answeringOf(peer), identifier);
    assert.equal(step?.result, "success");
    assert.deepEqual(step?.msk, peer.msk);
    assert.equal(step?.msk?.length, 64);
    assert.equal(peer.emsk?.length, 64);
    assert.deepEqual(outcomes, ["success"]);
    assert.deepEqual(peer.receive(step?.packet ?? new Uint8Array(0)), { ended: "success" });
    // Identity both ways, 22 + ID_S, 54 + ID_P, 59, 43, Success.
    assert.deepEqual(
      packets.map(({ length }) => length),
      [5, 13, 29, 62, 59, 43, 4],
    );
    seen.add(toHex(peer.msk ?? new Uint8Array(0)));
  }
  assert.equal(seen.size, 3);
});

test("000-R5: the reference station's peer, which shares no code with our server, gets the same PMK from it", () => {
  const peer = new TwinPeer(KEY, IDENTITY, () => crypto.randomBytes(32));
  const answering: Answering = (request) => {
    const answer = peer.receive(request);
    return "response" in answer ? answer.response : undefined;
  };
  const { step } = converse(serverOf().begin(), answering);
  assert.equal(step?.result, "success");
  assert.deepEqual(step?.msk?.slice(0, 32), peer.pmk);
});

test("000-R5: our peer gets the same MSK from a server that shares no code with it", () => {
  const peer = peerOf();
  const { step } = converse(eapPskServer(KEY).begin(new Uint8Array(6)), answeringOf(peer));
  assert.equal(step?.result, "success");
  assert.deepEqual(step?.msk, peer.msk);
});

/** A Response of the peer, changed on its way to the server. */
type Change = (response: Uint8Array) => Uint8Array;
const flip =
  (at: number): Change =>
  (octets) =>
    octets.map((octet, i) => (i === (at < 0 ? octets.length + at : at) ? octet ^ 1 : octet));
const nak: Change = (response) =>
  emitEap({ code: EAP_CODE.response, identifier: response[1], type: EAP_TYPE.nak, data: Uint8Array.of(13) });

/** Title, which Response is changed (1: second message, 2: fourth), how, and what the server says of it. */
const FAILURES: readonly (readonly [string, number, Change, PskOutcome])[] = [
  ["one bit of MAC_P", 1, flip(38), "wrong MAC_P"],
  ["one bit of RAND_P", 1, flip(22), "wrong MAC_P"],
  ["an identity that nobody has", 1, flip(-1), "unknown identity"],
  ["a Nak instead of the second message", 1, nak, "Nak"],
  ["a Nak instead of the fourth message", 2, nak, "Nak"],
  ["one bit of N", 2, flip(25), "bad PCHANNEL"],
  ["one bit of the tag", 2, flip(26), "bad PCHANNEL"],
  ["one bit of R", 2, flip(-1), "bad PCHANNEL"],
  ["a reserved bit of the flags, which the tag is over", 2, flip(5), "bad PCHANNEL"],
];

for (const [what, at, change, outcome] of FAILURES) {
  test(`000-R5: EAP-PSK with ${what} ends in EAP-Failure and no MSK: ${outcome}`, () => {
    const outcomes: PskOutcome[] = [];
    const answering = answeringOf(peerOf());
    let count = 0;
    const conversation = serverOf(outcomes).begin();
    const { step, packets } = converse(conversation, (request) => {
      const response = answering(request);
      return response && (count++ === at ? change(response) : response);
    });
    assert.deepEqual(outcomes, [outcome]);
    assert.equal(step?.result, "failure");
    assert.equal(step?.msk, undefined);
    const response = packets[packets.length - 2];
    assert.deepEqual(step?.packet, Uint8Array.of(4, response[1], 0, 4));
    assert.equal(conversation.receive(response).result, "failure", "and it stays over");
    assert.deepEqual(outcomes, [outcome], "told once");
  });
}

/** Has the key, and seals a fourth message of its own: N, and R with E. */
for (const [what, n, result, outcome] of [
  ["N of the third message again", 0, RESULT.success, "bad PCHANNEL"],
  ["N one too far", 2, RESULT.success, "bad PCHANNEL"],
  ["DONE_FAILURE", 1, RESULT.failure, "the peer's failure"],
  ["CONT", 1, RESULT.continue, "the peer's failure"],
  ["DONE_SUCCESS with an extension", 1, RESULT.success | 0x20, "the peer's failure"],
  ["DONE_SUCCESS", 1, RESULT.success, "success"],
] as const) {
  test(`000-R5: a fourth message under the right keys with ${what}: ${outcome}`, () => {
    const outcomes: PskOutcome[] = [];
    const answering = answeringOf(peerOf());
    let second = new Uint8Array(0);
    const { step } = converse(serverOf(outcomes).begin(), (request) => {
      const response = answering(request) ?? new Uint8Array(0);
      if (response[5] === 0x40) second = response.slice();
      if (response[5] !== 0xc0) return response;
      const { tek } = sessionKeys(crypto, longTermKeys(crypto, KEY).kdk, second.slice(22, 38));
      return sealMessage(crypto, tek, response[1], { t: "fourth", randS: second.slice(6, 22) }, n, result);
    });
    assert.deepEqual(outcomes, [outcome]);
    assert.equal(step?.result, outcome === "success" ? "success" : "failure");
  });
}

/** What answers nothing: the same Request again, and the conversation still comes to its end. */
const STRAYS: readonly (readonly [string, Change])[] = [
  ["another identifier", flip(1)],
  ["another RAND_S", flip(6)],
  ["the flags of another message", (octets) => octets.map((octet, i) => (i === 5 ? octet ^ 0xc0 : octet))],
  ["the flags of the message before or after", (octets) => octets.map((octet, i) => (i === 5 ? octet ^ 0x80 : octet))],
  ["another type", (octets) => octets.map((octet, i) => (i === 4 ? 48 : octet))],
  ["a Length beyond its end", flip(2)],
  ["nothing behind the flags", (octets) => octets.slice(0, 6).map((octet, i) => (i === 3 ? 6 : i === 2 ? 0 : octet))],
  ["the code of a Request", (octets) => octets.map((octet, i) => (i === 0 ? 1 : octet))],
  ["no octets", () => new Uint8Array(0)],
];

for (const [what, change] of STRAYS) {
  test(`EAP-PSK: a Response with ${what} gets the same Request again and hurts nobody; the ninth ends it`, () => {
    for (const at of [1, 2]) {
      const outcomes: PskOutcome[] = [];
      const peer = peerOf();
      const conversation = serverOf(outcomes).begin();
      const answering = answeringOf(peer);
      let count = 0;
      const { step } = converse(conversation, (request) => {
        const response = answering(request);
        if (response && count++ === at) {
          const stray = conversation.receive(change(response));
          assert.deepEqual(stray, { result: "continue", packet: request });
        }
        return response;
      });
      assert.equal(step?.result, "success");
      assert.deepEqual(step?.msk, peer.msk);
    }
    const outcomes: PskOutcome[] = [];
    const conversation = serverOf(outcomes).begin();
    const answering = answeringOf(peerOf());
    const first = conversation.receive(answering(identityRequest(1)) ?? new Uint8Array(0));
    const stray = change(answering(first.packet) ?? new Uint8Array(0));
    const results = Array.from({ length: 9 }, () => conversation.receive(stray).result);
    assert.deepEqual(results, [...Array(8).fill("continue"), "failure"]);
    assert.deepEqual(outcomes, ["stray"]);
  });
}

test("EAP-PSK: what comes before the Identity Response ends the conversation", () => {
  const outcomes: PskOutcome[] = [];
  assert.equal(
    serverOf(outcomes)
      .begin()
      .receive(Uint8Array.of(2, 1, 0, 6, 47, 0x40)).result,
    "failure",
  );
  assert.deepEqual(outcomes, ["stray"]);
});

test("000-R5: a server of another key is dropped by the peer, which has no MSK and takes no Success of it", () => {
  const peer = peerOf(OTHER_KEY);
  // A server that does not look at MAC_P.
  const randS = crypto.randomBytes(16);
  const ask = (data: Uint8Array): Uint8Array =>
    emitEap({ code: EAP_CODE.request, identifier: 2, type: EAP_TYPE.psk, data });
  const second = peer.receive(ask(concat(Uint8Array.of(0), randS, ID_S)));
  assert.ok("response" in second, "there is a second message");
  const randP = second.response.slice(22, 38);
  const { ak, kdk } = longTermKeys(crypto, KEY);
  const { tek } = sessionKeys(crypto, kdk, randP);
  const macS = crypto.cmac(ak, concat(ID_S, randP));
  const third = sealMessage(crypto, tek, 3, { t: "third", randS, macS }, 0, RESULT.success);
  assert.deepEqual(peer.receive(third), { refused: "wrong MAC_S" });
  assert.equal(peer.msk, undefined);
  assert.deepEqual(peer.receive(Uint8Array.of(3, 3, 0, 4)), { refused: "wrong phase" });
  const refused = "another Identifier than that of the last Response";
  assert.deepEqual(peer.receive(Uint8Array.of(4, 3, 0, 4)), { refused });
  assert.deepEqual(peer.receive(Uint8Array.of(4, 2, 0, 4)), { ended: "failure" });
});

test("EAP-PSK: the peer drops a third message that is damaged anywhere, answers the true one, and the same again alike", () => {
  const conversation = serverOf().begin();
  const peer = peerOf();
  const answer = (request: Uint8Array): Uint8Array => {
    const answer = peer.receive(request);
    assert.ok("response" in answer, JSON.stringify(answer));
    return answer.response;
  };
  const first = conversation.receive(answer(identityRequest(1))).packet;
  const third = conversation.receive(answer(first)).packet;
  for (let at = 0; at < third.length; at++) {
    const got = peer.receive(flip(at)(third));
    // Byte 4 makes it another method, which is too late for a Nak; byte 5 is flags that the tag is over.
    assert.ok("refused" in got, `octet ${at}: ${JSON.stringify(got)}`);
    const isRandS = at >= 6 && at < 22;
    const isMacS = at >= 22 && at < 38;
    if (isRandS) assert.deepEqual(got, { refused: "wrong RAND_S" });
    if (isMacS) assert.deepEqual(got, { refused: "wrong MAC_S" });
    if (at >= 38) assert.deepEqual(got, { refused: "bad PCHANNEL" });
    assert.equal(peer.msk, undefined);
  }
  const fourth = answer(third);
  assert.deepEqual(peer.receive(fourth), { refused: "bad type" }, "its own Response, sent back");
  assert.deepEqual(answer(third), fourth);
  assert.equal(conversation.receive(fourth).result, "success");
  assert.deepEqual(peer.receive(flip(1)(third)), { refused: "wrong phase" });
});

test("EAP-PSK: a server that says DONE_FAILURE is answered with the same, and there is no MSK on either side", () => {
  const peer = peerOf();
  const ask = (data: Uint8Array): Uint8Array =>
    emitEap({ code: EAP_CODE.request, identifier: 2, type: EAP_TYPE.psk, data });
  const randS = crypto.randomBytes(16);
  const second = peer.receive(ask(concat(Uint8Array.of(0), randS, ID_S)));
  assert.ok("response" in second, "there is a second message");
  const randP = second.response.slice(22, 38);
  const { ak, kdk } = longTermKeys(crypto, KEY);
  const { tek } = sessionKeys(crypto, kdk, randP);
  const macS = crypto.cmac(ak, concat(ID_S, randP));
  const third = sealMessage(crypto, tek, 3, { t: "third", randS, macS }, 0xffff_ffff, RESULT.failure);
  const fourth = peer.receive(third);
  assert.ok("response" in fourth, "there is a fourth message");
  assert.deepEqual(
    fourth.response,
    sealMessage(crypto, tek, 3, { t: "fourth", randS }, 0, RESULT.failure),
    "N goes on after 2^32 - 1 with 0",
  );
  assert.equal(peer.msk, undefined);
  assert.deepEqual(peer.receive(Uint8Array.of(3, 3, 0, 4)), { refused: "wrong phase" });
});

test("EAP-PSK: DONE_SUCCESS is R = 10 without extension, whatever the reserved bits", () => {
  assert.ok(isSuccess(Uint8Array.of(0x9f)), "reserved bits");
  for (const content of [[0xa0], [0x40], [0xc0], [0x00], [0x80, 1], []]) {
    assert.ok(!isSuccess(Uint8Array.from(content)), `${content}`);
  }
});

test("the peer answers Identity, Notification and other methods as RFC 3748, 5, has it", () => {
  const peer = peerOf();
  const ask = (type: number): unknown => {
    const answer = peer.receive(emitEap({ code: EAP_CODE.request, identifier: type, type, data: new Uint8Array(0) }));
    return "response" in answer ? parseEap(answer.response) : answer;
  };
  assert.deepEqual(ask(1), { code: 2, identifier: 1, type: 1, data: IDENTITY });
  assert.deepEqual(ask(2), { code: 2, identifier: 2, type: 2, data: new Uint8Array(0) });
  assert.deepEqual(ask(13), { code: 2, identifier: 13, type: 3, data: Uint8Array.of(47) });
});

test("a key or an identity of a wrong length is the caller's mistake", () => {
  assert.throws(() => peerOf(KEY.slice(1)), /psk: 15 octets, where 16 are expected/);
  assert.throws(() => peerOf(KEY, new Uint8Array(967)), /identity: 967 octets, where 0 to 966 are expected/);
  const options = { crypto, idS: new Uint8Array(967), keyOf: () => undefined };
  assert.throws(() => new EapPskServer(options), /idS: 967 octets, where 0 to 966 are expected/);
});

test("002-A11: all that EAP-PSK asks of a peer is AES-128, 42 blocks with EMSK for an identity and a server name of 8 and 7 octets", () => {
  let blocks = 0;
  const aesBlock = (key: Uint8Array, block: Uint8Array): Uint8Array => {
    blocks++;
    return crypto.aesBlock(key, block);
  };
  const cmac = (key: Uint8Array, message: Uint8Array): Uint8Array =>
    cmacOver((block) => block.set(aesBlock(key, block)), message);
  const counting = { aesBlock, cmac, equal: crypto.equal, randomBytes: crypto.randomBytes };
  const peer = new EapPskPeer({ crypto: counting, identity: IDENTITY, psk: KEY });
  assert.equal(converse(serverOf().begin(), answeringOf(peer)).step?.result, "success");
  // Keys 3, MAC_P 4, MAC_S 3, TEK with MSK and EMSK 10, EAX 11 and 11.
  assert.equal(blocks, 42);
});
