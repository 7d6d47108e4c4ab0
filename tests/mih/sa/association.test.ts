/** Sealing and opening under a MIS security association, and everything that must not open. */

import assert from "node:assert/strict";
import { createCipheriv } from "node:crypto";
import { test } from "node:test";
import { nodeCrypto as crypto } from "../../../host/crypto/node.ts";
import { CIPHERSUITE } from "../../../host/mih/keys/ciphersuites.ts";
import { auth, isAuth } from "../../../host/mih/sa/auth.ts";
import { emitSaid, ID_TYPE, isTainted, readSaid, saidOf, saidText } from "../../../host/mih/sa/said.ts";
import { emitSequence, ReplayWindow, readSequence, SEQUENCE_MAX } from "../../../host/mih/sa/sequence.ts";
import { concat, hex, toHex } from "../../support/hex.ts";
import { AAD, associationOf, Clock, MIAK, MIEK, pairOf, SAID_VALUE, sealedBy } from "./pair.ts";

const PLAIN = hex("6a0100");

test("003-M2: sealed octets are BE64(SN), then AES-CCM as node:crypto makes it under direction, zeros and SN", () => {
  for (const [isInitiator, ciphersuite, micOctets] of [
    [true, CIPHERSUITE.aesCcm16, 16],
    [false, CIPHERSUITE.aesCcm16, 16],
    [true, CIPHERSUITE.aesCcm8, 8],
  ] as const) {
    const association = associationOf({ isInitiator, ciphersuite });
    for (const sn of ["0000000000000001", "0000000000000002"]) {
      const nonce = hex(`${isInitiator ? "00" : "01"}00000000${sn}`);
      const cipher = createCipheriv("aes-128-ccm", MIEK, nonce, { authTagLength: micOctets });
      cipher.setAAD(AAD, { plaintextLength: PLAIN.length });
      const ciphertext = cipher.update(PLAIN);
      cipher.final();
      assert.equal(toHex(sealedBy(association, PLAIN)), sn + toHex(concat(ciphertext, cipher.getAuthTag())));
    }
  }
});

test("both ends open what the other has sealed, and nobody's own comes back to him", () => {
  const { initiator, responder } = pairOf();
  const there = sealedBy(initiator, PLAIN);
  assert.equal(initiator.open(AAD, there), "bad MIC");
  assert.deepEqual(responder.open(AAD, there), PLAIN);
  assert.deepEqual(initiator.open(AAD, sealedBy(responder, new Uint8Array())), new Uint8Array());
  const longest = new Uint8Array(0xffff).fill(7);
  assert.deepEqual(responder.open(AAD, sealedBy(initiator, longest)), longest);
  assert.throws(() => initiator.seal(AAD, new Uint8Array(0x10000)), { name: "RangeError", message: /^plain: 65536/ });
});

test("003-C6, 003-C10: no bit of sealed octets or of what is around them can change, and no octet go", () => {
  const { initiator, responder } = pairOf();
  const sealed = sealedBy(initiator, PLAIN);
  for (let bit = 0; bit < 8 * sealed.length; bit++) {
    const damaged = sealed.slice();
    damaged[bit >> 3] ^= 1 << (bit & 7);
    assert.equal(responder.open(AAD, damaged), "bad MIC", `bit ${bit}`);
  }
  for (let length = 0; length < sealed.length; length++) {
    const answer = responder.open(AAD, sealed.slice(0, length));
    assert.equal(answer, length < 24 ? "too short" : "bad MIC", `${length} octets`);
  }
  assert.equal(responder.open(AAD.slice(1), sealed), "bad MIC");
  assert.equal(responder.open(AAD, new Uint8Array(0xffff + 25)), "too long");
  const others = associationOf({ isInitiator: false, keys: { miak: MIEK, miek: MIAK } });
  assert.equal(others.open(AAD, sealed), "bad MIC");
  assert.deepEqual(responder.open(AAD, sealed), PLAIN, "after all of it the true one is still taken");
});

test("a message is opened once; late ones are within a window of 64, and none behind it", () => {
  const { initiator, responder } = pairOf();
  const sealed = Array.from({ length: 70 }, () => sealedBy(initiator, PLAIN));
  assert.deepEqual(responder.open(AAD, sealed[0]), PLAIN);
  assert.equal(responder.open(AAD, sealed[0]), "replayed");
  assert.deepEqual(responder.open(AAD, sealed[69]), PLAIN);
  for (const at of [5, 1])
    assert.equal(responder.open(AAD, sealed[at]), "replayed", `SN ${at + 1} is 64 or more behind`);
  for (const at of [6, 68, 40]) {
    assert.deepEqual(responder.open(AAD, sealed[at]), PLAIN, `SN ${at + 1} is late, but new`);
    assert.equal(responder.open(AAD, sealed[at]), "replayed", `SN ${at + 1} again`);
  }
});

test("a sequence number that nobody has proven moves no window: a forged one far ahead shuts nothing out", () => {
  const { initiator, responder } = pairOf();
  const sealed = sealedBy(initiator, PLAIN);
  const forged = sealed.slice();
  forged.set(emitSequence(SEQUENCE_MAX));
  assert.equal(responder.open(AAD, forged), "bad MIC");
  forged.fill(0xff, 0, 8);
  assert.equal(responder.open(AAD, forged), "bad MIC");
  assert.deepEqual(responder.open(AAD, sealed), PLAIN);
});

