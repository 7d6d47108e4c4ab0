/** The key hierarchy of PROTOCOL 1 and 6: each key with the message that its KDF is fed. Labels are the profile's. */
import { ascii, bigEndian, concat, minMax } from "./bytes.ts";
import type { Profile } from "./frames.ts";
import { type Midstates, midstates } from "./hmac.ts";
import { kdf256 } from "./kdf.ts";
import { sha256 } from "./sha256.ts";

/** Label and context of one KDF-256 call; kept apart from the call so that vectors can show them. */
export interface KdfInput {
  readonly label: string;
  readonly context: Uint8Array;
}

/** KDF-256(key, label, context). */
export function derive(key: Midstates, input: KdfInput): Uint8Array {
  return kdf256(key, input.label, input.context);
}

/** PMK = KDF-256(root, "AMP PMK", Modifier ‖ AA ‖ SPA). */
export function pmkInput(modifier: Uint8Array, aa: Uint8Array, spa: Uint8Array): KdfInput {
  return { label: "AMP PMK", context: concat(modifier, aa, spa) };
}

/** The PMK as an HMAC key; without a Modifier (direct mode) it is the root. */
export function pmkOf(root: Midstates, modifier: Uint8Array | null, aa: Uint8Array, spa: Uint8Array): Midstates {
  return modifier === null ? root : midstates(derive(root, pmkInput(modifier, aa, spa)));
}

/** PTK = KDF-256(PMK, "AMP PTK", Min(AA,SPA) ‖ Max(AA,SPA) ‖ Min(ANonce,SNonce) ‖ Max(ANonce,SNonce)). */
export function ptkInput(aa: Uint8Array, spa: Uint8Array, aNonce: Uint8Array, sNonce: Uint8Array): KdfInput {
  return { label: "AMP PTK", context: concat(minMax(aa, spa), minMax(aNonce, sNonce)) };
}

/** KCK = L(PTK, 0, 128), TK = L(PTK, 128, 128). */
export function splitPtk(ptk: Uint8Array): { kck: Uint8Array; tk: Uint8Array } {
  return { kck: ptk.slice(0, 16), tk: ptk.slice(16, 32) };
}

/** "AMP SNonce" ‖ entropy(32) ‖ SPA ‖ BE32(boot counter) ‖ BE16(n). PROTOCOL 4a, R2. */
export function sNonceMessage(entropy: Uint8Array, spa: Uint8Array, bootCounter: number, n: number): Uint8Array {
  return concat(ascii("AMP SNonce"), entropy, spa, bigEndian(bootCounter, 4), bigEndian(n, 2));
}

/** SNonce = first N octets of SHA-256 of that message. */
export function sNonceOf(
  profile: Profile,
  entropy: Uint8Array,
  spa: Uint8Array,
  bootCounter: number,
  n: number,
): Uint8Array {
  return sha256(sNonceMessage(entropy, spa, bootCounter, n)).slice(0, profile.N);
}

/** T = first 8 octets of KDF-256(root_g, "AMP root auth", Modifier' ‖ generation ‖ SPA); generation is the new one. */
export function rootAuthInput(modifierPrime: Uint8Array, generation: number, spa: Uint8Array): KdfInput {
  return { label: "AMP root auth", context: concat(modifierPrime, generation, spa) };
}

/** root_{g+1} = KDF-256(root_g, "AMP root update", Modifier' ‖ generation ‖ SPA). */
export function rootUpdateInput(modifierPrime: Uint8Array, generation: number, spa: Uint8Array): KdfInput {
  return { label: "AMP root update", context: concat(modifierPrime, generation, spa) };
}

/** proof = first 8 octets of KDF-256(root_generation, "AMP root proof", generation ‖ SPA). */
export function rootProofInput(generation: number, spa: Uint8Array): KdfInput {
  return { label: "AMP root proof", context: concat(generation, spa) };
}

/** The generation after this one: an octet that wraps. */
export function nextGeneration(generation: number): number {
  return (generation + 1) % 256;
}
