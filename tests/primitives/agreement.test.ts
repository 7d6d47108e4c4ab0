/** The implementations against one another, over every length that the profile can meet. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { crc32 as zlib } from "node:zlib";
import { concat } from "../support/hex.ts";
import { IMPLEMENTATIONS } from "./implementations.ts";
import { noblePrimitives } from "./noble.ts";
import { nodePrimitives } from "./node.ts";

/** Octets that look random and are the same in every run. */
function octetsOf(label: string, length: number): Uint8Array {
  const digests = Array.from({ length: Math.ceil(length / 32) }, (_, i) =>
    createHash("sha256").update(`${label} ${i}`).digest(),
  );
  return concat(...digests).subarray(0, length);
}

/** 0, 1, ... last. */
const upTo = (last: number): number[] => Array.from({ length: last + 1 }, (_, i) => i);

// Hashes are compared with @noble's, everything over AES with node:crypto's, CRCs with the twin's and zlib's.
for (const primitives of IMPLEMENTATIONS) {
  const { name, reach } = primitives;

  test(`${name}: SHA-256 of 0 to 300 octets`, () => {
    for (const length of upTo(300)) {
      const message = octetsOf("message", length);
      assert.deepEqual(primitives.sha256(message), noblePrimitives.sha256(message), `${length} octets`);
    }
  });

  test(`${name}: HMAC-SHA-256, keys of 0 to 130 octets, texts of 0 to 300`, () => {
    for (const length of upTo(300)) {
      const text = octetsOf("text", length);
      for (const key of [octetsOf("key", 32), octetsOf("key", length % 131)]) {
        const mac = noblePrimitives.hmac(key, text);
        assert.deepEqual(primitives.hmac(key, text), mac, `key ${key.length}, text ${length}`);
      }
    }
  });

  test(`${name}: KDF-256, labels of 0 to 24 octets, contexts of 0 to 91`, () => {
    const key = octetsOf("kdf", 32);
    let taken = 0;
    for (const labelLength of upTo(24)) {
      const label = "AMP root update and more".slice(0, labelLength);
      for (const length of upTo(91)) {
        if (!reach.kdf(labelLength + length)) continue;
        const context = octetsOf("context", length);
        const wanted = noblePrimitives.kdf256(key, label, context);
        assert.deepEqual(primitives.kdf256(key, label, context), wanted, `${labelLength} and ${length} octets`);
        taken++;
      }
    }
    // The device takes its label as a number of eight octets, so it needs as many of label and context: 36 have fewer.
    assert.equal(taken, 25 * 92 - (name.startsWith("device") ? 36 : 0));
  });

  test(`${name}: CRC-16 of 0 to 200 octets, CRC-32 of 4 to 200 by fours`, () => {
    for (const length of upTo(200)) {
      const octets = octetsOf("crc", length);
      assert.equal(primitives.crc16(octets), noblePrimitives.crc16(octets), `${length} octets`);
      if (length > 0 && length % 4 === 0) assert.equal(primitives.crc32(octets), zlib(octets), `${length} octets`);
    }
  });

  test(`${name}: AES-128 of 300 keys and blocks`, () => {
    for (const i of upTo(299)) {
      const [key, block] = [octetsOf(`key ${i}`, 16), octetsOf(`block ${i}`, 16)];
      assert.deepEqual(primitives.aes128(key, block), nodePrimitives.aes128(key, block));
    }
  });

  test(`${name}: AES-CMAC of 0 to 144 octets`, () => {
    const key = octetsOf("cmac", 16);
    const lengths = upTo(144).filter(reach.cmac);
    for (const length of lengths) {
      const message = octetsOf("message", length);
      assert.deepEqual(primitives.cmac(key, message), nodePrimitives.cmac(key, message), `${length} octets`);
    }
    assert.equal(lengths.length, name.startsWith("device") ? 144 : 145);
  });

  for (const micLength of [8, 16]) {
    test(`${name}: CCM, payloads of 0 to 64 octets, AAD of 0 to 62, MIC of ${micLength}`, () => {
      const [key, nonce] = [octetsOf("ccm", 16), octetsOf("nonce", 13)];
      let taken = 0;
      for (const aadLength of [0, 1, 3, 12, 13, 14, 15, 30, 31, 46, 62]) {
        for (const length of upTo(64).filter((length) => reach.ccm(13, aadLength, length))) {
          const [aad, payload] = [octetsOf("aad", aadLength), octetsOf("payload", length)];
          const sealed = nodePrimitives.ccmSeal(key, nonce, aad, payload, micLength);
          const what = `AAD ${aadLength}, payload ${length}`;
          assert.deepEqual(primitives.ccmSeal(key, nonce, aad, payload, micLength), sealed, what);
          assert.deepEqual(primitives.ccmOpen(key, nonce, aad, sealed, micLength), payload, what);
          taken++;
        }
      }
      assert.equal(taken, 65 * (name.startsWith("device") ? 10 : 11));
    });
  }

  test(`${name}: CCM is opened only as it was sealed: any bit of it, of its AAD, its nonce or its key refuses it`, () => {
    const sealedWith = [octetsOf("key", 16), octetsOf("nonce", 13), octetsOf("aad", 15)] as const;
    const payload = octetsOf("payload", 17);
    const sealed = nodePrimitives.ccmSeal(...sealedWith, payload, 8);
    assert.deepEqual(primitives.ccmOpen(...sealedWith, sealed, 8), payload);
    const given = [...sealedWith, sealed];
    for (const [part, octets] of given.entries()) {
      for (const bit of upTo(8 * octets.length - 1)) {
        const changed = octets.slice();
        changed[bit >> 3] ^= 1 << (bit & 7);
        const [key, nonce, aad, text] = given.with(part, changed);
        assert.equal(primitives.ccmOpen(key, nonce, aad, text, 8), null, `part ${part}, bit ${bit}`);
      }
    }
    for (const cut of upTo(sealed.length - 1)) {
      assert.equal(primitives.ccmOpen(...sealedWith, sealed.subarray(0, cut), 8), null, `cut to ${cut} octets`);
    }
  });
}