test("sequence numbers that a true end never sends are refused even with a right MIC", () => {
  const { responder } = pairOf();
  for (const sn of [new Uint8Array(8), new Uint8Array(8).fill(0xff)]) {
    const nonce = concat(new Uint8Array(5), sn);
    const sealed = concat(sn, crypto.ccmSeal(MIEK, nonce, AAD, PLAIN, 16));
    assert.equal(responder.open(AAD, sealed), "replayed");
  }
});

test("the window answers as a list of all numbers does, over 20,000 random ones", () => {
  let seed = 1;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return (seed >>> 8) % below;
  };
  const window = new ReplayWindow();
  const taken = new Set<number>();
  let greatest = 0;
  let fresh = 0;
  for (let i = 0; i < 20_000; i++) {
    const sequence = Math.max(1, greatest + 1 - random(80) + (random(50) === 0 ? random(200) : 0));
    const isNew = !taken.has(sequence) && sequence > greatest - 64;
    assert.equal(window.take(sequence), isNew, `${sequence} after ${greatest}`);
    if (isNew) fresh++;
    taken.add(sequence);
    greatest = Math.max(greatest, sequence);
  }
  assert.ok(window.take(SEQUENCE_MAX) && !window.take(greatest + 1), "the longest step there is");
  assert.ok(fresh > 1000 && fresh < 19_000, `${fresh} of 20,000 were new: both answers were seen`);
});

test("an association that has used its numbers up seals no more, and one that has expired does nothing more", () => {
  const { initiator, responder } = pairOf({ messages: 2 });
  sealedBy(initiator, PLAIN);
  sealedBy(initiator, PLAIN);
  assert.equal(initiator.seal(AAD, PLAIN), "exhausted");
  assert.deepEqual(initiator.open(AAD, sealedBy(responder, PLAIN)), PLAIN, "the other direction has its own");

  const clock = new Clock();
  const timed = pairOf({ now_ms: clock.read });
  const sealed = sealedBy(timed.initiator, PLAIN);
  clock.now_ms = 999;
  assert.ok(!timed.responder.isExpired, "one millisecond is left");
  clock.now_ms = 1000;
  assert.equal(timed.responder.open(AAD, sealed), "expired");
  assert.equal(timed.initiator.seal(AAD, PLAIN), "expired");
});

test("a wiped association opens and seals nothing, gives no key, and leaves the caller's keys alone", () => {
  const { initiator, responder } = pairOf();
  const sealed = sealedBy(initiator, PLAIN);
  assert.deepEqual(responder.miak, MIAK);
  responder.wipe();
  assert.equal(responder.open(AAD, sealed), "expired");
  assert.equal(responder.seal(AAD, PLAIN), "expired");
  assert.throws(() => responder.miak, /wiped/);
  assert.equal(toHex(MIAK), "000102030405060708090a0b0c0d0e0f");
});

test("003-C11: ID_TYPE tells TLS, EAP, GKB and, privately, what an SPoS distributed, which alone is tainted (003-C12)", () => {
  const types = (["tls", "eap", "gkb", "remedy1", "xor"] as const).map((origin) => {
    const said = saidOf(origin, SAID_VALUE);
    assert.deepEqual(readSaid(emitSaid(said)), said);
    assert.equal(isTainted(origin), said.idType === ID_TYPE.spos);
    return said.idType;
  });
  assert.deepEqual(types, [0, 1, 2, 3, 3]);
  assert.equal(saidText(saidOf("xor", SAID_VALUE)), "3:5a5a000000000001");
  for (const octets of [new Uint8Array(), SAID_VALUE, concat(Uint8Array.of(4), SAID_VALUE), new Uint8Array(10)]) {
    assert.equal(readSaid(octets), undefined, toHex(octets));
  }
});

test("sequence numbers are 64 bits on the wire; above 2^53 - 1 there is none", () => {
  for (const sequence of [0, 1, 0xffff, 0x10000, 2 ** 32 - 1, 2 ** 32, SEQUENCE_MAX]) {
    assert.equal(toHex(emitSequence(sequence)), sequence.toString(16).padStart(16, "0"));
    assert.equal(readSequence(emitSequence(sequence)), sequence);
  }
  assert.equal(readSequence(hex("0020000000000000")), undefined);
});

test("AUTH is of one role, one transcript and one key, and a wrong tag of any length is refused", () => {
  const transcript = crypto.sha256(PLAIN);
  const tag = auth(crypto, MIAK, transcript, "initiator");
  assert.equal(tag.length, 16);
  assert.ok(isAuth(crypto, MIAK, transcript, "initiator", tag), "the right one");
  assert.ok(!isAuth(crypto, MIAK, transcript, "responder", tag), "it is not the other role's");
  assert.ok(!isAuth(crypto, MIEK, transcript, "initiator", tag), "it is not another key's");
  assert.ok(!isAuth(crypto, MIAK, crypto.sha256(transcript), "initiator", tag), "it is not another transcript's");
  for (const wrong of [tag.slice(1), new Uint8Array(), tag.map((octet, i) => (i === 15 ? octet ^ 1 : octet))]) {
    assert.ok(!isAuth(crypto, MIAK, transcript, "initiator", wrong), `${wrong.length} wrong octets`);
  }
});
