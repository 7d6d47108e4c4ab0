import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { checkAesKey, checkCcmOpen, checkCcmSeal, checkCount } from "./check.ts";
import { cmacOver } from "./cmac.ts";
import type { Crypto } from "./crypto.ts";
import { kdfSha256 } from "./kdf.ts";

/** The Crypto interface on node:crypto: the reference side of every conformance test, never the device's own code. */
export const nodeCrypto: Crypto = {
  sha256: (message) => octets(createHash("sha256").update(message).digest()),

  hmac,

  kdf256: (key, label, context) => kdfSha256(hmac, key, label, context, 256),

  cmac(key, message) {
    checkAesKey(key);
    return cmacOver(aes128Encryptor(key), message);
  },

  ccmSeal(key, nonce, aad, plaintext, micLength) {
    checkCcmSeal(key, nonce, aad, plaintext, micLength);
    const cipher = createCipheriv("aes-128-ccm", key, nonce, { authTagLength: micLength });
    cipher.setAAD(aad, { plaintextLength: plaintext.length });
    const sealed = new Uint8Array(plaintext.length + micLength);
    sealed.set(cipher.update(anchored(plaintext)));
    cipher.final();
    sealed.set(cipher.getAuthTag(), plaintext.length);
    return sealed;
  },

  ccmOpen(key, nonce, aad, sealed, micLength) {
    checkCcmOpen(key, nonce, aad, sealed, micLength);
    const plaintextLength = sealed.length - micLength;
    if (plaintextLength < 0) return null;
    const decipher = createDecipheriv("aes-128-ccm", key, nonce, { authTagLength: micLength });
    decipher.setAuthTag(sealed.subarray(plaintextLength));
    decipher.setAAD(aad, { plaintextLength });
    try {
      const plaintext = octets(decipher.update(anchored(sealed.subarray(0, plaintextLength))));
      decipher.final();
      return plaintext;
    } catch {
      // Every parameter was checked above, so the one thing left that can fail is the MIC.
      return null;
    }
  },

  randomBytes(length) {
    checkCount("length", length);
    return octets(randomBytes(length));
  },

  equal: (a, b) => a.length === b.length && timingSafeEqual(a, b),
};

/** AES-128 forward (FIPS 197) of one block of 16 octets under a key of 16. */
export function aes128(key: Uint8Array, block: Uint8Array): Uint8Array {
  checkAesKey(key);
  if (block.length !== 16) throw new RangeError(`block: ${block.length} octets, where 16 are expected`);
  const enciphered = new Uint8Array(block);
  aes128Encryptor(key)(enciphered);
  return enciphered;
}

/**
 * Enciphers blocks in place. One cipher object serves many: in ECB mode without padding each update is AES of that block
 * alone.
 */
function aes128Encryptor(key: Uint8Array): (block: Uint8Array) => void {
  const cipher = createCipheriv("aes-128-ecb", key, null).setAutoPadding(false);
  return (block) => block.set(cipher.update(block));
}

function hmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  return octets(createHmac("sha256", key).update(message).digest());
}

/**
 * The same octets, but never at a null pointer: OpenSSL takes a CCM update at one as the announcement of a length, not
 * as an empty message, and node:crypto (20.20) then lets final() pass without a look at the MIC.
 */
function anchored(message: Uint8Array): Uint8Array {
  return message.length > 0 ? message : NOTHING;
}
const NOTHING = new Uint8Array(new ArrayBuffer(1), 0, 0);

/** A copy that owns its memory: small Buffers share one pool, where a wiped or posted buffer would reach others. */
function octets(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer);
}
