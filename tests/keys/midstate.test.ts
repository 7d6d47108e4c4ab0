/** The provisioner's own SHA-256 compression and CRCs, against node:crypto, the readable twin and published check values. */
import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { test } from "node:test";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { crc16, crc32 } from "../../host/keys/crc.ts";
import { hmacMidstates, sha256OneBlock } from "../../host/keys/midstate.ts";
import { hmacSha256 } from "../twin/hmac.ts";

test("SHA-256 of every message that fits into one block", () => {
  for (let length = 0; length <= 55; length++) {
    const message = new Uint8Array(randomBytes(length));
    assert.deepEqual(sha256OneBlock(message), nodeCrypto.sha256(message), `${length} octets`);
  }
  assert.throws(() => sha256OneBlock(new Uint8Array(56)), { name: "RangeError", message: /^message: / });
});

test("an HMAC continued from the midstates is the HMAC under the key, for every key length up to a block", () => {
  for (let length = 0; length <= 64; length++) {
    const key = new Uint8Array(randomBytes(length));
    const message = randomBytes(3 * length);
    const expected = createHmac("sha256", key).update(message).digest();
    assert.deepEqual(hmacSha256(hmacMidstates(key), message), new Uint8Array(expected), `${length} octets`);
  }
  assert.throws(() => hmacMidstates(new Uint8Array(65)), { name: "RangeError", message: /^key: / });
});

test("making midstates leaves the key as it was, and each result owns its memory", () => {
  const key = new Uint8Array(32).fill(7);
  const { inner, outer } = hmacMidstates(key);
  assert.deepEqual(key, new Uint8Array(32).fill(7));
  assert.notEqual(inner.buffer, outer.buffer);
  assert.notDeepEqual(inner, outer);
});

test("the CRCs have their published check values", () => {
  const digits = new TextEncoder().encode("123456789");
  assert.equal(crc16(digits), 0x906e);
  assert.equal(crc32(digits), 0xcbf43926);
  assert.equal(crc16(new Uint8Array(0)), 0);
  assert.equal(crc32(new Uint8Array(0)), 0);
});
