/**
 * Ethernet frames without FCS (IEEE Std 802.3-2018, 3.1.1 and 3.2.6), as the wire behind an AP carries them:
 *
 *     DA(6) ‖ SA(6) ‖ EtherType(2, BE) ‖ data
 *
 * Deviation: no VLAN tags; a tagged frame has the EtherType of its tag, and is nobody's here.
 */

import type { Malformed } from "../../wire/malformed.ts";
import { be16, checkNumber, checkOctets, concat, readBe16 } from "../../wire/octets.ts";
import { ADDRESS_OCTETS } from "./mpdu.ts";

export const ETHERNET_HEADER_OCTETS = 14;
/** 3.2.6: a smaller number is the length of an LLC frame. */
const ETHERTYPE_MIN = 0x0600;

export interface Ethernet {
  readonly da: Uint8Array;
  readonly sa: Uint8Array;
  readonly etherType: number;
  /** With the padding of a short frame, if it has any. */
  readonly data: Uint8Array;
}

/** "bad type": it has a length where an EtherType is expected. */
export function parseEthernet(octets: Uint8Array): Ethernet | Malformed {
  if (octets.length < ETHERNET_HEADER_OCTETS) return "too short";
  const etherType = readBe16(octets, 2 * ADDRESS_OCTETS);
  if (etherType < ETHERTYPE_MIN) return "bad type";
  return {
    da: octets.slice(0, ADDRESS_OCTETS),
    sa: octets.slice(ADDRESS_OCTETS, 2 * ADDRESS_OCTETS),
    etherType,
    data: octets.slice(ETHERNET_HEADER_OCTETS),
  };
}

/** Not padded: that is the interface's. @throws RangeError for what its field does not hold. */
export function emitEthernet({ da, sa, etherType, data }: Ethernet): Uint8Array {
  checkOctets("da", da, ADDRESS_OCTETS);
  checkOctets("sa", sa, ADDRESS_OCTETS);
  checkNumber("etherType", etherType, ETHERTYPE_MIN, 0xffff);
  return concat(da, sa, be16(etherType), data);
}
