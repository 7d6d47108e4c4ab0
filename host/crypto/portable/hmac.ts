/*
 * HMAC-SHA-256 (RFC 2104), by way of its midstates: the chaining values behind the two blocks that the key fills,
 *
 *     inner = compress(H(0), K_0 xor ipad),  outer = compress(H(0), K_0 xor opad)
 *
 * with K_0 the key, zero-filled to a block; a key longer than a block is hashed first.
 */
import { BLOCK_OCTETS, begin, CHAIN_WORDS, type Chain, compress, DIGEST_OCTETS, finish, putChain } from "./sha256.ts";

/** RFC 2104 section 2. */
const IPAD = 0x36;
const OPAD = 0x5c;

// Scratch, all zero between two calls.
const INNER: Chain = new Int32Array(CHAIN_WORDS);
const OUTER: Chain = new Int32Array(CHAIN_WORDS);
const KEY_BLOCK = new Uint8Array(BLOCK_OCTETS);
const DIGEST = new Uint8Array(DIGEST_OCTETS);

/** H(K_0 xor opad ‖ H(K_0 xor ipad ‖ message)), 32 octets; a key of any length. */
export function hmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  prepare(key);
  finish(INNER, BLOCK_OCTETS, message);
  putChain(INNER, DIGEST);
  finish(OUTER, BLOCK_OCTETS, DIGEST);
  const mac = new Uint8Array(DIGEST_OCTETS);
  putChain(OUTER, mac);
  wipe();
  return mac;
}

/** The midstates of a key, 32 octets each (eight big-endian words): secrets like the key, and the caller's to wipe. */
export function midstates(key: Uint8Array): { readonly inner: Uint8Array; readonly outer: Uint8Array } {
  prepare(key);
  const inner = new Uint8Array(DIGEST_OCTETS);
  const outer = new Uint8Array(DIGEST_OCTETS);
  putChain(INNER, inner);
  putChain(OUTER, outer);
  wipe();
  return { inner, outer };
}

/** INNER, OUTER := the midstates of the key. */
function prepare(key: Uint8Array): void {
  let short = key;
  if (key.length > BLOCK_OCTETS) {
    begin(INNER);
    finish(INNER, 0, key);
    putChain(INNER, DIGEST);
    short = DIGEST;
  }
  absorbKey(INNER, short, IPAD);
  absorbKey(OUTER, short, OPAD);
}

/** chain := compress(H(0), K_0 xor pad). */
function absorbKey(chain: Chain, key: Uint8Array, pad: number): void {
  KEY_BLOCK.fill(pad);
  for (let i = 0; i < key.length; i++) KEY_BLOCK[i] ^= key[i];
  begin(chain);
  compress(chain, KEY_BLOCK, 0);
}

function wipe(): void {
  INNER.fill(0);
  OUTER.fill(0);
  KEY_BLOCK.fill(0);
  DIGEST.fill(0);
}
