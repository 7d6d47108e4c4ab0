/**
 * AES-128 forward cipher as FIPS 197 (update of May 2023) writes it: a state of 16 octets, column by column, and the
 * S-box computed from the inverse in GF(2^8), so that no table has to be believed. Not constant-time.
 */
import { concat, xor } from "./bytes.ts";

/** Octets of a block and of an AES-128 key. FIPS 197 section 5. */
export const BLOCK_octets = 16;
/** Nr of AES-128. FIPS 197 section 5. */
const ROUNDS = 10;

/** Multiplication by x modulo x^8 + x^4 + x^3 + x + 1. FIPS 197 4.2. */
function xTimes(b: number): number {
  return ((b << 1) ^ (b & 0x80 ? 0x11b : 0)) & 0xff;
}

/** Product in GF(2^8), one bit of b at a time. FIPS 197 4.2. */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let power = a, bit = 0; bit < 8; bit++, power = xTimes(power)) {
    if ((b >> bit) & 1) product ^= power;
  }
  return product;
}

/** The b with a·b = 1, by trying all; 0 for 0. FIPS 197 4.4. */
function inverse(a: number): number {
  for (let b = 1; b < 256; b++) if (multiply(a, b) === 1) return b;
  return 0;
}

/** b'i = bi + b(i+4) + b(i+5) + b(i+6) + b(i+7) + ci of the inverse, c = 0x63. FIPS 197 5.1.1. */
function subByte(a: number): number {
  const b = inverse(a);
  const bit = (i: number): number => (b >> (i % 8)) & 1;
  let out = 0;
  for (let i = 0; i < 8; i++) {
    out |= (bit(i) ^ bit(i + 4) ^ bit(i + 5) ^ bit(i + 6) ^ bit(i + 7) ^ ((0x63 >> i) & 1)) << i;
  }
  return out;
}

const S_BOX = Uint8Array.from({ length: 256 }, (_, a) => subByte(a));

/** The S-box on every octet. FIPS 197 5.1.1. */
function subBytes(state: Uint8Array): Uint8Array {
  const substituted = new Uint8Array(state.length);
  for (let i = 0; i < state.length; i++) substituted[i] = S_BOX[state[i]];
  return substituted;
}

/** s'(r,c) = s(r, c+r mod 4); the octet of row r, column c stands at r + 4c. FIPS 197 5.1.2. */
function shiftRows(state: Uint8Array): Uint8Array {
  const shifted = new Uint8Array(BLOCK_octets);
  for (let r = 0; r < 4; r++) {
    for (let c = 0; c < 4; c++) shifted[r + 4 * c] = state[r + 4 * ((c + r) % 4)];
  }
  return shifted;
}

/** Each column times {03}x^3 + {01}x^2 + {01}x + {02}. FIPS 197 5.1.3. */
function mixColumns(state: Uint8Array): Uint8Array {
  const mixed = new Uint8Array(BLOCK_octets);
  for (let column = 0; column < BLOCK_octets; column += 4) {
    for (let r = 0; r < 4; r++) {
      const s0 = state[column + r];
      const s1 = state[column + ((r + 1) % 4)];
      const s2 = state[column + ((r + 2) % 4)];
      const s3 = state[column + ((r + 3) % 4)];
      mixed[column + r] = xTimes(s0) ^ (xTimes(s1) ^ s1) ^ s2 ^ s3;
    }
  }
  return mixed;
}

/** The Nr + 1 round keys of 16 octets. FIPS 197 5.2. */
export function keyExpansion(key: Uint8Array): Uint8Array[] {
  if (key.length !== BLOCK_octets) throw new RangeError(`AES-128 key of ${key.length} octets`);
  const w: Uint8Array[] = [0, 4, 8, 12].map((at) => key.slice(at, at + 4));
  let rcon = 1;
  for (let i = 4; i < 4 * (ROUNDS + 1); i++) {
    let temp = w[i - 1];
    if (i % 4 === 0) {
      temp = subBytes(concat(temp.subarray(1), temp[0]));
      temp[0] ^= rcon;
      rcon = xTimes(rcon);
    }
    w[i] = xor(w[i - 4], temp);
  }
  return Array.from({ length: ROUNDS + 1 }, (_, round) => concat(...w.slice(4 * round, 4 * round + 4)));
}

/** CIPHER(): one block of 16 octets under the round keys of keyExpansion. FIPS 197 5.1, algorithm 1. */
export function cipher(roundKeys: Uint8Array[], block: Uint8Array): Uint8Array {
  let state = xor(block, roundKeys[0]);
  for (let round = 1; round < ROUNDS; round++) {
    state = xor(mixColumns(shiftRows(subBytes(state))), roundKeys[round]);
  }
  return xor(shiftRows(subBytes(state)), roundKeys[ROUNDS]);
}
