/** Is a Device-Identifier true, as far as the packet that it came in shows (004-S7)? */

import { BlockList } from "node:net";
import { equalOctets } from "../../wire/octets.ts";
import { DEVICE_ID_TYPE, type DeviceId } from "../wire/deviceid.ts";

const EUI48_OCTETS = 6;
const IPV6_GROUPS = 8;

/** "host:port" or "[host]:port", as links have it; undefined: a name of another kind of network. */
export function hostOf(source: string): string | undefined {
  return /^(?:\[([^\]]+)\]|([^:]+)):\d+$/.exec(source)?.slice(1).find(Boolean);
}

/**
 * What one subscriber has to himself: an IPv4 address, or the first 64 bits of one of IPv6 (RFC 4291 2.5.4). Of a name that is none
 * the name.
 */
export function networkOf(source: string): string {
  const host = hostOf(source);
  if (!host?.includes(":")) return host ?? source;
  const [before, behind] = host
    .replace(/%.*$/, "")
    .split("::")
    .map((part) => part.split(":").filter(Boolean));
  const zeros = behind ? new Array(Math.max(0, IPV6_GROUPS - before.length - behind.length)).fill("0") : [];
  const groups = [...before, ...zeros, ...(behind ?? [])];
  return groups
    .slice(0, IPV6_GROUPS / 2)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}

/**
 * Is it the address that the request came from, and no other? One at least: a device without any address of its own cannot be told
 * so. At most one EUI-48 with it, which is the user's word: no packet of IP shows it.
 */
export function isFrom(source: string, deviceIds: readonly DeviceId[]): boolean {
  const host = hostOf(source);
  const addresses = deviceIds.filter(({ type }) => type === DEVICE_ID_TYPE.ipv4 || type === DEVICE_ID_TYPE.ipv6);
  const others = deviceIds.filter(({ type }) => type === DEVICE_ID_TYPE.eui48);
  if (host === undefined || addresses.length === 0 || others.length > 1) return false;
  return addresses.every((id) => isAddress(id, host));
}

/** The first EUI-48; zeros if there is none. */
export function eui48Of(deviceIds: readonly DeviceId[]): Uint8Array {
  return deviceIds.find(({ type }) => type === DEVICE_ID_TYPE.eui48)?.value ?? new Uint8Array(EUI48_OCTETS);
}

/** The same, in the same order. */
export function areSame(a: readonly DeviceId[], b: readonly DeviceId[]): boolean {
  return a.length === b.length && a.every((id, i) => id.type === b[i].type && equalOctets(id.value, b[i].value));
}

function isAddress({ type, value }: DeviceId, host: string): boolean {
  if (type !== DEVICE_ID_TYPE.ipv4 && type !== DEVICE_ID_TYPE.ipv6) return false;
  const family = type === DEVICE_ID_TYPE.ipv4 ? "ipv4" : "ipv6";
  if ((family === "ipv6") !== host.includes(":")) return false;
  const text =
    family === "ipv4"
      ? value.join(".")
      : Array.from({ length: 8 }, (_, i) => ((value[2 * i] << 8) | value[2 * i + 1]).toString(16)).join(":");
  // The system's own comparison: an IPv6 address is written in many ways.
  const list = new BlockList();
  list.addAddress(text, family);
  try {
    return list.check(host, family);
  } catch {
    return false;
  }
}
