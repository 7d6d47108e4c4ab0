/**
 * Datagrams of MIS as a capture file that Wireshark reads with its own dissector (UDP port 4551).
 *
 * "a.b.c.d:port" stands as it is. Whoever has another address (of a network in memory, or of IPv6) is shown as 10.21.0.1,
 * 10.21.0.2 ... in the order in which they appear, at MIS's port.
 */

import { type UdpEnd, udpEndOf, udpFrame } from "../capture/udpframe.ts";
import { LINK_TYPE, pcapOf } from "../rsn/pcap.ts";
import { MIS_PORT } from "./transport/port.ts";

export interface Carried {
  /** Since any beginning, 0 or later. */
  readonly time_s: number;
  /** Addresses as a Link writes them. */
  readonly from: string;
  readonly to: string;
  readonly octets: Uint8Array;
}

/** The whole file. @throws RangeError for more octets than a datagram has. */
export function mihPcap(datagrams: readonly Carried[]): Uint8Array {
  const hosts = new Map<string, UdpEnd>();
  const hostOf = (address: string): UdpEnd => {
    const host = hosts.get(address) ?? udpEndOf(address) ?? standIn(hosts.size + 1);
    hosts.set(address, host);
    return host;
  };
  const frames = datagrams.map(({ time_s, from, to, octets }) => ({
    time_s,
    octets: udpFrame(hostOf(from), hostOf(to), octets),
  }));
  return pcapOf(frames, LINK_TYPE.ethernet);
}

function standIn(number: number): UdpEnd {
  return { ip: Uint8Array.of(10, 21, number >>> 8, number & 0xff), port: MIS_PORT };
}
