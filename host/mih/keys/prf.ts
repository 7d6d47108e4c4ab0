/**
 * The one pseudo-random function of IEEE 802.21 here: SP 800-108 (revision 1, clause 4.1) in counter mode over HMAC-SHA-256,
 *
 *     K(i) = HMAC-SHA-256(key, Label ‖ BE32(i) ‖ BE16(|part 1|) ‖ part 1 ‖ ... ‖ BE32(L)),   i = 1, 2, ...
 *     PRF  = leftmost L bits of K(1) ‖ K(2) ‖ ...
 *
 * Assumption: 802.21 leaves the function to the parties, and the seed complains of what they take (003-C8). Assumption: every
 * part goes behind its length, as MISF IDs and link identifiers of any length would otherwise run into each other (003-C9). A
 * label is of printable ASCII, so the first octet of the counter, always 0, ends it.
 */

import type { Crypto } from "../../crypto/crypto.ts";
import { be16, checkLength, checkOctets, concat } from "../../wire/octets.ts";

export type PrfCrypto = Pick<Crypto, "hmac">;

const HASH_OCTETS = 32;
/** So that the top octet of the counter stays 0. */
const PRF_OCTETS_MAX = 255 * HASH_OCTETS;
const LABEL = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/;

/**
 * `octets` of them, 1 to 8160, the caller's to wipe.
 * @throws RangeError for a label that is no printable ASCII, a part above 65,535 octets, or an empty key.
 */
export function prf(
  crypto: PrfCrypto,
  key: Uint8Array,
  label: string,
  parts: readonly Uint8Array[],
  octets: number,
): Uint8Array {
  checkLength("octets", octets, 1, PRF_OCTETS_MAX);
  checkOctets("key", key, 1, 0xffff);
  if (!LABEL.test(label)) throw new RangeError(`label: ${JSON.stringify(label)} is not printable ASCII`);
  const context = concat(...parts.map(prefixed), be32(8 * octets));
  const derived = new Uint8Array(octets);
  for (let i = 1, at = 0; at < octets; i++, at += HASH_OCTETS) {
    const block = crypto.hmac(key, concat(new TextEncoder().encode(label), be32(i), context));
    derived.set(block.subarray(0, octets - at), at);
    block.fill(0);
  }
  return derived;
}

function prefixed(part: Uint8Array): Uint8Array {
  checkOctets("part", part, 0, 0xffff);
  return concat(be16(part.length), part);
}

function be32(value: number): Uint8Array {
  return concat(be16(value >>> 16), be16(value & 0xffff));
}
