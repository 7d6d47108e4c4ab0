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
   * swap neighbours. t * 5 is t | t << 2, as the two do not overlap. The inverse swaps the other way about.
   */
  // @ts-ignore: decorator
  @inline static shiftRows<Way = u32>(x: u32): u32 {
    if (isSigned<Way>()) x ^= ((x ^ (x >>> 1)) & 0x55005500) * 3;
    x ^= ((x ^ (x >>> 2)) & 0x22331100) * 5;
    return isSigned<Way>() ? x : x ^ (((x ^ (x >>> 1)) & 0x55005500) * 3);
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

/** AddRoundKey with round key 0; with `schedule` that is the key in lane 1, and becomes the one of both lanes. */
export function addFirstKey(schedule: bool): void {
  let k: usize = 0;
  do {
    let x = load<u32>(k, LANES);
    if (schedule) {
      const key = x & ~LANE_0;
      store<u32>(k, key | (key >>> 4), ROUND_KEYS);
      x ^= key;
    }
    store<u32>(k, x ^ load<u32>(k, ROUND_KEYS), LANES);
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
 * All of round `r`, the offset of its round key, that follows the S-box: the next round key if `schedule`, ShiftRows,
 * MixColumns (but in the last round) and AddRoundKey, in one pass over the planes. It starts with plane 7, whose carry
 * the reduction by 0x11b puts into planes 0 (as what is below it), 1, 3 and 4, and which takes what is below it last.
 */
export function finishRound(r: usize, schedule: bool, rcon: u32): void {
  let k: usize = 28;
  let carry: u32 = 0;
  let below: u32 = 0;
  // Bit 0: whether the plane above the one at hand takes the carry.
  let taps: u32 = 0x1a;
  do {
    let x = load<u32>(k, LANES);
    if (schedule) {
      store<u32>(r + k, Plane.nextKey(x, load<u32>(r + k, ROUND_KEYS - 32), rcon >>> ((k as u32) >> 2)), ROUND_KEYS);
      x &= LANE_0;
    }
    x = Plane.shiftRows(x);
    if (r != 320) {
      const next = rotr<u32>(x, 8);
      const sum = x ^ next;
      x = below ^ next ^ rotr<u32>(sum, 16);
      below = sum ^ (carry & (0 - (taps & 1)));
      taps >>>= 1;
      if (k == 28) carry = sum;
    }
    store<u32>(k, x ^ load<u32>(r + k, ROUND_KEYS), LANES);
    k = (k + 4) & 31;
  } while (k != 28);
  store<u32>(LANES + 28, load<u32>(LANES + 28) ^ below);
}
