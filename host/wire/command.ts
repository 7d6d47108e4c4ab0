/**
 * Commands, the payload of a Confirm with Command = 1, and their answer, the payload of an encrypted UL Data frame
 * (PROTOCOL.md section 6):
 *
 *     UPDATE  0x01 ‖ generation(1) ‖ Modifier'(16) ‖ T(8)
 *     PROVE   0x02
 *     answer  0x81 ‖ generation(1) ‖ proof(8)
 *
 * Assumption: the draft leaves the update frames open.
 */

import { checkNumber, checkOctets, concat } from "./octets.ts";

/** First octet. */
export const OPCODE = { update: 0x01, prove: 0x02, answer: 0x81 } as const;

/** Offsets in an UPDATE, and its length. */
export const UPDATE = { opcode: 0, generation: 1, modifierPrime: 2, T: 18 } as const;
export const UPDATE_OCTETS = 26;

/** Offsets in an answer, and its length. */
export const ANSWER = { opcode: 0, generation: 1, proof: 2 } as const;
export const ANSWER_OCTETS = 10;

export interface Update {
  readonly command: "UPDATE";
  /** The new one, 0..255. */
  readonly generation: number;
  /** 16 octets. */
  readonly modifierPrime: Uint8Array;
  /** 8 octets, which only the key service can make. */
  readonly T: Uint8Array;
}

export interface Prove {
  readonly command: "PROVE";
}

export interface Answer {
  readonly generation: number;
  /** 8 octets, which only the key service can check. */
  readonly proof: Uint8Array;
}

/** The command that a verified payload holds; undefined is "bad command". */
export function readCommand(payload: Uint8Array): Update | Prove | undefined {
  if (payload.length === 1 && payload[0] === OPCODE.prove) return { command: "PROVE" };
  if (payload.length !== UPDATE_OCTETS || payload[UPDATE.opcode] !== OPCODE.update) return undefined;
  return {
    command: "UPDATE",
    generation: payload[UPDATE.generation],
    modifierPrime: payload.slice(UPDATE.modifierPrime, UPDATE.T),
    T: payload.slice(UPDATE.T),
  };
}

/** The payload; RangeError naming the field that does not fit. */
export function emitCommand(command: Update | Prove): Uint8Array {
  if (command.command === "PROVE") return Uint8Array.of(OPCODE.prove);
  checkNumber("generation", command.generation, 0, 0xff);
  checkOctets("modifierPrime", command.modifierPrime, UPDATE.T - UPDATE.modifierPrime);
  checkOctets("T", command.T, UPDATE_OCTETS - UPDATE.T);
  return concat(Uint8Array.of(OPCODE.update, command.generation), command.modifierPrime, command.T);
}

/**
 * The answer that a payload may be: undefined if it cannot be one. A reading of ten octets that begins with 0x81 looks
 * the same, so whoever waits for an answer asks the key service whether the proof is right.
 */
export function readAnswer(payload: Uint8Array): Answer | undefined {
  if (payload.length !== ANSWER_OCTETS || payload[ANSWER.opcode] !== OPCODE.answer) return undefined;
  return { generation: payload[ANSWER.generation], proof: payload.slice(ANSWER.proof) };
}

/** The payload; RangeError naming the field that does not fit. */
export function emitAnswer({ generation, proof }: Answer): Uint8Array {
  checkNumber("generation", generation, 0, 0xff);
  checkOctets("proof", proof, ANSWER_OCTETS - ANSWER.proof);
  return concat(Uint8Array.of(OPCODE.answer, generation), proof);
}
