/*
 * Octets in linear memory. Lengths and addresses are public everywhere; the values may be secret.
 */
/**
 * Copies `length` octets, rounded up to words: up to three octets behind the target change too. The memory map leaves
 * room for them, and whatever follows is written afterwards. Unaligned access is plain WebAssembly.
 */
export function copy(target: usize, source: usize, length: i32): void {
  if (length) {
    do {
      store<u32>(target, load<u32>(source));
      target += 4;
      source += 4;
      length -= 4;
    } while (length > 0);
  }
}

/** Copies `length` octets and not one more: to and from the host's buffers. Answers `length`. */
export function copyExact(target: usize, source: usize, length: i32): i32 {
  for (let i = 0; i < length; ++i) store<u8>(target + i, load<u8>(source + i));
  return length;
}

/** The 16 octets at `target` := those at `source`. */
export function setBlock(target: usize, source: usize): void {
  store<u64>(target, load<u64>(source));
  store<u64>(target, load<u64>(source, 8), 8);
}

/** The 16 octets at `target` := themselves ^ those at `source`. */
export function addBlock(target: usize, source: usize): void {
  store<u64>(target, load<u64>(target) ^ load<u64>(source));
  store<u64>(target, load<u64>(target, 8) ^ load<u64>(source, 8), 8);
}

/** Zeroes `length` octets, a multiple of 32, from `target` on. */
export function wipe(target: usize, length: usize): void {
  do {
    length -= 32;
    const at = target + length;
    store<u64>(at, 0);
    store<u64>(at, 0, 8);
    store<u64>(at, 0, 16);
    store<u64>(at, 0, 24);
  } while (length);
}

/**
 * Compares `length` octets in constant time: every octet is read, whatever the ones before held.
 * Answers 0 if all are equal.
 */
export function differ(a: usize, b: usize, length: i32): u32 {
  let difference: u32 = 0;
  do {
    --length;
    difference |= load<u8>(a + length) ^ load<u8>(b + length);
  } while (length);
  return difference;
}

/** Big-endian words to the machine's own order, or back, in place. `length` in octets, rounded up to words. */
export function swapWords(target: usize, length: i32): void {
  const end = target + length;
  do {
    const word = load<u32>(target);
    store<u32>(target, (rotr<u32>(word, 8) & 0xff00ff00) | (rotl<u32>(word, 8) & 0x00ff00ff));
    target += 4;
  } while (target < end);
}
