/*
 * The linear layers of AES-128 (FIPS 197) on bit planes; aes.ts draws how blocks lie in them.
 *
 * Class Plane works on one plane at a time, for straight-line code. The functions behind it loop over the planes in
 * memory: the small build's way.
 */
import { LANES, ROUND_KEYS } from "../layout";

/** Odd bits: lane 1. Even bits: lane 0. */
export const LANE_0: u32 = 0x55555555;

/** Linear layers, each on one plane. */
export class Plane {
  /**
   * ShiftRows: row r turns left by r columns. Rows 2, and parts of 1 and 3, swap columns two apart; then rows 1 and 3
   * swap neighbours. t * 17 is t | t << 4 as the two do not overlap.
   */
  // @ts-ignore: decorator
  @inline static shiftRows(x: u32): u32 {
    x ^= ((x ^ (x >>> 4)) & 0x0c0f0300) * 17;
    return x ^ (((x ^ (x >>> 2)) & 0x33003300) * 5);
  }

  /**
   * One plane of the next round key, in both lanes:
   *   w[4i] = w[4i-4] ^ SubWord(RotWord(w[4i-1])) ^ Rcon[i];  w[4i+c] = w[4i-4+c] ^ w[4i+c-1]
   * `sub`: the plane behind the S-box with the old round key in its lane 1, whose column 3, one row further, is column
   * 0 of lane 0 when turned right by 15. The running XOR over the four columns is two steps.
   */
  // @ts-ignore: decorator
  @inline static nextKey(sub: u32, old: u32, rcon: u32): u32 {
    let x = (((rotr<u32>(sub, 15) ^ rcon) & 0x01010101) * 3) ^ old;
    x ^= (x << 2) & 0xfcfcfcfc;
    return x ^ ((x << 4) & 0xf0f0f0f0);
  }
}

/** Round key 0 := the key in lane 1, in both lanes; lane 1 is cleared, as AddRoundKey puts the key back there. */
export function takeKey(): void {
  for (let k: usize = 0; k < 32; k += 4) {
    const x = load<u32>(k, LANES);
    store<u32>(k, (x & ~LANE_0) | ((x >>> 1) & LANE_0), ROUND_KEYS);
    store<u32>(k, x & LANE_0, LANES);
  }
}

/** AddRoundKey with the round key at offset `r`. */
export function addRoundKey(r: usize): void {
  for (let k: usize = 0; k < 32; k += 4) store<u32>(k, load<u32>(k, LANES) ^ load<u32>(r + k, ROUND_KEYS), LANES);
}

/** Transposes the eight words at LANES: octet by octet, bit k of word j becomes bit j of word k.  */
export function transpose(): void {
  let mask: u32 = 0x55555555;
  for (let step: usize = 1; step < 8; step <<= 1) {
    for (let j: usize = 0; j < 8; ++j) {
      if (!(j & step)) {
        const low = LANES + (j << 2);
        const high = low + (step << 2);
        const swap = ((load<u32>(low) >>> (step as u32)) ^ load<u32>(high)) & mask;
        store<u32>(high, load<u32>(high) ^ swap);
        store<u32>(low, load<u32>(low) ^ (swap << (step as u32)));
      }
    }
    mask = step == 1 ? 0x33333333 : 0x0f0f0f0f;
  }
}

/**
 * Everything of round `r` (the offset of its round key) that follows the S-box, plane by plane in memory.
 */
export function linear(r: usize, schedule: bool, rcon: u32): void {
  for (let k: usize = 0; k < 32; k += 4) {
    const x = load<u32>(k, LANES);
    if (schedule) {
      store<u32>(r + k, Plane.nextKey(x, load<u32>(r + k, ROUND_KEYS - 32), rcon >>> ((k as u32) >> 2)), ROUND_KEYS);
    }
    store<u32>(k, Plane.shiftRows(schedule ? x & LANE_0 : x), LANES);
  }
  if (r == 320) return;
  let x = load<u32>(LANES + 28);
  const carry = x ^ rotr<u32>(x, 8);
  let below: u32 = carry;
  for (let k: usize = 0; k < 32; k += 4) {
    x = load<u32>(k, LANES);
    const next = rotr<u32>(x, 8);
    const sum = x ^ next;
    store<u32>(k, below ^ next ^ rotr<u32>(sum, 16), LANES);
    // Planes 1, 3 and 4 of the reduction polynomial 0x11b take the carry too; plane 0 has it from below.
    below = sum ^ (carry & (0 - ((0x0d >>> ((k as u32) >> 2)) & 1)));
  }
}
