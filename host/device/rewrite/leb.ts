/*
 * LEB128 as WebAssembly writes its integers (Core Specification 1.0, 5.2.2): seven bits an octet, least significant
 * group first, bit 7 set on all but the last octet. Shortest form always.
 */

/** An unsigned integer 0 .. 2^32 - 1. */
export function uleb(value: number): number[] {
  const octets: number[] = [];
  let rest = value >>> 0;
  for (; rest > 0x7f; rest >>>= 7) octets.push((rest & 0x7f) | 0x80);
  octets.push(rest);
  return octets;
}

/** A signed integer of 32 or 64 bits. */
export function sleb(value: number | bigint): number[] {
  const octets: number[] = [];
  let rest = BigInt(value);
  // The last group's bit 6 is the sign that a reader extends: stop only when it agrees with what is left.
  for (; rest < -0x40n || rest > 0x3fn; rest >>= 7n) octets.push(Number(rest & 0x7fn) | 0x80);
  octets.push(Number(rest & 0x7fn));
  return octets;
}

/** A vector (5.1.3) of elements that are octets already. */
export function vector(elements: readonly (readonly number[])[]): number[] {
  return [...uleb(elements.length), ...elements.flat()];
}

/** A name (5.2.4). */
export function name(text: string): number[] {
  const octets = new TextEncoder().encode(text);
  return [...uleb(octets.length), ...octets];
}
