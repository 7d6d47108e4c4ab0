/**
 * Type, length, value (IEEE 802.21-2008 8.5.1). Lengths below 128 take one octet; 128 is the octet 0x80; above, 0x80 + n and
 * then the length less 128 in n octets.
 */

import { concat } from "../../wire/octets.ts";

const SHORT = 0x80;

export interface Tlv {
  readonly type: number;
  readonly value: Uint8Array;
}

/** @throws RangeError for a value that no message holds. */
export function emitTlv(type: number, value: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(type), emitLength(value.length), value);
}

function emitLength(length: number): Uint8Array {
  if (length > 0xffff) throw new RangeError(`value: ${length} octets, where 0 to 65535 are expected`);
  if (length <= SHORT) return Uint8Array.of(length);
  const rest = length - SHORT;
  return rest > 0xff ? Uint8Array.of(SHORT | 2, rest >>> 8, rest & 0xff) : Uint8Array.of(SHORT | 1, rest);
}

/** All of them, copied; undefined: the octets do not end where the last value does, or a length takes more than two octets. */
export function readTlvs(octets: Uint8Array): Tlv[] | undefined {
  const tlvs: Tlv[] = [];
  for (let at = 0; at < octets.length; ) {
    const read = readTlv(octets, at);
    if (read === undefined) return undefined;
    tlvs.push(read.tlv);
    at = read.end;
  }
  return tlvs;
}

/** The one that begins there, and where it ends. */
export function readTlv(octets: Uint8Array, at: number): { readonly tlv: Tlv; readonly end: number } | undefined {
  if (at + 2 > octets.length) return undefined;
  const first = octets[at + 1];
  const more = first > SHORT ? first - SHORT : 0;
  // Two octets of length are more than a message has room for.
  if (more > 2 || at + 2 + more > octets.length) return undefined;
  let length = more > 0 ? 0 : first;
  for (let i = 0; i < more; i++) length = (length << 8) | octets[at + 2 + i];
  if (more > 0) length += SHORT;
  const start = at + 2 + more;
  const end = start + length;
  return end > octets.length ? undefined : { tlv: { type: octets[at], value: octets.slice(start, end) }, end };
}
