/** A capture file, as tcpdump and Wireshark read it (draft-ietf-opsawg-pcap): microseconds, little-endian. */

import { concat } from "../wire/octets.ts";

const MAGIC_US = 0xa1b2c3d4;
const VERSION_MAJOR = 2;
const VERSION_MINOR = 4;
const SNAPLEN_OCTETS = 65_535;

/**
 * LINKTYPE_ETHERNET: frames without FCS; LINKTYPE_IEEE802_11 and LINKTYPE_IEEE802_11_RADIOTAP: MPDUs without FCS, alone or
 * behind a radiotap header.
 */
export const LINK_TYPE = { ethernet: 1, ieee80211: 105, radiotap: 127 } as const;

/** Version 0, 8 octets, and no field present. */
const EMPTY_RADIOTAP = Uint8Array.of(0, 0, 8, 0, 0, 0, 0, 0);

export interface Captured {
  /** Since any beginning, 0 or later. */
  readonly time_s: number;
  readonly octets: Uint8Array;
}

/** The whole file. */
export function pcapOf(frames: readonly Captured[], linkType: (typeof LINK_TYPE)[keyof typeof LINK_TYPE]): Uint8Array {
  const header = new DataView(new ArrayBuffer(24));
  header.setUint32(0, MAGIC_US, true);
  header.setUint16(4, VERSION_MAJOR, true);
  header.setUint16(6, VERSION_MINOR, true);
  header.setUint32(16, SNAPLEN_OCTETS, true);
  header.setUint32(20, linkType, true);
  const before = linkType === LINK_TYPE.radiotap ? EMPTY_RADIOTAP : new Uint8Array(0);
  const records = frames.map(({ time_s, octets }) => record(time_s, concat(before, octets)));
  return concat(new Uint8Array(header.buffer), ...records);
}

function record(time_s: number, octets: Uint8Array): Uint8Array {
  const time_us = Math.round(time_s * 1e6);
  const head = new DataView(new ArrayBuffer(16));
  head.setUint32(0, Math.floor(time_us / 1e6), true);
  head.setUint32(4, time_us % 1e6, true);
  head.setUint32(8, octets.length, true);
  head.setUint32(12, octets.length, true);
  return concat(new Uint8Array(head.buffer), octets);
}
