/**
 * A datagram as an Ethernet frame without FCS, for captures of networks that are none, or whose frames nobody has seen:
 *
 *     destination(6) source(6) type(2) │ IPv4 header(20) │ UDP: source destination length checksum (2 each) │ datagram
 */

import { be16, checkLength, concat } from "../wire/octets.ts";

const ETHERTYPE_IPV4 = 0x0800;
const IPV4_OCTETS = 20;
const UDP_OCTETS = 8;
const PROTOCOL_UDP = 17;
const TTL = 64;
/** What an IPv4 packet has room for. */
const DATAGRAM_MAX = 0xffff - IPV4_OCTETS - UDP_OCTETS;

/** One end of UDP. */
export interface UdpEnd {
  /** IPv4, 4 octets. */
  readonly ip: Uint8Array;
  readonly port: number;
}

/** "a.b.c.d:port"; undefined: an address of another kind. */
export function udpEndOf(address: string): UdpEnd | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3}):(\d{1,5})$/.exec(address)?.slice(1).map(Number);
  if (!parts?.every((part, i) => part <= (i < 4 ? 0xff : 0xffff))) return undefined;
  return { ip: Uint8Array.from(parts.slice(0, 4)), port: parts[4] };
}

/** @throws RangeError for more octets than a datagram has. */
export function udpFrame(from: UdpEnd, to: UdpEnd, octets: Uint8Array): Uint8Array {
  checkLength("datagram", octets.length, 0, DATAGRAM_MAX);
  // A checksum of zero: none was made (RFC 768).
  const udp = [from.port, to.port, UDP_OCTETS + octets.length, 0].map(be16);
  return concat(
    macOf(to),
    macOf(from),
    be16(ETHERTYPE_IPV4),
    ipv4Header(from, to, UDP_OCTETS + octets.length),
    ...udp,
    octets,
  );
}

/** Locally administered, of the IP address. */
function macOf({ ip }: UdpEnd): Uint8Array {
  return concat(Uint8Array.of(2, 0), ip);
}

/** RFC 791 3.1: version 4, five words, no options. */
function ipv4Header(from: UdpEnd, to: UdpEnd, octets: number): Uint8Array {
  const head = concat(
    Uint8Array.of(0x45, 0),
    be16(IPV4_OCTETS + octets),
    Uint8Array.of(0, 0, 0, 0, TTL, PROTOCOL_UDP, 0, 0),
    from.ip,
    to.ip,
  );
  const view = new DataView(head.buffer);
  let sum = 0;
  for (let at = 0; at < IPV4_OCTETS; at += 2) sum += view.getUint16(at);
  // Both carries of 16-bit one's complement addition; ten words make no third.
  sum = (sum & 0xffff) + (sum >>> 16);
  sum = (sum & 0xffff) + (sum >>> 16);
  view.setUint16(10, ~sum & 0xffff);
  return head;
}
