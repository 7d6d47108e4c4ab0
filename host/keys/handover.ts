/**
 * What follows from the K of a handover (docs/PROTOCOL.md section 9), on the side of the two APs and of whoever makes K; and
 * the key that K is wrapped with where the serving AP is not to learn it. Every result is the caller's to wipe.
 */

import type { Crypto } from "../crypto/crypto.ts";
import { checkOctets, concat } from "../wire/octets.ts";
import { MODIFIER_OCTETS } from "../wire/trigger.ts";
import { checkAddress } from "./address.ts";
import { KEY_OCTETS } from "./roots.ts";

/** Of the K that both APs may know, and of one that is wrapped. */
const K_OCTETS = KEY_OCTETS;
const WRAPPED_K_OCTETS = 16;
const DEVICE_KEY_OCTETS = 16;

/**
 * PMK_T = KDF-256(K, "AMP handover PMK", AA_T ‖ SPA): 32 octets from a K of 32, or of 16 that came wrapped.
 * @throws RangeError naming the parameter.
 */
export function handoverPmk(crypto: Crypto, K: Uint8Array, aaT: Uint8Array, spa: Uint8Array): Uint8Array {
  return crypto.kdf256(checkedKey(K), "AMP handover PMK", endsOf(aaT, spa));
}

/**
 * name = first 8 octets of KDF-256(K, "AMP handover name", AA_T ‖ SPA): what the next AP's M1 has as its Modifier.
 * @throws RangeError naming the parameter.
 */
export function handoverName(crypto: Crypto, K: Uint8Array, aaT: Uint8Array, spa: Uint8Array): Uint8Array {
  return crypto.kdf256(checkedKey(K), "AMP handover name", endsOf(aaT, spa)).slice(0, MODIFIER_OCTETS);
}

/**
 * DK = first 16 octets of KDF-256(root_g, "AMP device key", SPA): the key of the station's own leaf in the group manager's
 * tree, of its newest generation.
 * @throws RangeError naming the parameter.
 */
export function deviceKey(crypto: Crypto, root: Uint8Array, spa: Uint8Array): Uint8Array {
  checkOctets("root", root, KEY_OCTETS);
  checkAddress("spa", spa);
  const derived = crypto.kdf256(root, "AMP device key", spa);
  const key = derived.slice(0, DEVICE_KEY_OCTETS);
  derived.fill(0);
  return key;
}

function checkedKey(K: Uint8Array): Uint8Array {
  if (K.length !== WRAPPED_K_OCTETS) checkOctets("K", K, K_OCTETS);
  return K;
}

function endsOf(aaT: Uint8Array, spa: Uint8Array): Uint8Array {
  checkAddress("aaT", aaT);
  checkAddress("spa", spa);
  return concat(aaT, spa);
}
