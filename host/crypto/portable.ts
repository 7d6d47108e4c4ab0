import { checkAesKey, checkCcmOpen, checkCcmSeal, checkCount } from "./check.ts";
import { cmacOver } from "./cmac.ts";
import type { Crypto } from "./crypto.ts";
import { kdfSha256 } from "./kdf.ts";
import { encryptOctets, expandKey, ROUND_KEY_WORDS } from "./portable/aes128.ts";
import { ccmOpen, ccmSeal } from "./portable/ccm.ts";
import { hmac } from "./portable/hmac.ts";
import { sha256 } from "./portable/sha256.ts";

/** Fills the array with octets that nobody can predict; or, in a simulation, with those of a seeded stream. */
type FillRandom = (octets: Uint8Array<ArrayBuffer>) => void;

/** Web Cryptography API 10.1.1: getRandomValues throws a QuotaExceededError when it is asked for more octets. */
const WEB_RANDOM_MAX = 65_536;

/**
 * The Crypto interface in plain TypeScript, for a browser page and for simulations: nothing of a platform is used but,
 * unless `fill` is given, globalThis.crypto.getRandomValues.
 *
 * Its AES reads tables at addresses that follow from key and data: unlike node:crypto with AES instructions, it is not
 * constant time against an observer on the same machine. Keys and messages are wiped from its scratch memory at the end
 * of each call, and nothing is cached from call to call.
 */
export function createPortableCrypto(fill: FillRandom = fillFromWeb): Crypto {
  return {
    sha256,

    hmac,

    kdf256: (key, label, context) => kdfSha256(hmac, key, label, context, 256),

    cmac(key, message) {
      checkAesKey(key);
      const roundKeys = new Int32Array(ROUND_KEY_WORDS);
      expandKey(key, roundKeys);
      const mac = cmacOver((block) => encryptOctets(roundKeys, block), message);
      roundKeys.fill(0);
      return mac;
    },

    ccmSeal(key, nonce, aad, plaintext, micLength) {
      checkCcmSeal(key, nonce, aad, plaintext, micLength);
      return ccmSeal(key, nonce, aad, plaintext, micLength);
    },

    ccmOpen(key, nonce, aad, sealed, micLength) {
      checkCcmOpen(key, nonce, aad, sealed, micLength);
      return sealed.length < micLength ? null : ccmOpen(key, nonce, aad, sealed, micLength);
    },

    randomBytes(length) {
      checkCount("length", length);
      const octets = new Uint8Array(length);
      fill(octets);
      return octets;
    },

    equal(a, b) {
      let difference = a.length ^ b.length;
      if (difference === 0) for (let i = 0; i < a.length; i++) difference |= a[i] ^ b[i];
      return difference === 0;
    },
  };
}

function fillFromWeb(octets: Uint8Array<ArrayBuffer>): void {
  for (let start = 0; start < octets.length; start += WEB_RANDOM_MAX) {
    globalThis.crypto.getRandomValues(octets.subarray(start, start + WEB_RANDOM_MAX));
  }
}
