/**
 * The header of a Diameter message, 20 octets (RFC 6733 section 3):
 *
 *     Version(8) = 1 │ Message Length(24) │ R P E T 0000 │ Command Code(24) │ Application-ID(32) │ Hop-by-Hop(32) │ End-to-End(32)
 */

import { checkNumber, concat } from "../../wire/octets.ts";
import { RESULT } from "./codes.ts";
import type { Refusal } from "./refusal.ts";

export const HEADER_OCTETS = 20;
const VERSION = 1;
/** A datagram of UDP over IPv4 has room for no more. */
export const MESSAGE_MAX = 65_507;

const REQUEST = 0x80;
const PROXIABLE = 0x40;
const ERROR = 0x20;
export const RETRANSMITTED = 0x10;
const RESERVED = 0x0f;
/** Where the flags stand. */
export const FLAGS_AT = 4;
const U24_MAX = 0xff_ffff;
const U32_MAX = 0xffff_ffff;

/** What maps an answer to its request, and what finds a request that comes twice. */
export interface Ids {
  /** Hop-by-Hop Identifier, 32 bits. */
  readonly hopByHop: number;
  /** End-to-End Identifier, 32 bits. */
  readonly endToEnd: number;
}

export interface Header extends Ids {
  /** R; without it, an answer. */
  readonly isRequest: boolean;
  /** P: may be relayed. */
  readonly isProxiable: boolean;
  /** E: an answer that says why there is none. */
  readonly isError: boolean;
  /** T: the request may have come before. */
  readonly isRetransmitted: boolean;
  readonly command: number;
  readonly application: number;
}

/** `length`: octets of the whole message. @throws RangeError naming the field that does not fit. */
export function emitHeader(header: Header, length: number): Uint8Array {
  checkNumber("message length", length, HEADER_OCTETS, MESSAGE_MAX);
  checkNumber("command", header.command, 0, U24_MAX);
  for (const field of ["application", "hopByHop", "endToEnd"] as const) checkNumber(field, header[field], 0, U32_MAX);
  const flags =
    (header.isRequest ? REQUEST : 0) |
    (header.isProxiable ? PROXIABLE : 0) |
    (header.isError ? ERROR : 0) |
    (header.isRetransmitted ? RETRANSMITTED : 0);
  return concat(
    be32(VERSION * 2 ** 24 + length),
    be32(flags * 2 ** 24 + header.command),
    be32(header.application),
    be32(header.hopByHop),
    be32(header.endToEnd),
  );
}

/**
 * A header, and what is wrong with it if anything is: whoever answers a request with an error needs the rest of it.
 * undefined: too short for one.
 */
export interface ReadHeader {
  readonly header: Header;
  readonly refusal?: Refusal;
}

/**
 * Of a whole datagram. Deviation: RFC 6733 section 3 has reserved bits ignored; they are refused here, so that every bit of
 * a message that is taken has a meaning.
 */
export function readHeader(octets: Uint8Array): ReadHeader | undefined {
  if (octets.length < HEADER_OCTETS) return undefined;
  const view = new DataView(octets.buffer, octets.byteOffset, HEADER_OCTETS);
  const flags = octets[FLAGS_AT];
  const header: Header = {
    isRequest: (flags & REQUEST) !== 0,
    isProxiable: (flags & PROXIABLE) !== 0,
    isError: (flags & ERROR) !== 0,
    isRetransmitted: (flags & RETRANSMITTED) !== 0,
    command: view.getUint32(4) & U24_MAX,
    application: view.getUint32(8),
    hopByHop: view.getUint32(12),
    endToEnd: view.getUint32(16),
  };
  const length = view.getUint32(0) & U24_MAX;
  if (octets[0] !== VERSION) {
    return { header, refusal: { refusal: "bad version", resultCode: RESULT.unsupportedVersion } };
  }
  if (length !== octets.length || length % 4 !== 0) {
    return { header, refusal: { refusal: "bad message length", resultCode: RESULT.invalidMessageLength } };
  }
  // E is of answers, T of requests (RFC 6733 section 3).
  if ((flags & RESERVED) !== 0 || (header.isRequest ? header.isError : header.isRetransmitted)) {
    return { header, refusal: { refusal: "bad header bits", resultCode: RESULT.invalidHeaderBits } };
  }
  return { header };
}

/** The same request, as it goes out once more. */
export function retransmitted(datagram: Uint8Array): Uint8Array {
  const again = datagram.slice();
  again[FLAGS_AT] |= RETRANSMITTED;
  return again;
}

/** Four octets, most significant first. */
export function be32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}
