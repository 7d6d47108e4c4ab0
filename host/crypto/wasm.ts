/*
 * The Crypto interface on build/backend.wasm: the station's own primitives, which read no table at an address that follows
 * from a secret. node:crypto stays the default, and the one that checks the device: this one would agree with it in its
 * mistakes.
 */

import { kindOf } from "../text/kind.ts";
import { checkAesKey, checkCcmOpen, checkCcmSeal } from "./check.ts";
import type { Crypto } from "./crypto.ts";
import { putAscii } from "./kdf.ts";

/** What assembly/host/index.ts exports. */
interface BackendExports {
  readonly memory: WebAssembly.Memory;
  readonly ram: WebAssembly.Global;
  readonly ramSize: WebAssembly.Global;
  readonly blocks: WebAssembly.Global;
  readonly digest: WebAssembly.Global;
  readonly key: WebAssembly.Global;
  readonly input: WebAssembly.Global;
  sha256(length: number): void;
  hmac(length: number): void;
  ccmSeal(payload: number, length: number): void;
  ccmOpen(payload: number, length: number, micLength: number): number;
  cmacOf(length: number): void;
}

/** What the module has room for, octets: two SHA-256 blocks with their padding, a key that is no longer than a digest. */
const MESSAGE_MAX = 119;
const KEY_MAX = 32;
/** Of BLOCKS. */
const BLOCKS_SIZE = 400;

const BLOCK = 16;
const DIGEST = 32;

/**
 * @param instance of build/backend.wasm, used by nobody else: its RAM is all zero between two calls, also when one throws
 * @param rest takes what is longer than anything of AMP's, or has no AAD, and gives random octets
 * @returns a Crypto whose calls throw a TypeError, with the parameter's name, for octets that are no Uint8Array (a Buffer is
 * one): elements of other arrays are not octets
 */
export function createWasmCrypto(instance: WebAssembly.Instance, rest: Crypto): Crypto {
  const exports = instance.exports as unknown as BackendExports;
  const octets = new Uint8Array(exports.memory.buffer);
  const [ram, ramSize, blocks] = [exports.ram.value, exports.ramSize.value, exports.blocks.value];
  const [digest, keyAt, input] = [exports.digest.value, exports.key.value, exports.input.value];

  const clear = (): void => {
    octets.fill(0, ram, ram + ramSize);
  };
  /**
   * B0 ‖ length of the AAD ‖ AAD in whole blocks (SP 800-38C A.2), for `length` octets of payload; where those begin.
   * Flags: Adata, (M - 2) / 2, L - 1 with L = 2.
   */
  const laidOut = (key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, length: number, M: number): number => {
    octets.set(key, keyAt);
    octets[blocks] = 0x40 | (((M - 2) / 2) << 3) | 1;
    octets.set(nonce, blocks + 1);
    octets[blocks + 14] = length >> 8;
    octets[blocks + 15] = length;
    octets[blocks + 16] = aad.length >> 8;
    octets[blocks + 17] = aad.length;
    octets.set(aad, blocks + 18);
    return blocks + BLOCK + BLOCK * Math.ceil((2 + aad.length) / BLOCK);
  };
  const fits = (aad: Uint8Array, length: number): boolean =>
    aad.length > 0 && 2 * BLOCK + 2 + aad.length + 2 * BLOCK + length <= BLOCKS_SIZE;

  return {
    sha256(message) {
      checkOctets({ message });
      if (message.length > MESSAGE_MAX) return rest.sha256(message);
      try {
        octets.set(message, input);
        exports.sha256(message.length);
        return octets.slice(digest, digest + DIGEST);
      } finally {
        clear();
      }
    },

    hmac(key, message) {
      checkOctets({ key, message });
      if (key.length > KEY_MAX || message.length > MESSAGE_MAX) return rest.hmac(key, message);
      try {
        octets.set(key, keyAt);
        octets.set(message, input);
        exports.hmac(message.length);
        return octets.slice(digest, digest + DIGEST);
      } finally {
        clear();
      }
    },

    // LE16(1) ‖ label ‖ context ‖ LE16(256), as kdf.ts has it, put where it is hashed.
    kdf256(key, label, context) {
      checkOctets({ key, context });
      if (typeof label !== "string") throw new TypeError(`label: ${kindOf(label)}, where a string is expected`);
      const end = 2 + label.length + context.length;
      if (key.length > KEY_MAX || end + 2 > MESSAGE_MAX) return rest.kdf256(key, label, context);
      try {
        putAscii(octets, input + 2, label);
        octets.set(key, keyAt);
        octets[input] = 1;
        octets.set(context, input + 2 + label.length);
        octets[input + end + 1] = 1;
        exports.hmac(end + 2);
        return octets.slice(digest, digest + DIGEST);
      } finally {
        clear();
      }
    },

    cmac(key, message) {
      checkOctets({ key, message });
      checkAesKey(key);
      if (message.length === 0 || message.length > BLOCKS_SIZE) return rest.cmac(key, message);
      try {
        octets.set(key, keyAt);
        octets.set(message, blocks);
        exports.cmacOf(message.length);
        return octets.slice(ram, ram + BLOCK);
      } finally {
        clear();
      }
    },

    ccmSeal(key, nonce, aad, plaintext, micLength) {
      checkOctets({ key, nonce, aad, plaintext });
      checkCcmSeal(key, nonce, aad, plaintext, micLength);
      const { length } = plaintext;
      if (!fits(aad, length)) return rest.ccmSeal(key, nonce, aad, plaintext, micLength);
      try {
        const start = laidOut(key, nonce, aad, length, micLength);
        octets.set(plaintext, start);
        exports.ccmSeal(start, length);
        // Behind the ciphertext, where only padding is.
        octets.copyWithin(start + length, ram, ram + micLength);
        return octets.slice(start, start + length + micLength);
      } finally {
        clear();
      }
    },

    ccmOpen(key, nonce, aad, sealed, micLength) {
      checkOctets({ key, nonce, aad, sealed });
      checkCcmOpen(key, nonce, aad, sealed, micLength);
      const length = sealed.length - micLength;
      if (length < 0) return null;
      if (!fits(aad, length)) return rest.ccmOpen(key, nonce, aad, sealed, micLength);
      try {
        const start = laidOut(key, nonce, aad, length, micLength);
        octets.set(sealed, start);
        // The MIC is compared with what stands at INPUT; behind the ciphertext padding is all there may be.
        for (let i = 0; i < micLength; i++) {
          octets[input + i] = sealed[length + i];
          octets[start + length + i] = 0;
        }
        const differs = exports.ccmOpen(start, length, micLength);
        return differs === 0 ? octets.slice(start, start + length) : null;
      } finally {
        clear();
      }
    },

    randomBytes: (length) => rest.randomBytes(length),

    equal: (a, b) => rest.equal(a, b),
  };
}

/** @throws TypeError for the first that is no Uint8Array: a DataView, a string, an array of numbers or of wider elements. */
function checkOctets(given: Readonly<Record<string, unknown>>): void {
  for (const name in given) {
    if (given[name] instanceof Uint8Array) continue;
    throw new TypeError(`${name}: ${kindOf(given[name])}, where a Uint8Array is expected`);
  }
}
