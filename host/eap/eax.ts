/**
 * AES-EAX (Bellare, Rogaway, Wagner: The EAX Mode of Operation, 2004) with a tag of 16 octets, as RFC 4764 section 3.3 takes it:
 *
 *     OMACt(M)   = CMAC(K, t in 16 octets ‖ M)
 *     N          = OMAC0(nonce), H = OMAC1(header), C = OMAC2(ciphertext)
 *     ciphertext = plaintext xor CTR(K, N)
 *     tag        = N xor H xor C
 */

import type { RsnCrypto } from "../rsn/keys/crypto.ts";
import { concat } from "../wire/octets.ts";

export const EAX_TAG_OCTETS = 16;
const BLOCK_OCTETS = 16;

/** What EAX is computed with. */
export type EaxCrypto = Pick<RsnCrypto, "aesBlock" | "cmac" | "equal">;

/** Ciphertext, as long as the plaintext, and tag. key: 16 octets; nonce, header, plaintext: any number. */
export function eaxSeal(
  crypto: EaxCrypto,
  key: Uint8Array,
  nonce: Uint8Array,
  header: Uint8Array,
  plaintext: Uint8Array,
): { readonly ciphertext: Uint8Array; readonly tag: Uint8Array } {
  const n = omac(crypto, key, 0, nonce);
  const ciphertext = counted(crypto, key, n, plaintext);
  return { ciphertext, tag: tagOf(crypto, key, n, header, ciphertext) };
}

/** The plaintext, or null when the tag does not fit. */
export function eaxOpen(
  crypto: EaxCrypto,
  key: Uint8Array,
  nonce: Uint8Array,
  header: Uint8Array,
  ciphertext: Uint8Array,
  tag: Uint8Array,
): Uint8Array | null {
  const n = omac(crypto, key, 0, nonce);
  if (!crypto.equal(tag, tagOf(crypto, key, n, header, ciphertext))) return null;
  return counted(crypto, key, n, ciphertext);
}

function omac(crypto: EaxCrypto, key: Uint8Array, t: number, message: Uint8Array): Uint8Array {
  return crypto.cmac(key, concat(new Uint8Array(BLOCK_OCTETS - 1), Uint8Array.of(t), message));
}

function tagOf(
  crypto: EaxCrypto,
  key: Uint8Array,
  n: Uint8Array,
  header: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array {
  const h = omac(crypto, key, 1, header);
  const c = omac(crypto, key, 2, ciphertext);
  return n.map((octet, i) => octet ^ h[i] ^ c[i]);
}

/** octets xor E(K, n) ‖ E(K, n + 1) ‖ ..., n a number of 128 bits. */
function counted(crypto: EaxCrypto, key: Uint8Array, n: Uint8Array, octets: Uint8Array): Uint8Array {
  const counter = n.slice();
  const result = octets.slice();
  for (let start = 0; start < result.length; start += BLOCK_OCTETS) {
    const stream = crypto.aesBlock(key, counter);
    for (let i = start; i < Math.min(start + BLOCK_OCTETS, result.length); i++) result[i] ^= stream[i - start];
    for (let i = BLOCK_OCTETS - 1; i >= 0; i--) {
      counter[i]++;
      if (counter[i] !== 0) break;
    }
  }
  return result;
}
