/** The commands of PROTOCOL 6, as octets, and the keys that make and check them. */
import { concat, equal } from "./bytes.ts";
import type { Midstates } from "./hmac.ts";
import { derive, nextGeneration, rootAuthInput, rootProofInput } from "./keys.ts";

/** First octet of a command (DL) and of its answer (UL). Assumption: the draft leaves the update frames open. */
export const OPCODE = { update: 0x01, prove: 0x02, answer: 0x81 } as const;

const MODIFIER_PRIME_octets = 16;
const T_octets = 8;
const PROOF_octets = 8;
/** 0x01 ‖ generation(1) ‖ Modifier'(16) ‖ T(8). */
const UPDATE_octets = 2 + MODIFIER_PRIME_octets + T_octets;

/** T of an update to `generation`, under the root before it. */
function updateAuthenticator(
  root: Midstates,
  modifierPrime: Uint8Array,
  generation: number,
  spa: Uint8Array,
): Uint8Array {
  return derive(root, rootAuthInput(modifierPrime, generation, spa)).slice(0, T_octets);
}

/** UPDATE: 0x01 ‖ generation ‖ Modifier' ‖ T. `root` is the one before `generation`. */
export function updateCommand(
  root: Midstates,
  modifierPrime: Uint8Array,
  generation: number,
  spa: Uint8Array,
): Uint8Array {
  const T = updateAuthenticator(root, modifierPrime, generation, spa);
  return concat(OPCODE.update, generation, modifierPrime, T);
}

/** PROVE: one octet. */
export function proveCommand(): Uint8Array {
  return Uint8Array.of(OPCODE.prove);
}

/** The answer to both: 0x81 ‖ generation ‖ proof(8). `root` is that of `generation`. */
export function answer(root: Midstates, generation: number, spa: Uint8Array): Uint8Array {
  const proof = derive(root, rootProofInput(generation, spa)).slice(0, PROOF_octets);
  return concat(OPCODE.answer, generation, proof);
}

/** What a device is told to do. `refused` is everything that is "bad command"; `no key` the newest root unreadable. */
export type Command =
  | {
      readonly kind: "update";
      readonly generation: number;
      readonly modifierPrime: Uint8Array;
      readonly root: Midstates;
    }
  | { readonly kind: "prove" }
  | { readonly kind: "refused" }
  | { readonly kind: "no key" };

/**
 * Reads a command payload on a device whose newest generation is `newest`. An UPDATE to `newest` itself is answered as
 * PROVE (its answer was lost); one to the generation after it needs the right T under the newest root.
 */
export function readCommand(
  payload: Uint8Array,
  newest: number,
  spa: Uint8Array,
  readRoot: () => Midstates | null,
): Command {
  if (payload.length === 1 && payload[0] === OPCODE.prove) return { kind: "prove" };
  if (payload.length !== UPDATE_octets || payload[0] !== OPCODE.update) return { kind: "refused" };
  const generation = payload[1];
  if (generation === newest) return { kind: "prove" };
  if (generation !== nextGeneration(newest)) return { kind: "refused" };
  const modifierPrime = payload.slice(2, 2 + MODIFIER_PRIME_octets);
  const root = readRoot();
  if (root === null) return { kind: "no key" };
  const T = updateAuthenticator(root, modifierPrime, generation, spa);
  if (!equal(T, payload.slice(-T_octets))) return { kind: "refused" };
  return { kind: "update", generation, modifierPrime, root };
}
