/** AMP's addresses as 802.21 names links, and what a serving AP tells the next one of a station beside its key. */

import { equalOctets } from "../../wire/octets.ts";
import { LINK_TYPE, type LinkId } from "../wire/values.ts";

/** The SPA or AA of an AMP link; undefined: a link of another kind. */
export function macOf({ type, address }: LinkId): Uint8Array | undefined {
  return type === LINK_TYPE.ieee80211 && address.kind === "MAC" ? address.octets : undefined;
}

export function isLinkOf(link: LinkId, mac: Uint8Array): boolean {
  const octets = macOf(link);
  return octets !== undefined && equalOctets(octets, mac);
}

/** First octet of the LLInformation; frames of an EAP relay begin with 1 or 2, the version of EAPOL. */
const ROOT_GENERATION = 0xa9;

/**
 * LLInformation: 0xA9 ‖ generation, of the root under which the station answers its serving AP. Assumption: 802.21 leaves
 * to the link layer what stands in it.
 */
export function emitGeneration(generation: number): Uint8Array {
  return Uint8Array.of(ROOT_GENERATION, generation);
}

/** 0..255; undefined: octets that say something else. */
export function readGeneration(octets: Uint8Array): number | undefined {
  return octets.length === 2 && octets[0] === ROOT_GENERATION ? octets[1] : undefined;
}
