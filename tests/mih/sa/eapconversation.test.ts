/** EAP-PSK between two MISFs. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { bounded, type Conversation, ROUNDS_MAX } from "../../../host/mih/sa/conversation.ts";
import { eapInitiator, eapResponder } from "../../../host/mih/sa/eapconversation.ts";
import { nodeRsnCrypto as crypto } from "../../../host/rsn/keys/crypto.node.ts";
import { hex, toHex } from "../../support/hex.ts";
import { mskOf, reasonOf, talk } from "./talk.ts";

const PSK = hex("0123456789abcdef0123456789abcdef");
const WRONG_PSK = PSK.map((octet, i) => (i === 15 ? octet ^ 1 : octet));
const MN = "mn@a.example";
const POS = "pos@a.example";

const initiatorOf = (psk = PSK, identity = MN): Conversation => eapInitiator({ crypto, identity, psk });
const responderOf = (psk = PSK): Conversation =>
  eapResponder({ crypto, identity: POS, keyOf: (identity) => (identity === MN ? psk : undefined) });

test("003-M4, 003-M8: EAP over MIS gives both ends one MSK of 64 octets, new every time, and each the other's name", async () => {
  const seen = new Set<string>();
  for (let i = 0; i < 3; i++) {
    const { initiator, responder, payloads } = await talk(initiatorOf(), responderOf());
    assert.deepEqual(mskOf(initiator), mskOf(responder));
    assert.equal(mskOf(initiator).length, 64);
    assert.equal(initiator?.kind === "done" && initiator.identity, POS);
    assert.equal(responder?.kind === "done" && responder.identity, MN);
    // Nothing, Identity both ways, four messages, Success.
    assert.equal(payloads.length, 8);
    seen.add(toHex(mskOf(initiator)));
  }
  assert.equal(seen.size, 3);
});

test("a responder that speaks first, and is asked to begin as well, is understood", async () => {
  const [initiator, responder] = [initiatorOf(), responderOf()];
  const asked = await responder.begin();
  const again = await responder.next(await initiator.begin());
  assert.deepEqual(again, { kind: "send", payload: asked });
  const identity = await initiator.next(asked);
  assert.equal(identity.kind, "send");
});

test("a wrong key and an unknown name look the same from outside, and neither end has an MSK", async () => {
  const wrong = await talk(initiatorOf(WRONG_PSK), responderOf());
  const unknown = await talk(initiatorOf(PSK, "mn@b.example"), responderOf());
  for (const { initiator } of [wrong, unknown]) {
    assert.equal(reasonOf(initiator), "EAP: the responder does not authenticate this end");
  }
  assert.equal(reasonOf(wrong.responder), "EAP: wrong MAC_P");
  assert.equal(reasonOf(unknown.responder), "EAP: unknown identity");
});

test("a bit that changes on the way, anywhere in the four messages, leaves nobody with an MSK that the other has not", async () => {
  let failed = 0;
  for (const number of [3, 4, 5, 6]) {
    // Flags, RAND_S and so on stand behind five octets; the longest message has 71.
    for (let at = 5; at < 72; at += 3) {
      const { initiator, responder } = await talk(initiatorOf(), responderOf(), (payload, i) =>
        i === number ? payload.map((octet, j) => (j === at ? octet ^ 0x10 : octet)) : payload,
      );
      const [mine, others] = [initiator, responder].map((step) =>
        step?.kind === "done" ? toHex(step.msk) : undefined,
      );
      assert.equal(mine, others, `octet ${at} of message ${number}`);
      if (mine === undefined) failed++;
    }
  }
  assert.ok(failed >= 30, `${failed} of 92 failed: those that a MAC covers`);
});

test("a Success that nobody has earned is no end, and a Failure is one", async () => {
  const early = await initiatorOf().next(hex("03070004"));
  assert.equal(reasonOf(early), "EAP: wrong phase");
  const asked = initiatorOf();
  await asked.next(hex("0107000501"));
  assert.equal(reasonOf(await asked.next(hex("04070004"))), "EAP: the responder does not authenticate this end");
  for (const octets of ["", "00", "0107000501ff", "02070004", "ffffffff"]) {
    const step = await initiatorOf().next(hex(octets));
    assert.ok(step.kind !== "done", `${octets}: no MSK of it`);
  }
});

test("a conversation ends after 20 rounds, at a payload above 64 KiB, and once it is over", async () => {
  const endless: Conversation = {
    begin: async () => new Uint8Array(),
    next: async (payload) => ({ kind: "send", payload }),
    close: () => {},
  };
  const conversation = bounded(endless);
  for (let i = 0; i < ROUNDS_MAX; i++) assert.equal((await conversation.next(new Uint8Array(65536))).kind, "send");
  assert.equal(reasonOf(await conversation.next(new Uint8Array())), "more than 20 rounds");
  assert.equal(reasonOf(await conversation.next(new Uint8Array())), "the conversation is over");
  assert.match(reasonOf(await bounded(endless).next(new Uint8Array(65537))), /^a payload of 65537 octets/);
});

test("a payload that comes while the one before is under way is the caller's mistake", async () => {
  const conversation = responderOf();
  const first = conversation.next(new Uint8Array());
  await assert.rejects(conversation.next(new Uint8Array()), { name: "RangeError", message: /^payload: / });
  assert.equal((await first).kind, "send");
  conversation.close();
  assert.equal(reasonOf(await conversation.next(new Uint8Array())), "the conversation is over");
});
