/** What the interface refuses (the caller's mistakes, by parameter name) and what it answers null to (an attacker's). */
import assert from "node:assert/strict";
import { createCipheriv } from "node:crypto";
import { test } from "node:test";
import { kdfSha256 } from "../../host/crypto/kdf.ts";
import { aes128 } from "../../host/crypto/node.ts";
import { toHex } from "../support/hex.ts";
import { BACKENDS } from "./backends.ts";

const KEY = Uint8Array.from({ length: 16 }, (_, i) => i);
const NONCE = new Uint8Array(13);
const AAD = new TextEncoder().encode("AMP");
const READING = new TextEncoder().encode("23.5 C, 41 % RH!");

/** The refused parameter is the first word of the message. */
function refuses(parameter: string, call: () => unknown): void {
  assert.throws(call, (error: unknown) => error instanceof RangeError && error.message.startsWith(`${parameter}: `));
}

for (const { name, crypto } of BACKENDS) {
  test(`${name}: caller's mistakes are RangeErrors with the parameter's name`, () => {
    const { ccmSeal, ccmOpen, cmac, randomBytes, hmac } = crypto;
    for (const length of [0, 15, 17, 24, 32]) {
      refuses("key", () => ccmSeal(new Uint8Array(length), NONCE, AAD, READING, 8));
      refuses("key", () => ccmOpen(new Uint8Array(length), NONCE, AAD, READING, 8));
      refuses("key", () => cmac(new Uint8Array(length), READING));
    }
    for (const length of [0, 7, 12, 14]) {
      refuses("nonce", () => ccmSeal(KEY, new Uint8Array(length), AAD, READING, 8));
      refuses("nonce", () => ccmOpen(KEY, new Uint8Array(length), AAD, READING, 8));
    }
    for (const micLength of [0, 2, 7, 18, 8.5, Number.NaN, -8]) {
      refuses("micLength", () => ccmSeal(KEY, NONCE, AAD, READING, micLength));
      refuses("micLength", () => ccmOpen(KEY, NONCE, AAD, READING, micLength));
    }
    refuses("plaintext", () => ccmSeal(KEY, NONCE, AAD, new Uint8Array(0x10000), 8));
    refuses("sealed", () => ccmOpen(KEY, NONCE, AAD, new Uint8Array(0x10000 + 8), 8));
    const endless = new Uint8Array(2 ** 31);
    refuses("aad", () => ccmSeal(KEY, NONCE, endless, READING, 8));
    refuses("aad", () => ccmOpen(KEY, NONCE, endless, READING, 8));
    for (const length of [-1, 1.5, Number.NaN]) refuses("length", () => randomBytes(length));
    for (const bits of [0, 12, 65_536, -8]) refuses("lengthBits", () => kdfSha256(hmac, KEY, "AMP", AAD, bits));
    refuses("label", () => crypto.kdf256(KEY, "AMP Schlüssel", AAD));
  });

  test(`${name}: the largest plaintext that L = 2 allows is taken, and an AAD on both sides of its two-octet length`, () => {
    const plaintext = new Uint8Array(0xffff).fill(2);
    for (const length of [0xfeff, 0xff00]) {
      const aad = new Uint8Array(length).fill(1);
      const sealed = crypto.ccmSeal(KEY, NONCE, aad, plaintext, 16);
      assert.deepEqual(crypto.ccmOpen(KEY, NONCE, aad, sealed, 16), plaintext);
    }
  });

  test(`${name}: ccmOpen answers null to every one-bit change and to every truncation, and to nothing else`, () => {
    const sealed = crypto.ccmSeal(KEY, NONCE, AAD, READING, 8);
    assert.deepEqual(crypto.ccmOpen(KEY, NONCE, AAD, sealed, 8), READING);
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = sealed.slice();
      changed[bit >> 3] ^= 1 << (bit & 7);
      assert.equal(crypto.ccmOpen(KEY, NONCE, AAD, changed, 8), null, `bit ${bit}`);
    }
    for (let length = 0; length < sealed.length; length++) {
      assert.equal(crypto.ccmOpen(KEY, NONCE, AAD, sealed.subarray(0, length), 8), null, `${length} octets`);
    }
    assert.equal(crypto.ccmOpen(KEY, NONCE, AAD.subarray(1), sealed, 8), null);
    assert.equal(crypto.ccmOpen(KEY, NONCE.slice().fill(1), AAD, sealed, 8), null);
    assert.equal(crypto.ccmOpen(KEY.slice().reverse(), NONCE, AAD, sealed, 8), null);
  });

  test(`${name}: an empty plaintext is a MIC alone, and it is checked, wherever the empty octets come from`, () => {
    // The last one has no memory behind it: node:crypto itself would take any MIC for it.
    const unbacked = createCipheriv("aes-128-ctr", KEY, KEY).update(new Uint8Array(0));
    for (const empty of [new Uint8Array(0), KEY.subarray(3, 3), unbacked]) {
      for (const aad of [AAD, empty]) {
        const mic = crypto.ccmSeal(KEY, NONCE, aad, empty, 16);
        assert.equal(mic.length, 16);
        assert.deepEqual(crypto.ccmOpen(KEY, NONCE, aad, mic, 16), new Uint8Array(0));
        mic[0] ^= 1;
        assert.equal(crypto.ccmOpen(KEY, NONCE, aad, mic, 16), null);
      }
    }
  });

  test(`${name}: arguments are left as they were, results own their memory`, () => {
    const sealed = crypto.ccmSeal(KEY, NONCE, AAD, READING, 8);
    const before = [KEY, NONCE, AAD, READING, sealed].map((octets) => octets.slice());
    crypto.ccmOpen(KEY, NONCE, AAD, sealed, 8);
    crypto.cmac(KEY, READING);
    crypto.kdf256(KEY, "AMP PTK", READING);
    assert.deepEqual([KEY, NONCE, AAD, READING, sealed], before);
    const opened = crypto.ccmOpen(KEY, NONCE, AAD, sealed, 8) ?? new Uint8Array(0);
    const tags = [crypto.sha256(AAD), crypto.hmac(KEY, AAD), crypto.kdf256(KEY, "AMP", AAD), crypto.cmac(KEY, AAD)];
    const results = [...tags, sealed, opened, crypto.randomBytes(32)];
    for (const result of results) {
      assert.equal(result.buffer.byteLength, result.length);
      assert.equal(Object.getPrototypeOf(result), Uint8Array.prototype);
    }
    assert.equal(new Set(results.map(({ buffer }) => buffer)).size, results.length);
    const kept = tags.map((tag) => tag.slice());
    for (const call of [crypto.sha256, (octets: Uint8Array) => crypto.cmac(KEY, octets)]) call(READING);
    for (const call of [crypto.hmac, (key: Uint8Array) => crypto.kdf256(key, "AMP", AAD)]) call(NONCE, READING);
    assert.deepEqual(tags, kept);
  });

  test(`${name}: equal compares octets, and lengths first`, () => {
    assert.equal(crypto.equal(KEY, KEY.slice()), true);
    assert.equal(crypto.equal(KEY, KEY.subarray(1)), false);
    for (let i = 0; i < KEY.length; i++) {
      const other = KEY.slice();
      other[i] ^= 0x80;
      assert.equal(crypto.equal(KEY, other), false);
    }
    assert.equal(crypto.equal(new Uint8Array(0), new Uint8Array(0)), true);
  });

  test(`${name}: randomBytes gives the length asked for, and never the same 32 octets twice`, () => {
    assert.equal(crypto.randomBytes(0).length, 0);
    assert.notDeepEqual(crypto.randomBytes(32), crypto.randomBytes(32));
    // Beyond the 65,536 octets that a page's getRandomValues gives at once: filled to the end, and no part twice.
    const long = crypto.randomBytes(3 * 65_536 + 32);
    const parts = Array.from({ length: long.length / 32 }, (_, i) => toHex(long.subarray(32 * i, 32 * i + 32)));
    assert.equal(new Set(parts).size, parts.length);
    assert.equal(parts.includes("00".repeat(32)), false);
  });
}

test("node:crypto's AES-128 of one block refuses another key length and another block length", () => {
  for (const length of [0, 15, 17, 24, 32]) refuses("key", () => aes128(new Uint8Array(length), KEY));
  for (const length of [0, 15, 17]) refuses("block", () => aes128(KEY, new Uint8Array(length)));
});
