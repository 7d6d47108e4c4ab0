/**
 * A story as one pcapng file: the network between access points, the air of 802.11, and the air of AMP, each an interface with
 * its own link type. Wireshark needs to be told that UDP port 7161 is Diameter, and tools/wireshark/amp.lua.
 */

import { enhancedPacket, interfaceDescription, LINK_TYPE_USER0, sectionHeader } from "../capture/pcapng.ts";
import { type UdpEnd, udpEndOf, udpFrame } from "../capture/udpframe.ts";
import { wholeOf } from "../capture/whole.ts";
import { LINK_TYPE } from "../rsn/pcap.ts";
import { concat } from "../wire/octets.ts";
import type { Story } from "./story.ts";
import type { Rung, Way } from "./telling.ts";

const INTERFACES = [
  ["network", LINK_TYPE.ethernet],
  ["802.11", LINK_TYPE.ieee80211],
  ["AMP", LINK_TYPE_USER0],
] as const;
const INTERFACE_OF: Readonly<Record<Way, number>> = { SeNAA: 0, "802.21": 0, "802.11": 1, AMP: 2 };

/** The whole file. `application`: who writes it. */
export function captureOf({ scheme, scenario, rungs }: Story, application: string): Uint8Array {
  const comment = `story, seed ${scenario.seed}, scheme ${scheme}; times are virtual, from 0 s`;
  return concat(
    sectionHeader(application, comment),
    ...INTERFACES.map(([name, linkType]) => interfaceDescription(name, linkType)),
    ...rungs.map(packetOf),
  );
}

function packetOf(rung: Rung): Uint8Array {
  const { way, time_s, from, chapter, name, fate } = rung;
  const octets = octetsOf(rung);
  return enhancedPacket({
    channel: INTERFACE_OF[way],
    time_ns: Math.round(time_s * 1e9),
    direction: way === "AMP" ? (from === "station" ? "up" : "down") : undefined,
    octets,
    whole_octets: way === "AMP" ? Math.max(octets.length, wholeOf(octets).octets) : octets.length,
    comment: `${chapter}: ${name} of ${from}${fate === undefined ? "" : `; ${fate}`}`,
  });
}

function octetsOf({ ends, octets }: Rung): Uint8Array {
  if (!ends) return octets;
  const [from, to] = [ends.from, ends.to].map(udpEndOf) as [UdpEnd, UdpEnd];
  return udpFrame(from, to, octets);
}
