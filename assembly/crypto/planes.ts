/*
 * The linear layers of AES-128 (FIPS 197) on bit planes; aes.ts draws how blocks lie in them.
 *
 * Class Plane works on one plane at a time, for straight-line code. The functions behind it loop over the planes in
 * memory: the small build's way.
 */
import { LANES, ROUND_KEYS } from "../layout";

/** The low half of every octet is lane 0, the high half lane 1. */
export const LANE_0: u32 = 0x0f0f0f0f;

/** Linear layers, each on one plane. */
export class Plane {
  /**
   * ShiftRows: row r turns left by r columns. Row 2, and halves of 1 and 3, swap columns two apart; then rows 1 and 3
   * swap neighbours. t * 5 is t | t << 2, as the two do not overlap.
   */
  // @ts-ignore: decorator
  @inline static shiftRows(x: u32): u32 {
    x ^= ((x ^ (x >>> 2)) & 0x22331100) * 5;
    return x ^ (((x ^ (x >>> 1)) & 0x55005500) * 3);
  }

  /**
   * One plane of the next round key, in both lanes:
   *   w[4i] = w[4i-4] ^ SubWord(RotWord(w[4i-1])) ^ Rcon[i];  w[4i+c] = w[4i-4+c] ^ w[4i+c-1]
   * `sub`: the plane behind the S-box with the old round key in its lane 1, whose column 3, one row further, is column
   * 0 of lane 0 when turned right by 15. The running XOR over the four columns is two steps.
   */
  // @ts-ignore: decorator
  @inline static nextKey(sub: u32, old: u32, rcon: u32): u32 {
    let x = (((rotr<u32>(sub, 15) ^ rcon) & 0x01010101) * 17) ^ old;
    x ^= (x << 1) & 0xeeeeeeee;
    return x ^ ((x << 2) & 0xcccccccc);
  }
}

/** Round key 0 := the key in lane 1, in both lanes; lane 1 is cleared, as AddRoundKey puts the key back there. */
export function takeKey(): void {
  let k: usize = 0;
  do {
    const x = load<u32>(k, LANES);
    const key = x & ~LANE_0;
    store<u32>(k, key | (key >>> 4), ROUND_KEYS);
    store<u32>(k, x ^ key, LANES);
    k += 4;
  } while (k < 32);
}

/** Transposes the eight words at LANES: octet by octet, bit k of word j becomes bit j of word k. */
export function transpose(): void {
  let bits: u32 = 4;
  let mask: u32 = 0x0f0f0f0f;
  do {
    const step = bits << 2;
    let j: usize = 0;
    do {
      const low = load<u32>(j, LANES);
      const high = load<u32>(j + step, LANES);
      const swap = ((low >>> bits) ^ high) & mask;
      store<u32>(j + step, high ^ swap, LANES);
      store<u32>(j, low ^ (swap << bits), LANES);
      j = (j + step + 4) & ~step;
    } while (j < 32);
    bits >>>= 1;
    mask ^= mask << bits;
  } while (bits);
}

/**
 * The next round key, if `schedule`, and ShiftRows behind the S-box of round `r`, the offset of that round key.
 * Answers plane 7.
 */
export function expandAndShift(r: usize, schedule: bool, rcon: u32): u32 {
  let k: usize = 0;
  let x: u32;
  do {
    x = load<u32>(k, LANES);
    if (schedule) {
      store<u32>(r + k, Plane.nextKey(x, load<u32>(r + k, ROUND_KEYS - 32), rcon), ROUND_KEYS);
      rcon >>>= 1;
      x &= LANE_0;
    }
    x = Plane.shiftRows(x);
    store<u32>(k, x, LANES);
    k += 4;
  } while (k < 32);
  return x;
}

/** MixColumns, but for the first and last round key, and AddRoundKey with the key at offset `r`. `top`: plane 7. */
export function mixAndAdd(r: usize, top: u32): void {
  // Planes 0, 1, 3 and 4 of 0x11b take the carry of plane 7: 0 as what is below it, the others by the mask.
  const carry = top ^ rotr<u32>(top, 8);
  let below = carry;
  let taps: u32 = 0x0d;
  let k: usize = 0;
  do {
    let x = load<u32>(k, LANES);
    if (r % 320) {
      const next = rotr<u32>(x, 8);
      const sum = x ^ next;
      x = below ^ next ^ rotr<u32>(sum, 16);
      below = sum ^ (carry & (0 - (taps & 1)));
      taps >>>= 1;
    }
    store<u32>(k, x ^ load<u32>(r + k, ROUND_KEYS), LANES);
    k += 4;
  } while (k < 32);
}
