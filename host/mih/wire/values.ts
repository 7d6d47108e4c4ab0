/** The data types of IEEE 802.21-2008 annex F that our TLVs hold, and how they stand in octets. */

import { be16, checkNumber, checkOctets, concat, equalOctets, readBe16 } from "../../wire/octets.ts";

/** Both ways between a value and its octets. `read`: undefined for octets that are no such value. */
export interface Codec<T> {
  /** @throws RangeError for what is no such value. */
  emit(value: T): Uint8Array;
  read(octets: Uint8Array): T | undefined;
}

/** That many octets, as they are. */
export function octetString(min: number, max = min): Codec<Uint8Array> {
  return {
    emit(value) {
      checkOctets("octets", value, min, max);
      return value;
    },
    read: (octets) => (octets.length >= min && octets.length <= max ? octets : undefined),
  };
}

/** A number of that many octets, most significant first, up to 6. */
export function unsigned(octets: 1 | 2 | 4 | 6): Codec<number> {
  return {
    emit(value) {
      if (!Number.isInteger(value) || value < 0 || value >= 2 ** (8 * octets)) {
        throw new RangeError(`number: ${value} does not fit into ${octets} octets`);
      }
      const out = new Uint8Array(octets);
      for (let i = octets - 1, rest = value; i >= 0; i--, rest = Math.floor(rest / 256)) out[i] = rest % 256;
      return out;
    },
    read: (value) => (value.length === octets ? value.reduce((sum, octet) => sum * 256 + octet, 0) : undefined),
  };
}

/** MISF_ID: an NAI (RFC 7542) or an NAI-encoded address, 1..253 octets of printable ASCII behind their count. */
export const misfId: Codec<string> = {
  emit(value) {
    const octets = new TextEncoder().encode(value);
    checkOctets("MISF ID", octets, 1, 253);
    if (!isPrintable(octets)) throw new RangeError(`MISF ID: ${JSON.stringify(value)} is not printable ASCII`);
    return concat(Uint8Array.of(octets.length), octets);
  },
  read(octets) {
    const name = octets.subarray(1);
    return octets.length >= 2 && octets.length <= 254 && octets[0] === name.length && isPrintable(name)
      ? String.fromCharCode(...name)
      : undefined;
  },
};

function isPrintable(octets: Uint8Array): boolean {
  return octets.every((octet) => octet > 0x20 && octet < 0x7f);
}

/** LINK_TYPE, IEEE 802.21-2008 table F.4. AMP is IEEE 802.11's. */
export const LINK_TYPE = { ethernet: 15, ieee80211: 19, umts: 23, ieee80216: 27 } as const;

/** LINK_ID: LINK_TYPE and a LINK_ADDR, of which MAC addresses, UMTS cells and other layer 2 addresses are read here. */
export interface LinkId {
  readonly type: number;
  readonly address:
    | { readonly kind: "MAC"; readonly octets: Uint8Array }
    /** PLMN identity (3) ‖ cell identity (4). */
    | { readonly kind: "3G cell"; readonly octets: Uint8Array }
    | { readonly kind: "other"; readonly octets: Uint8Array };
}

/** Of a MAC address: address family 6, "802 (includes all 802 media ...)" (IANA), before its counted octets. */
const FAMILY_802 = 6;
const CHOICE = { MAC: 0, "3G cell": 1, other: 5 } as const;
const MAC_OCTETS = 6;
const CELL_OCTETS = 7;

export const linkId: Codec<LinkId> = {
  emit({ type, address: { kind, octets } }) {
    checkNumber("link type", type, 0, 0xff);
    const head = Uint8Array.of(type, CHOICE[kind]);
    switch (kind) {
      case "MAC":
        checkOctets("MAC address", octets, MAC_OCTETS);
        return concat(head, be16(FAMILY_802), Uint8Array.of(MAC_OCTETS), octets);
      case "3G cell":
        checkOctets("3G cell", octets, CELL_OCTETS);
        return concat(head, octets);
      case "other":
        checkOctets("link address", octets, 1, 127);
        return concat(head, Uint8Array.of(octets.length), octets);
    }
  },
  read(octets) {
    const link = readLinkAt(octets, 0);
    return link?.end === octets.length ? link.value : undefined;
  },
};

/** LIST(LINK_ID): their count, 0..127, and then each. */
export const linkIds: Codec<readonly LinkId[]> = {
  emit(links) {
    if (links.length > 127) throw new RangeError(`links: ${links.length}, where at most 127 are expected`);
    return concat(Uint8Array.of(links.length), ...links.map((link) => linkId.emit(link)));
  },
  read(octets) {
    if (octets.length < 1 || octets[0] > 127) return undefined;
    const links: LinkId[] = [];
    let at = 1;
    for (let count = octets[0]; count > 0; count--) {
      const link = readLinkAt(octets, at);
      if (link === undefined) return undefined;
      links.push(link.value);
      at = link.end;
    }
    return at === octets.length ? links : undefined;
  },
};

function readLinkAt(octets: Uint8Array, at: number): { value: LinkId; end: number } | undefined {
  if (at + 2 > octets.length) return undefined;
  const [type, choice] = [octets[at], octets[at + 1]];
  const cut = (kind: LinkId["address"]["kind"], start: number, length: number) =>
    start + length > octets.length
      ? undefined
      : { value: { type, address: { kind, octets: octets.slice(start, start + length) } }, end: start + length };
  if (choice === CHOICE.MAC) {
    const isMac = at + 5 <= octets.length && readBe16(octets, at + 2) === FAMILY_802 && octets[at + 4] === MAC_OCTETS;
    return isMac ? cut("MAC", at + 5, MAC_OCTETS) : undefined;
  }
  if (choice === CHOICE["3G cell"]) return cut("3G cell", at + 2, CELL_OCTETS);
  const length = octets[at + 2];
  return choice === CHOICE.other && length > 0 && length <= 127 ? cut("other", at + 3, length) : undefined;
}

/** The same link? */
export function isSameLink(a: LinkId, b: LinkId): boolean {
  return a.type === b.type && a.address.kind === b.address.kind && equalOctets(a.address.octets, b.address.octets);
}

/** The link of an AP or a station of IEEE 802.11, AMP's among them. */
export function link80211(mac: Uint8Array): LinkId {
  return { type: LINK_TYPE.ieee80211, address: { kind: "MAC", octets: mac } };
}

/** STATUS, IEEE 802.21-2008 table F.1. */
export const STATUS = {
  success: 0,
  unspecified: 1,
  rejected: 2,
  authorizationFailure: 3,
  networkError: 4,
} as const;
