/* Comparisons of octets, and octets to compare. */

/** The octets as hexadecimal digits, for messages. */
export function hex(source: usize, length: i32): string {
  let digits = "";
  for (let i = 0; i < length; ++i)
    digits += load<u8>(source + i)
      .toString(16)
      .padStart(2, "0");
  return digits;
}

/** Puts the octets that hexadecimal digits say to `target`. Answers how many. */
export function unhex(digits: string, target: usize): i32 {
  const length = digits.length >> 1;
  for (let i = 0; i < length; ++i) store<u8>(target + i, U8.parseInt(digits.substr(i << 1, 2), 16));
  return length;
}

/** Fails the test, showing both, unless the octets are the same. */
export function expectOctets(actual: usize, wanted: usize, length: i32, what: string): void {
  if (memory.compare(actual, wanted, length) != 0) expect(hex(actual, length)).toBe(hex(wanted, length), what);
}

/** Fails the test unless the octets are those that the digits say. */
export function expectHex(actual: usize, digits: string, what: string = ""): void {
  expect(hex(actual, digits.length >> 1)).toBe(digits, what);
}

/** Fails the test unless all the octets are `octet`. */
export function expectAll(actual: usize, octet: u8, length: i32, what: string): void {
  for (let i = 0; i < length; ++i) {
    if (load<u8>(actual + i) != octet) expect(load<u8>(actual + i)).toBe(octet, `${what}, octet ${i}`);
  }
}

/** Fills with octets that look random and follow from `seed` alone. */
export function fill(target: usize, length: i32, seed: u32): void {
  let state = seed * 2654435761 + 1;
  for (let i = 0; i < length; ++i) {
    // xorshift32
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    store<u8>(target + i, state >>> 11);
  }
}

/** Turns over one bit of the octets at `target`, the first octet's lowest being 0. */
export function flip(target: usize, bit: i32): void {
  store<u8>(target + (bit >> 3), (load<u8>(target + (bit >> 3)) as i32) ^ (1 << (bit & 7)));
}
