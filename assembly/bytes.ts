/*
 * Octets in linear memory. Lengths and addresses are public everywhere; the values may be secret.
 */
import { SMALL } from "./build";

/** Copies `length` octets, words first (unaligned access is plain WebAssembly). Regions do not overlap. */
export function copy(target: usize, source: usize, length: i32): void {
  if (!SMALL) {
    for (; length >= 4; length -= 4) {
      store<u32>(target, load<u32>(source));
      target += 4;
      source += 4;
    }
  }
  for (; length; --length) {
    store<u8>(target++, load<u8>(source++));
  }
}

/** Zeroes `length` octets, a multiple of 16, from `target` on. */
export function wipe(target: usize, length: usize): void {
  for (const end = target + length; target < end; target += 16) {
    store<u64>(target, 0);
    store<u64>(target, 0, 8);
  }
}

/**
 * Compares `length` octets in constant time: every octet is read, whatever the ones before held.
 * Answers 0 if all are equal.
 */
export function differ(a: usize, b: usize, length: i32): u32 {
  let difference: u32 = 0;
  while (length) {
    --length;
    difference |= load<u8>(a + length) ^ load<u8>(b + length);
  }
  return difference;
}

/** Big-endian words to the machine's own order, or back, in place. `length` in octets, rounded up to words. */
export function swapWords(target: usize, length: i32): void {
  for (const end = target + length; target < end; target += 4) {
    store<u32>(target, bswap<u32>(load<u32>(target)));
  }
}
