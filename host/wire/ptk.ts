/** From a PMK to the keys of one session (PROTOCOL.md section 1). */

import type { Crypto } from "../crypto/crypto.ts";
import { compareOctets, concat } from "./octets.ts";

/** 16 octets each: the halves of PTK. */
export interface SessionKeys {
  /** Authenticates frames that are not encrypted. */
  readonly kck: Uint8Array;
  /** Encrypts and authenticates those that are. */
  readonly tk: Uint8Array;
}

const KEY_OCTETS = 16;

/** What a PTK is made of beside the PMK. */
interface PtkInputs {
  readonly aa: Uint8Array;
  readonly spa: Uint8Array;
  readonly aNonce: Uint8Array;
  readonly sNonce: Uint8Array;
}

/**
 * PTK = KDF-256(PMK, "AMP PTK", Min(AA,SPA) ‖ Max(AA,SPA) ‖ Min(ANonce,SNonce) ‖ Max(ANonce,SNonce)),
 * KCK = L(PTK,0,128), TK = L(PTK,128,128): motion 64's inputs in the order of IEEE Std 802.11-2020 12.7.1.3.
 */
export function deriveSessionKeys(crypto: Crypto, pmk: Uint8Array, inputs: PtkInputs): SessionKeys {
  const { aa, spa, aNonce, sNonce } = inputs;
  const context = concat(min(aa, spa), max(aa, spa), min(aNonce, sNonce), max(aNonce, sNonce));
  const ptk = crypto.kdf256(pmk, "AMP PTK", context);
  // Views, so that there is no third copy to be wiped.
  return { kck: ptk.subarray(0, KEY_OCTETS), tk: ptk.subarray(KEY_OCTETS) };
}

function min(a: Uint8Array, b: Uint8Array): Uint8Array {
  return compareOctets(a, b) <= 0 ? a : b;
}

function max(a: Uint8Array, b: Uint8Array): Uint8Array {
  return compareOctets(a, b) <= 0 ? b : a;
}
