/**
 * Octet strings: what every file of the codec needs of them. Nothing here is secret-dependent by contract.
 *
 * What is cut out of a frame is a copy, not a view: V8 keeps an array of up to 64 octets in its own heap until somebody
 * takes a view of it, and moving it out then costs 1.2 us, a copy 0.05 us. A simulation handles millions of frames.
 */
import { kindOf } from "../text/kind.ts";

/** One array of all the parts. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A copy that is nobody else's, of a Buffer too: its own slice() is a view. */
export function copied(octets: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(octets);
}

/** The two octets of a number 0..65,535, least significant first. */
export function le16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, value >>> 8);
}

/** The two octets of a number 0..65,535, most significant first. */
export function be16(value: number): Uint8Array {
  return Uint8Array.of(value >>> 8, value & 0xff);
}

/** Writes what le16 gives over the two octets at `at`. */
export function putLe16(octets: Uint8Array, at: number, value: number): void {
  octets[at] = value & 0xff;
  octets[at + 1] = value >>> 8;
}

/** The inverse of le16, of the two octets at `at`. */
export function readLe16(octets: Uint8Array, at: number): number {
  return octets[at] | (octets[at + 1] << 8);
}

/** The inverse of be16, of the two octets at `at`. */
export function readBe16(octets: Uint8Array, at: number): number {
  return (octets[at] << 8) | octets[at + 1];
}

/** Are they the same octets? Not for secrets: it stops at the first that differ. */
export function equalOctets(a: Uint8Array, b: Uint8Array): boolean {
  return a === b || (a.length === b.length && compareOctets(a, b) === 0);
}

/** Below 0, 0 or above 0 as a is less than, equal to or greater than b: unsigned, first octet most significant. */
export function compareOctets(a: Uint8Array, b: Uint8Array): number {
  const common = Math.min(a.length, b.length);
  for (let i = 0; i < common; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}

/** Lower case hex digits, nothing between them. */
export function toHex(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("");
}

/** Also a Uint8Array of another realm, as a test runner's sandbox has one. */
export function isOctets(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array || Object.prototype.toString.call(value) === "[object Uint8Array]";
}

/** Throws TypeError for what is no Uint8Array. A text has a length too, and would become octets that nobody meant. */
export function checkIsOctets(name: string, octets: unknown): asserts octets is Uint8Array {
  if (isOctets(octets)) return;
  const hint = typeof octets === "string" ? ", as new TextEncoder().encode(text) gives" : "";
  throw new TypeError(`${name}: ${kindOf(octets)}, where octets (a Uint8Array${hint}) are expected`);
}

/** Throws RangeError unless there are `min` to `max` octets, TypeError for what are none: a caller's mistake, never a sender's. */
export function checkOctets(name: string, octets: Uint8Array, min: number, max = min): void {
  checkIsOctets(name, octets);
  checkLength(name, octets.length, min, max);
}

/** The same of a number of octets. */
export function checkLength(name: string, length: number, min: number, max: number): void {
  if (length >= min && length <= max) return;
  const wanted = min === max ? `${min}` : `${min} to ${max}`;
  throw new RangeError(`${name}: ${length} octets, where ${wanted} are expected`);
}

/** Throws RangeError unless value is a whole number from min to max: a caller's mistake, never a sender's. */
export function checkNumber(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new RangeError(`${name}: ${value} is not a whole number from ${min} to ${max}`);
}
