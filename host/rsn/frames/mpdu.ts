/**
 * An MPDU without its FCS (IEEE Std 802.11-2020, 9.2.3 and 9.3.2.1.1): no QoS, no HT, no address 4.
 *
 *     0                      2            4       10      16      22                  24
 *     Frame Control(2, LE)   Duration(2)  A1(6)   A2(6)   A3(6)   Sequence Ctl(2,LE)  body
 */

import type { Malformed } from "../../wire/malformed.ts";
import { checkNumber, checkOctets, concat, le16, readLe16 } from "../../wire/octets.ts";

export const HEADER_OCTETS = 24;
export const ADDRESS_OCTETS = 6;
/** Behind the body on the air, 9.2.4.8; no frame here has it. */
export const FCS_OCTETS = 4;

/** Subtype, type and protocol version of each kind of frame that an RSN needs: the first octet of Frame Control, Table 9-1. */
export const KIND = {
  "Association Request": 0x00,
  "Association Response": 0x10,
  "Reassociation Request": 0x20,
  "Reassociation Response": 0x30,
  "Probe Response": 0x50,
  Beacon: 0x80,
  Disassociation: 0xa0,
  Authentication: 0xb0,
  Deauthentication: 0xc0,
  Data: 0x08,
} as const;

export type Kind = keyof typeof KIND;

const KIND_OF = new Map<number, Kind>(Object.entries(KIND).map(([kind, octet]) => [octet, kind as Kind]));

/** The second octet of Frame Control, 9.2.4.1. */
export const FLAG = {
  toDs: 0x01,
  fromDs: 0x02,
  moreFragments: 0x04,
  retry: 0x08,
  powerManagement: 0x10,
  moreData: 0x20,
  protected: 0x40,
  order: 0x80,
} as const;

/** The low four bits of Sequence Control, 9.2.4.4. */
const FRAGMENT_NUMBER = 0x000f;

const ALL_ONES = new Uint8Array(ADDRESS_OCTETS).fill(0xff);

export interface Mpdu {
  readonly kind: Kind;
  /** The second octet of Frame Control, of FLAG. */
  readonly flags: number;
  /** The receiver. */
  readonly a1: Uint8Array;
  /** The transmitter. */
  readonly a2: Uint8Array;
  readonly a3: Uint8Array;
  /** Sequence Control, 16 bits. */
  readonly sequence: number;
  readonly body: Uint8Array;
}

/** Any octets as an MPDU. "bad type": none of KIND, or a fragment (Assumption: nobody sends an MSDU in fragments). */
export function parseMpdu(octets: Uint8Array): Mpdu | Malformed {
  if (octets.length < HEADER_OCTETS) return "too short";
  const kind = KIND_OF.get(octets[0]);
  const flags = octets[1];
  const sequence = readLe16(octets, 22);
  if (kind === undefined || flags & FLAG.moreFragments || sequence & FRAGMENT_NUMBER) return "bad type";
  return {
    kind,
    flags,
    a1: octets.slice(4, 10),
    a2: octets.slice(10, 16),
    a3: octets.slice(16, 22),
    sequence,
    body: octets.slice(HEADER_OCTETS),
  };
}

/** @throws RangeError for an address that has not 6 octets, and for a number that its field does not hold. */
export function emitMpdu(mpdu: Mpdu): Uint8Array {
  return concat(emitHeader(mpdu), mpdu.body);
}

/** Its header alone, Duration 0: that is the radio's to set. */
function emitHeader({ kind, flags, a1, a2, a3, sequence }: Omit<Mpdu, "body">): Uint8Array {
  checkOctets("a1", a1, ADDRESS_OCTETS);
  checkOctets("a2", a2, ADDRESS_OCTETS);
  checkOctets("a3", a3, ADDRESS_OCTETS);
  checkNumber("flags", flags, 0, 0xff);
  checkNumber("sequence", sequence, 0, 0xffff);
  return concat(Uint8Array.of(KIND[kind], flags), le16(0), a1, a2, a3, le16(sequence));
}

/** Is it addressed to more than one (the group bit, IEEE Std 802-2014, 8.2)? */
export function isGroupAddress(address: Uint8Array): boolean {
  return (address[0] & 1) === 1;
}

/** FF-FF-FF-FF-FF-FF, a copy. */
export function broadcastAddress(): Uint8Array {
  return ALL_ONES.slice();
}
