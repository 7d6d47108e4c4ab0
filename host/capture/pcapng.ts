/**
 * Blocks of a pcapng file (draft-ietf-opsawg-pcapng): a section, its interfaces, its packets. Little-endian; every field,
 * option and block ends on a multiple of four octets:
 *
 *     block    Type(4)   Total Length(4)   body   Total Length(4)
 *     option   Code(2)   Length(2)         value  0 .. 3 octets of padding
 */

import { concat } from "../wire/octets.ts";

/** Block types: draft-ietf-opsawg-pcapng, 4.1 Section Header, 4.2 Interface Description, 4.3 Enhanced Packet. */
const SHB = 0x0a0d0d0a;
const IDB = 1;
const EPB = 6;

/** Written as the writer's own octet order has it. */
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const VERSION_MAJOR = 1;
const VERSION_MINOR = 0;
/** All ones: nobody knows how long the section gets. */
const UNKNOWN_LENGTH = 0xffffffff;
const NO_SNAPLEN = 0;

/** LINKTYPE_USER0: for whoever has no link type of his own. */
export const LINK_TYPE_USER0 = 147;

/** Option codes: of any block, of a section, of an interface, of a packet. */
const OPTION = { end: 0, comment: 1, userappl: 4, name: 2, tsresol: 9, flags: 2 } as const;
/** if_tsresol: the negative power of ten of a unit of time. */
const NANOSECONDS = 9;

/** epb_flags, bits 0-1: as the access point sees it. */
const DIRECTION_BITS = { up: 1, down: 2 } as const;

export interface Packet {
  /** Number of an interface, in the order in which they were described. */
  readonly channel: number;
  /** Whole, 0 to 2^53 - 1. */
  readonly time_ns: number;
  /** undefined: the interface has no access point's side. */
  readonly direction?: "up" | "down";
  readonly octets: Uint8Array;
  /** What the whole frame has, at least octets.length. */
  readonly whole_octets: number;
  readonly comment: string;
}

/** Begins a section, and the file. */
export function sectionHeader(application: string, comment: string): Uint8Array {
  const fields = new DataView(new ArrayBuffer(16));
  fields.setUint32(0, BYTE_ORDER_MAGIC, true);
  fields.setUint16(4, VERSION_MAJOR, true);
  fields.setUint16(6, VERSION_MINOR, true);
  fields.setUint32(8, UNKNOWN_LENGTH, true);
  fields.setUint32(12, UNKNOWN_LENGTH, true);
  return block(SHB, fields, text(OPTION.comment, comment), text(OPTION.userappl, application));
}

/** One channel, whose packets have times in nanoseconds. */
export function interfaceDescription(name: string, linkType: number = LINK_TYPE_USER0): Uint8Array {
  const fields = new DataView(new ArrayBuffer(8));
  fields.setUint16(0, linkType, true);
  fields.setUint32(4, NO_SNAPLEN, true);
  return block(IDB, fields, text(OPTION.name, name), option(OPTION.tsresol, Uint8Array.of(NANOSECONDS)));
}

/** One frame. RangeError for a time that is none, or a frame that is longer than the whole of it. */
export function enhancedPacket({ channel, time_ns, direction, octets, whole_octets, comment }: Packet): Uint8Array {
  if (!Number.isSafeInteger(time_ns) || time_ns < 0) throw new RangeError(`time_ns: ${time_ns} is no whole number`);
  if (whole_octets < octets.length) throw new RangeError(`whole_octets: ${whole_octets} of ${octets.length}`);
  const fields = new DataView(new ArrayBuffer(20));
  fields.setUint32(0, channel, true);
  fields.setUint32(4, Math.floor(time_ns / 2 ** 32), true);
  fields.setUint32(8, time_ns >>> 0, true);
  fields.setUint32(12, octets.length, true);
  fields.setUint32(16, whole_octets, true);
  const flags = direction ? [option(OPTION.flags, Uint8Array.of(DIRECTION_BITS[direction], 0, 0, 0))] : [];
  return block(EPB, fields, padded(octets), text(OPTION.comment, comment), ...flags);
}

function block(type: number, fields: DataView, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = concat(new Uint8Array(fields.buffer), ...parts, option(OPTION.end, new Uint8Array(0)));
  const length = le32(body.length + 12);
  return concat(le32(type), length, body, length);
}

function option(code: number, value: Uint8Array): Uint8Array {
  const head = Uint8Array.of(code, 0, value.length & 0xff, value.length >>> 8);
  return concat(head, padded(value));
}

/** Longest value of an option: its length has 16 bits. */
const TEXT_MAX_OCTETS = 0xffff;

/** A longer text is cut, which no reader takes amiss. */
function text(code: number, value: string): Uint8Array {
  return option(code, new TextEncoder().encode(value).subarray(0, TEXT_MAX_OCTETS));
}

function padded(octets: Uint8Array): Uint8Array {
  return concat(octets, new Uint8Array(-octets.length & 3));
}

function le32(value: number): Uint8Array {
  const octets = new Uint8Array(4);
  new DataView(octets.buffer).setUint32(0, value, true);
  return octets;
}
