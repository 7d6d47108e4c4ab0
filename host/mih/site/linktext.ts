/** Links as people write them: `802.11 02:a0:00:00:00:01`, `umts cell 62f21000000107`, `umts imsi-001010000000001`. */

import { toHex } from "../../wire/octets.ts";
import { LINK_TYPE, type LinkId, linkId } from "../wire/values.ts";

const TYPE_OF: Readonly<Record<string, number>> = {
  "802.11": LINK_TYPE.ieee80211,
  "802.3": LINK_TYPE.ethernet,
  "802.16": LINK_TYPE.ieee80216,
  umts: LINK_TYPE.umts,
};

export const LINK_EXAMPLE = "802.11 02:a0:00:00:00:01";

export function linkText({ type, address: { kind, octets } }: LinkId): string {
  const name = Object.keys(TYPE_OF).find((one) => TYPE_OF[one] === type) ?? `type ${type}`;
  if (kind === "MAC") return `${name} ${Array.from(octets, (octet) => toHex(Uint8Array.of(octet))).join(":")}`;
  return kind === "3G cell" ? `${name} cell ${toHex(octets)}` : `${name} ${String.fromCharCode(...octets)}`;
}

/** undefined: no link. */
export function readLinkText(text: string): LinkId | undefined {
  const [name, ...rest] = text.trim().split(/ +/);
  const type = Object.hasOwn(TYPE_OF, name) ? TYPE_OF[name] : undefined;
  const address = type === undefined ? undefined : addressOf(rest, type === LINK_TYPE.umts);
  if (type === undefined || address === undefined) return undefined;
  const link = { type, address };
  try {
    linkId.emit(link);
    return link;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Links of 802 have MAC addresses, those of UMTS a cell or a name. */
function addressOf(words: readonly string[], isUmts: boolean): LinkId["address"] | undefined {
  const [first = "", second = ""] = words;
  if (!isUmts && words.length === 1 && /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(first)) {
    return { kind: "MAC", octets: octetsOf(first.replaceAll(":", "")) };
  }
  if (isUmts && words.length === 2 && first === "cell" && /^[0-9a-f]{14}$/i.test(second)) {
    return { kind: "3G cell", octets: octetsOf(second) };
  }
  return isUmts && words.length === 1 && /^[!-~]+$/.test(first)
    ? { kind: "other", octets: new TextEncoder().encode(first) }
    : undefined;
}

function octetsOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
