/*
 * AES-128 forward cipher (FIPS 197) on four big-endian words, one a column, by tables that fold SubBytes and MixColumns:
 *
 *     T_0[x] = (2 S[x], S[x], S[x], 3 S[x]),  T_r = T_0 rotated right by r octets
 *     column c := T_0[row 0 of c] ^ T_1[row 1 of c+1] ^ T_2[row 2 of c+2] ^ T_3[row 3 of c+3] ^ round key
 *
 * Key and data decide which table entries are read: this is not constant time against an observer on the same machine.
 */

/** The state of FIPS 197 3.4: four columns, row 0 in the most significant octet. */
export type Block = Int32Array;
/** w[0..43] of FIPS 197 5.2. */
export type RoundKeys = Int32Array;

export const BLOCK_WORDS = 4;
export const ROUND_KEY_WORDS = 44;

const SBOX = substitutions();
const T_0 = Int32Array.from(SBOX, (s) => (double(s) << 24) | (s << 16) | (s << 8) | (double(s) ^ s));
const T_1 = T_0.map((word) => rotr(word, 8));
const T_2 = T_0.map((word) => rotr(word, 16));
const T_3 = T_0.map((word) => rotr(word, 24));

// Scratch, all zero between two calls.
const STATE: Block = new Int32Array(BLOCK_WORDS);

/** 5.2: roundKeys := the expansion of a key of 16 octets. */
export function expandKey(key: Uint8Array, roundKeys: RoundKeys): void {
  for (let i = 0, at = 0; i < 4; i++, at += 4) roundKeys[i] = wordAt(key, at);
  let rcon = 1;
  for (let i = 4; i < ROUND_KEY_WORDS; i += 4) {
    const last = roundKeys[i - 1];
    // SubWord(RotWord(w[i-1])) xor Rcon
    roundKeys[i] =
      roundKeys[i - 4] ^
      ((SBOX[(last >>> 16) & 0xff] ^ rcon) << 24) ^
      (SBOX[(last >>> 8) & 0xff] << 16) ^
      (SBOX[last & 0xff] << 8) ^
      SBOX[last >>> 24];
    roundKeys[i + 1] = roundKeys[i - 3] ^ roundKeys[i];
    roundKeys[i + 2] = roundKeys[i - 2] ^ roundKeys[i + 1];
    roundKeys[i + 3] = roundKeys[i - 1] ^ roundKeys[i + 2];
    rcon = double(rcon);
  }
}

/** 5.1: block := CIPH_K(block). */
export function encrypt(roundKeys: RoundKeys, block: Block): void {
  let a = block[0] ^ roundKeys[0];
  let b = block[1] ^ roundKeys[1];
  let c = block[2] ^ roundKeys[2];
  let d = block[3] ^ roundKeys[3];
  let k = 4;
  for (; k < ROUND_KEY_WORDS - 4; k += 4) {
    const a1 = T_0[a >>> 24] ^ T_1[(b >>> 16) & 0xff] ^ T_2[(c >>> 8) & 0xff] ^ T_3[d & 0xff] ^ roundKeys[k];
    const b1 = T_0[b >>> 24] ^ T_1[(c >>> 16) & 0xff] ^ T_2[(d >>> 8) & 0xff] ^ T_3[a & 0xff] ^ roundKeys[k + 1];
    const c1 = T_0[c >>> 24] ^ T_1[(d >>> 16) & 0xff] ^ T_2[(a >>> 8) & 0xff] ^ T_3[b & 0xff] ^ roundKeys[k + 2];
    d = T_0[d >>> 24] ^ T_1[(a >>> 16) & 0xff] ^ T_2[(b >>> 8) & 0xff] ^ T_3[c & 0xff] ^ roundKeys[k + 3];
    a = a1;
    b = b1;
    c = c1;
  }
  // The last round has no MixColumns.
  block[0] = substituted(a, b, c, d) ^ roundKeys[k];
  block[1] = substituted(b, c, d, a) ^ roundKeys[k + 1];
  block[2] = substituted(c, d, a, b) ^ roundKeys[k + 2];
  block[3] = substituted(d, a, b, c) ^ roundKeys[k + 3];
}

/** The same of a block of 16 octets, in place. */
export function encryptOctets(roundKeys: RoundKeys, octets: Uint8Array): void {
  for (let i = 0, at = 0; i < BLOCK_WORDS; i++, at += 4) STATE[i] = wordAt(octets, at);
  encrypt(roundKeys, STATE);
  for (let i = 0; i < 4 * BLOCK_WORDS; i++) octets[i] = STATE[i >> 2] >>> (24 - 8 * (i & 3));
  STATE.fill(0);
}

/** 5.1.1 and 5.1.2: one column, whose rows ShiftRows takes from four. */
function substituted(row0: number, row1: number, row2: number, row3: number): number {
  return (
    (SBOX[row0 >>> 24] << 24) |
    (SBOX[(row1 >>> 16) & 0xff] << 16) |
    (SBOX[(row2 >>> 8) & 0xff] << 8) |
    SBOX[row3 & 0xff]
  );
}

/** Row 0 in front (3.4). */
function wordAt(octets: Uint8Array, at: number): number {
  return (octets[at] << 24) | (octets[at + 1] << 16) | (octets[at + 2] << 8) | octets[at + 3];
}

/** 5.1.1: S[x] = x^-1 ^ (x^-1 rotated left by 1, 2, 3 and 4 bits) ^ 0x63; 0 stands for the inverse of 0. */
function substitutions(): Uint8Array {
  const sbox = new Uint8Array(256);
  sbox[0] = 0x63;
  // 3 generates the field's group: x runs through its powers, and inverse through those of 3^-1 = 0xf6.
  for (let i = 0, x = 1, inverse = 1; i < 255; i++, x ^= double(x), inverse = times(0xf6, inverse)) {
    const twice = inverse | (inverse << 8);
    sbox[x] = inverse ^ (twice >>> 7) ^ (twice >>> 6) ^ (twice >>> 5) ^ (twice >>> 4) ^ 0x63;
  }
  return sbox;
}

/** 4.2: the product in GF(2^8). */
function times(a: number, b: number): number {
  let product = 0;
  for (let bit = 0x80; bit > 0; bit >>= 1) product = double(product) ^ (b & bit ? a : 0);
  return product;
}

/** 4.2.1 xtimes: x . a in GF(2^8), modulo x^8 + x^4 + x^3 + x + 1. */
function double(octet: number): number {
  return ((octet << 1) ^ (0x11b & -(octet >> 7))) & 0xff;
}

function rotr(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}
