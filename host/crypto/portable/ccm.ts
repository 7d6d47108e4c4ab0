/*
 * AES-128-CCM (SP 800-38C) with L = 2: counter mode and a CBC-MAC under one key,
 *
 *     B_0 = flags ‖ nonce ‖ BE16(length),  then len(AAD) ‖ AAD ‖ 0...,  then plaintext ‖ 0...    T = CBC-MAC of all
 *     Ctr_i = 1 ‖ nonce ‖ BE16(i);  ciphertext = plaintext xor S_1 ‖ S_2 ...;  MIC = first octets of T xor S_0
 *
 * Parameters are checked by the caller. Between two calls no octet of a key or message is left here.
 */
import { BLOCK_WORDS, type Block, encrypt, expandKey, ROUND_KEY_WORDS, type RoundKeys } from "./aes128.ts";

const BLOCK_OCTETS = 4 * BLOCK_WORDS;

/** A.3: the flags of a counter block, L - 1; they are the low bits of B_0's flags too (A.2.1). */
const L_FLAGS = 1;
/** A.2.1: B_0's bit for "there is AAD". */
const ADATA_FLAG = 0x40;

/** A.2.2: from here on the length of the AAD is 0xfffe and four octets instead of two octets. */
const LONG_AAD = 0xff00;
const LONG_AAD_MARK = 0xfffe;

// Scratch, all zero between two calls.
const ROUND_KEYS: RoundKeys = new Int32Array(ROUND_KEY_WORDS);
const CHAIN: Block = new Int32Array(BLOCK_WORDS);
const STREAM: Block = new Int32Array(BLOCK_WORDS);

/** ciphertext ‖ MIC. */
export function ccmSeal(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
  micLength: number,
): Uint8Array {
  const { length } = plaintext;
  const sealed = new Uint8Array(length + micLength);
  expandKey(key, ROUND_KEYS);
  authenticate(nonce, aad, plaintext, micLength);
  for (let i = 0; i < micLength; i++) sealed[length + i] = octetOf(CHAIN, i);
  cipher(nonce, plaintext, sealed, length);
  wipe();
  return sealed;
}

/** The plaintext of ciphertext ‖ MIC, which are at least micLength octets; null when the MIC does not fit. */
export function ccmOpen(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array,
  micLength: number,
): Uint8Array | null {
  const length = sealed.length - micLength;
  const plaintext = new Uint8Array(length);
  expandKey(key, ROUND_KEYS);
  cipher(nonce, sealed, plaintext, length);
  authenticate(nonce, aad, plaintext, micLength);
  let difference = 0;
  for (let i = 0; i < micLength; i++) difference |= octetOf(CHAIN, i) ^ sealed[length + i];
  wipe();
  if (difference === 0) return plaintext;
  plaintext.fill(0);
  return null;
}

/** 6.1 steps 1 to 4 and 8: CHAIN := T xor S_0, whose first micLength octets are the MIC. */
function authenticate(nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array, micLength: number): void {
  const adata = aad.length > 0 ? ADATA_FLAG : 0;
  format(CHAIN, adata | (((micLength - 2) / 2) << 3) | L_FLAGS, nonce, plaintext.length);
  encrypt(ROUND_KEYS, CHAIN);
  if (adata !== 0) absorb(aad, absorbLength(aad.length));
  absorb(plaintext, 0);

  format(STREAM, L_FLAGS, nonce, 0);
  encrypt(ROUND_KEYS, STREAM);
  for (let i = 0; i < BLOCK_WORDS; i++) CHAIN[i] ^= STREAM[i];
}

/** 6.1 steps 5 to 7: into[0..length-1] := from[0..length-1] xor S_1 ‖ S_2 ... */
function cipher(nonce: Uint8Array, from: Uint8Array, into: Uint8Array, length: number): void {
  for (let start = 0, i = 1; start < length; start += BLOCK_OCTETS, i++) {
    format(STREAM, L_FLAGS, nonce, i);
    encrypt(ROUND_KEYS, STREAM);
    const octets = Math.min(BLOCK_OCTETS, length - start);
    for (let j = 0; j < octets; j++) into[start + j] = from[start + j] ^ octetOf(STREAM, j);
  }
}

/** The shape that B_0 and the counter blocks share (A.2.1, A.3): block := flags ‖ nonce(13) ‖ BE16(count). */
function format(block: Block, flags: number, nonce: Uint8Array, count: number): void {
  block[0] = (flags << 24) | (nonce[0] << 16) | (nonce[1] << 8) | nonce[2];
  block[1] = (nonce[3] << 24) | (nonce[4] << 16) | (nonce[5] << 8) | nonce[6];
  block[2] = (nonce[7] << 24) | (nonce[8] << 16) | (nonce[9] << 8) | nonce[10];
  block[3] = (nonce[11] << 24) | (nonce[12] << 16) | count;
}

/** A.2.2: the octets in front of the AAD that say its length, which is under 2^32; how many they are. */
function absorbLength(length: number): number {
  if (length < LONG_AAD) {
    CHAIN[0] ^= length << 16;
    return 2;
  }
  CHAIN[0] ^= (LONG_AAD_MARK << 16) | (length >>> 16);
  CHAIN[1] ^= length << 16;
  return 6;
}

/** CBC-MAC of octets from octet `at` of a block on, zeros filling the last one. */
function absorb(octets: Uint8Array, at: number): void {
  let i = at;
  for (let n = 0; n < octets.length; n++) {
    CHAIN[i >> 2] ^= octets[n] << (24 - 8 * (i & 3));
    if (++i === BLOCK_OCTETS) {
      encrypt(ROUND_KEYS, CHAIN);
      i = 0;
    }
  }
  if (i > 0) encrypt(ROUND_KEYS, CHAIN);
}

/** Octet i of a block, 0..15. */
function octetOf(block: Block, i: number): number {
  return (block[i >> 2] >>> (24 - 8 * (i & 3))) & 0xff;
}

function wipe(): void {
  ROUND_KEYS.fill(0);
  CHAIN.fill(0);
  STREAM.fill(0);
}
