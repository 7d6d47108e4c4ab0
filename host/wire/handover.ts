/**
 * The commands that tell a roaming station of its next AP, payloads of a Confirm with Command = 1, and their answer, the
 * payload of an encrypted UL Data frame (docs/PROTOCOL.md section 9):
 *
 *     HANDOVER          0x04 ‖ AA_T(6) ‖ K(32)
 *     HANDOVER WRAPPED  0x05 ‖ AA_T(6) ‖ C(24)     C: K(16) wrapped, RFC 3394, with the device key
 *     answer            0x84 ‖ name(8)
 *
 * Assumption: the draft knows no handover of a station without an 802.21 stack; 0x03 is left to ADOPT (docs/RSN.md section 9).
 */

import { checkOctets, concat } from "./octets.ts";

/** First octet. */
export const HANDOVER_OPCODE = { plain: 0x04, wrapped: 0x05, answer: 0x84 } as const;

/** Offsets in either command, and their lengths. */
const AA_T = 1;
const KEY = 7;
export const HANDOVER_OCTETS = 39;
export const WRAPPED_HANDOVER_OCTETS = 31;
/** Of an answer. */
const NAME = 1;
export const HANDOVER_ANSWER_OCTETS = 9;

/** The serving AP knows K. */
export interface Handover {
  readonly command: "HANDOVER";
  /** Address of the next AP, 6 octets. */
  readonly aaT: Uint8Array;
  /** 32 octets. */
  readonly K: Uint8Array;
}

/** The serving AP does not know K. */
export interface WrappedHandover {
  readonly command: "HANDOVER WRAPPED";
  /** Address of the next AP, 6 octets. */
  readonly aaT: Uint8Array;
  /** 24 octets: RFC 3394 of the 16 octets of K with the device key. */
  readonly wrapped: Uint8Array;
}

/** The command that a verified payload holds; undefined: neither of the two. What AA_T may be is the station's to say. */
export function readHandover(payload: Uint8Array): Handover | WrappedHandover | undefined {
  const aaT = payload.slice(AA_T, KEY);
  const rest = payload.slice(KEY);
  const [opcode] = payload;
  if (opcode === HANDOVER_OPCODE.plain && payload.length === HANDOVER_OCTETS)
    return { command: "HANDOVER", aaT, K: rest };
  if (opcode === HANDOVER_OPCODE.wrapped && payload.length === WRAPPED_HANDOVER_OCTETS)
    return { command: "HANDOVER WRAPPED", aaT, wrapped: rest };
  return undefined;
}

/** The payload; RangeError naming the field that does not fit. */
export function emitHandover(handover: Handover | WrappedHandover): Uint8Array {
  checkOctets("aaT", handover.aaT, KEY - AA_T);
  if (handover.command === "HANDOVER") {
    checkOctets("K", handover.K, HANDOVER_OCTETS - KEY);
    return concat(Uint8Array.of(HANDOVER_OPCODE.plain), handover.aaT, handover.K);
  }
  checkOctets("wrapped", handover.wrapped, WRAPPED_HANDOVER_OCTETS - KEY);
  return concat(Uint8Array.of(HANDOVER_OPCODE.wrapped), handover.aaT, handover.wrapped);
}

/** The name in an answer; undefined: no answer. A reading of nine octets may look the same: the name decides. */
export function readHandoverAnswer(payload: Uint8Array): Uint8Array | undefined {
  const isAnswer = payload.length === HANDOVER_ANSWER_OCTETS && payload[0] === HANDOVER_OPCODE.answer;
  return isAnswer ? payload.slice(NAME) : undefined;
}

/** The payload; RangeError for a name that has not 8 octets. */
export function emitHandoverAnswer(name: Uint8Array): Uint8Array {
  checkOctets("name", name, HANDOVER_ANSWER_OCTETS - NAME);
  return concat(Uint8Array.of(HANDOVER_OPCODE.answer), name);
}
