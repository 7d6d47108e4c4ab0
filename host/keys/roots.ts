/**
 * From a root to all that is made of it (PROTOCOL.md sections 1 and 6): an AP's PMKs, and the update of the root itself.
 * Every result is 8, 16 or 32 octets of its own, the caller's to wipe.
 */

import type { Crypto } from "../crypto/crypto.ts";
import { concat } from "../wire/octets.ts";
import type { UpdateRecord } from "./store.ts";

/** Of a root, a PMK and the service master key. */
export const KEY_OCTETS = 32;

const NOTHING = new Uint8Array(0);
/** Of Modifier'. */
export const MODIFIER_PRIME_OCTETS = 16;
const T_OCTETS = 8;
const PROOF_OCTETS = 8;

/** The two ends that a PMK is for. */
interface Ends {
  readonly aa: Uint8Array;
  readonly spa: Uint8Array;
}

/** PMK = KDF-256(root_g, "AMP PMK", Modifier ‖ AA ‖ SPA); without a Modifier, in direct mode, it is the root. */
export function pmkOf(
  crypto: Crypto,
  root: Uint8Array,
  modifier: Uint8Array | undefined,
  { aa, spa }: Ends,
): Uint8Array {
  return modifier === undefined ? root.slice() : crypto.kdf256(root, "AMP PMK", concat(modifier, aa, spa));
}

/** The generation after this one: an octet, which wraps. */
export function nextGeneration(generation: number): number {
  return (generation + 1) & 0xff;
}

/** Modifier' = first 16 octets of KDF-256(service master key, "AMP update modifier", generation ‖ SPA). */
export function modifierPrimeOf(crypto: Crypto, master: Uint8Array, generation: number, spa: Uint8Array): Uint8Array {
  const context = concat(Uint8Array.of(generation), spa);
  return crypto.kdf256(master, "AMP update modifier", context).subarray(0, MODIFIER_PRIME_OCTETS);
}

/** What an update is besides the root that it starts from. */
interface UpdateInputs {
  /** undefined: EAP made the new root, and no Modifier' is in the context. */
  readonly modifierPrime: Uint8Array | undefined;
  /** The new one. */
  readonly generation: number;
  readonly spa: Uint8Array;
}

/**
 * T = first 8 octets of KDF-256(root_g, "AMP root auth", Modifier' ‖ generation ‖ SPA); of a root that EAP made it is
 * KDF-256(that root, "AMP root auth", generation ‖ SPA).
 */
export function authenticatorOf(crypto: Crypto, root: Uint8Array, inputs: UpdateInputs): Uint8Array {
  return crypto.kdf256(root, "AMP root auth", contextOf(inputs)).subarray(0, T_OCTETS);
}

/** root_{g+1} = KDF-256(root_g, "AMP root update", Modifier' ‖ generation ‖ SPA). */
export function rootAfter(crypto: Crypto, root: Uint8Array, inputs: UpdateInputs): Uint8Array {
  return crypto.kdf256(root, "AMP root update", contextOf(inputs));
}

/** The root that an update leads to, from the one before it: what follows from a Modifier', or what EAP made. */
export function rootBy(crypto: Crypto, before: Uint8Array, update: UpdateRecord, spa: Uint8Array): Uint8Array {
  const { generation, modifierPrime, root } = update;
  return root && !modifierPrime ? root.slice() : rootAfter(crypto, before, { modifierPrime, generation, spa });
}

/** proof = first 8 octets of KDF-256(root of that generation, "AMP root proof", generation ‖ SPA). */
export function proofOf(crypto: Crypto, root: Uint8Array, generation: number, spa: Uint8Array): Uint8Array {
  return crypto.kdf256(root, "AMP root proof", concat(Uint8Array.of(generation), spa)).subarray(0, PROOF_OCTETS);
}

function contextOf({ modifierPrime, generation, spa }: UpdateInputs): Uint8Array {
  return concat(modifierPrime ?? NOTHING, Uint8Array.of(generation), spa);
}
