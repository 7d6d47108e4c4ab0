/** The pairwise key hierarchy (IEEE Std 802.11-2020, 12.7.1.2, 12.7.1.3, 12.7.1.6.2). */

import { kdfSha256 } from "../../crypto/kdf.ts";
import { checkOctets, compareOctets, concat } from "../../wire/octets.ts";
import type { RsnCrypto } from "./crypto.ts";
import type { Suite } from "./suites.ts";

export const PMK_OCTETS = 32;
const PTK_OCTETS = 48;
const PMKID_OCTETS = 16;
const LABEL = "Pairwise key expansion";
const PMKID_LABEL = ascii("PMK Name");

/** The three parts of a PTK, 16 octets each, the owner's to wipe. */
export interface Ptk {
  /** Key confirmation: the MIC of EAPOL-Key. */
  readonly kck: Uint8Array;
  /** Key encryption: wraps Key Data. */
  readonly kek: Uint8Array;
  /** Temporal: CCMP. */
  readonly tk: Uint8Array;
}

export interface PtkInputs {
  readonly aa: Uint8Array;
  readonly spa: Uint8Array;
  readonly aNonce: Uint8Array;
  readonly sNonce: Uint8Array;
}

/**
 *     PTK = PRF-384(PMK, "Pairwise key expansion", Min(AA,SPA) ‖ Max(AA,SPA) ‖ Min(ANonce,SNonce) ‖ Max(ANonce,SNonce))
 *         = KCK(16) ‖ KEK(16) ‖ TK(16)
 *
 * with KDF-SHA-256-384 in place of the PRF for the suites with SHA-256.
 * @throws RangeError for an input of the wrong length.
 */
export function derivePtk(crypto: RsnCrypto, { hash }: Suite, pmk: Uint8Array, inputs: PtkInputs): Ptk {
  const { aa, spa, aNonce, sNonce } = inputs;
  checkOctets("pmk", pmk, PMK_OCTETS);
  checkOctets("aa", aa, 6);
  checkOctets("spa", spa, 6);
  checkOctets("aNonce", aNonce, 32);
  checkOctets("sNonce", sNonce, 32);
  const context = concat(...inOrder(aa, spa), ...inOrder(aNonce, sNonce));
  const ptk =
    hash === "SHA-1"
      ? prf(crypto, pmk, LABEL, context, PTK_OCTETS)
      : kdfSha256((key, message) => crypto.hmac(key, message), pmk, LABEL, context, PTK_OCTETS * 8);
  const parts = { kck: ptk.slice(0, 16), kek: ptk.slice(16, 32), tk: ptk.slice(32, 48) };
  ptk.fill(0);
  return parts;
}

/** KCK, KEK and TK are all of a PTK. */
export function wipePtk({ kck, kek, tk }: Ptk): void {
  kck.fill(0);
  kek.fill(0);
  tk.fill(0);
}

/** PMKID = first 16 octets of HMAC(PMK, "PMK Name" ‖ AA ‖ SPA), with the hash of the suite. */
export function pmkidOf(
  crypto: RsnCrypto,
  { hash }: Suite,
  pmk: Uint8Array,
  aa: Uint8Array,
  spa: Uint8Array,
): Uint8Array {
  const message = concat(PMKID_LABEL, aa, spa);
  const full = hash === "SHA-1" ? crypto.hmacSha1(pmk, message) : crypto.hmac(pmk, message);
  return full.slice(0, PMKID_OCTETS);
}

/** PRF(K, A, B) = HMAC-SHA-1(K, A ‖ 00 ‖ B ‖ i), i = 00, 01, ... one after the other (12.7.1.2), so many octets of it. */
export function prf(
  crypto: RsnCrypto,
  key: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Uint8Array {
  const octets = new Uint8Array(length);
  for (let i = 0, at = 0; at < length; i++) {
    const block = crypto.hmacSha1(key, concat(ascii(label), Uint8Array.of(0), context, Uint8Array.of(i)));
    octets.set(block.subarray(0, length - at), at);
    at += block.length;
    block.fill(0);
  }
  return octets;
}

function inOrder(a: Uint8Array, b: Uint8Array): readonly Uint8Array[] {
  return compareOctets(a, b) < 0 ? [a, b] : [b, a];
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
