/** Where the root of a device came from, as its key service remembers it. */

const SIMPLE = ["psk", "eap-psk", "senaa"] as const;
const SCHEME_PREFIX = "802.21 ";
/** Octets that the name of an IEEE 802.21 scheme may have. */
export const SCHEME_OCTETS_MAX = 32;

/**
 * psk: put in at manufacture, and what updates by Modifier' have made of it; eap-psk: made by EAP, in an RSN association;
 * 802.21 and a scheme: distributed by that scheme of IEEE 802.21; senaa: by SeNAA.
 */
export type Origin = (typeof SIMPLE)[number] | `802.21 ${string}`;

/** Is it one, "802.21" with the name of its scheme in lower case letters, digits and hyphens? */
export function isOrigin(text: string): text is Origin {
  if ((SIMPLE as readonly string[]).includes(text)) return true;
  const scheme = schemeOf(text);
  return scheme !== undefined && scheme.length <= SCHEME_OCTETS_MAX && /^[a-z0-9-]+$/.test(scheme);
}

/** What a person may write, for a message. */
export const ORIGINS_TEXT = "psk, eap-psk, senaa, or 802.21 and the name of its scheme";

/** The scheme behind "802.21 "; undefined for every other origin. */
export function schemeOf(origin: string): string | undefined {
  return origin.startsWith(SCHEME_PREFIX) ? origin.slice(SCHEME_PREFIX.length) : undefined;
}
