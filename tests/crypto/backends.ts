/** The backends of the Crypto interface, for suites that ask all of them the same. */
import type { Crypto } from "../../host/crypto/crypto.ts";
import { aes128, nodeCrypto } from "../../host/crypto/node.ts";
import { encryptOctets, expandKey, ROUND_KEY_WORDS } from "../../host/crypto/portable/aes128.ts";
import { createPortableCrypto } from "../../host/crypto/portable.ts";

interface Backend {
  readonly name: string;
  readonly crypto: Crypto;
  /** AES-128 forward (FIPS 197) of one block: not of the interface, but what its CMAC and CCM stand on. */
  readonly aes128: (key: Uint8Array, block: Uint8Array) => Uint8Array;
}

export const portableCrypto = createPortableCrypto();

export const BACKENDS: readonly Backend[] = [
  { name: "node:crypto", crypto: nodeCrypto, aes128 },
  { name: "portable", crypto: portableCrypto, aes128: portableAes128 },
];

function portableAes128(key: Uint8Array, block: Uint8Array): Uint8Array {
  const roundKeys = new Int32Array(ROUND_KEY_WORDS);
  expandKey(key, roundKeys);
  const enciphered = new Uint8Array(block);
  encryptOctets(roundKeys, enciphered);
  return enciphered;
}
