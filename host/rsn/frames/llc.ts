/** The body of a Data frame: an MSDU of LLC and SNAP headers, AA AA 03 00 00 00 ‖ EtherType(2, BE), and data (RFC 1042). */

import type { Malformed } from "../../wire/malformed.ts";
import { be16, checkNumber, concat, equalOctets, readBe16 } from "../../wire/octets.ts";

export const LLC_OCTETS = 8;

/**
 * EtherTypes. EAPOL: IEEE Std 802.1X-2010, Table 11-1; pre-authentication: 11.1.4. IEEE Std 802-2014, Table 3 has the two for
 * local experiments: a reading is no protocol's, nor are the words about roots (docs/RSN.md section 9).
 */
export const ETHERTYPE = {
  ipv4: 0x0800,
  arp: 0x0806,
  eapol: 0x888e,
  reading: 0x88b5,
  root: 0x88b6,
  preauthentication: 0x88c7,
} as const;

const RFC1042 = Uint8Array.of(0xaa, 0xaa, 0x03, 0x00, 0x00, 0x00);

export interface Msdu {
  readonly etherType: number;
  readonly data: Uint8Array;
}

/** "bad type": another LLC or SNAP header. */
export function parseMsdu(octets: Uint8Array): Msdu | Malformed {
  if (octets.length < LLC_OCTETS) return "too short";
  if (!equalOctets(octets.subarray(0, RFC1042.length), RFC1042)) return "bad type";
  return { etherType: readBe16(octets, RFC1042.length), data: octets.slice(LLC_OCTETS) };
}

/** @throws RangeError for an EtherType of more than 16 bits. */
export function emitMsdu({ etherType, data }: Msdu): Uint8Array {
  checkNumber("etherType", etherType, 0, 0xffff);
  return concat(RFC1042, be16(etherType), data);
}
