/**
 * Octet strings as the standards write them: hex in, hex out, `‖` as `concat`, LE and BE numbers.
 * Nothing here knows the protocol.
 */

/** Lower-case hex of the octets. */
export function hex(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("");
}

/** Octets of a hex string of even length; throws on anything else. */
export function unhex(text: string): Uint8Array {
  if (!/^([0-9a-f]{2})*$/i.test(text)) throw new TypeError(`not hex: ${text}`);
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

/** ASCII text without terminator. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** `a ‖ b ‖ ...`; a number stands for one octet. */
export function concat(...parts: (Uint8Array | number)[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += typeof part === "number" ? 1 : part.length;
  const octets = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    if (typeof part === "number") {
      octets[at++] = part;
    } else {
      for (const octet of part) octets[at++] = octet;
    }
  }
  return octets;
}

/** `value` (below 2^53) in `length` octets, most significant first. */
export function bigEndian(value: number, length: number): Uint8Array {
  const octets = new Uint8Array(length);
  let rest = value;
  for (let i = length - 1; i >= 0; i--) {
    octets[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return octets;
}

/** `value` in `length` octets, least significant first. */
export function littleEndian(value: number, length: number): Uint8Array {
  return bigEndian(value, length).reverse();
}

/** The number that the octets are, most significant first. */
export function fromBigEndian(octets: Uint8Array): number {
  let value = 0;
  for (const octet of octets) value = value * 256 + octet;
  return value;
}

/** The number that the octets are, least significant first. */
export function fromLittleEndian(octets: Uint8Array): number {
  return fromBigEndian(octets.slice().reverse());
}

/** Same length and the same octets. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, i) => octet === b[i]);
}

/** Every octet is 0. */
export function isZero(octets: Uint8Array): boolean {
  return octets.every((octet) => octet === 0);
}

/** `a XOR b`, octet by octet; both have one length. */
export function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length !== b.length) throw new RangeError(`xor of ${a.length} and ${b.length} octets`);
  const sum = new Uint8Array(a.length);
  for (let i = 0; i < a.length; i++) sum[i] = a[i] ^ b[i];
  return sum;
}

/** `Min(a, b) ‖ Max(a, b)`: both of one length, compared as unsigned integers, first octet most significant. */
export function minMax(a: Uint8Array, b: Uint8Array): Uint8Array {
  const at = a.findIndex((octet, i) => octet !== b[i]);
  return at < 0 || a[at] < b[at] ? concat(a, b) : concat(b, a);
}
