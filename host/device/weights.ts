/*
 * What an instruction costs, by its class: whole units of fuel.
 */

import type { OpcodeClass } from "./rewrite/opcodes.ts";
import { OPCODE_CLASSES } from "./rewrite/opcodes.ts";
import type { Instruction } from "./rewrite/walk.ts";

export type Weights = Readonly<Record<OpcodeClass, number>>;

/** Counts instructions: all operators but block, loop, else, end and nop cost 1. */
export const ONE_EACH: Weights = {
  ...(Object.fromEntries(OPCODE_CLASSES.map((name) => [name, 1])) as Record<OpcodeClass, number>),
  structure: 0,
};

/** The cost of running these instructions once. */
export function costOf(instructions: readonly Instruction[], weights: Weights): number {
  return instructions.reduce((sum, { opcode }) => sum + weights[opcode.class], 0);
}
