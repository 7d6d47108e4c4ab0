/*
 * A region is a straight line of instructions: control enters it at its first instruction only, and, unless one traps,
 * runs to its last. So one hook at its start stands for all of it.
 */
import type { Module } from "./module.ts";
import type { Instruction } from "./walk.ts";
import { walk } from "./walk.ts";

/**
 * Where a region ends beside every branch, call and meeting of paths:
 * - `region`: nowhere else;
 * - `effect`: also behind each store, global.set and memory.grow, so that all that a region does to the world, it does in
 *   its last instruction;
 * - `instruction`: behind each instruction.
 */
export type Cut = "region" | "effect" | "instruction";

export interface Region {
  /** Counts through the whole module, from 0. */
  readonly id: number;
  readonly functionIndex: number;
  readonly instructions: readonly Instruction[];
}

/** All regions of a module, in the order of its octets. A region may be one lone `end`: a place that a path goes through. */
export function regionsOf(module: Module, cut: Cut): Region[] {
  const regions: Region[] = [];
  for (let functionIndex = module.importedFunctions; functionIndex < module.functions.length; functionIndex++) {
    let from = 0;
    const instructions = walk(module, functionIndex);
    for (const [position, instruction] of instructions.entries()) {
      if (!endsRegion(instruction, cut) && position < instructions.length - 1) continue;
      regions.push({ id: regions.length, functionIndex, instructions: instructions.slice(from, position + 1) });
      from = position + 1;
    }
  }
  return regions;
}

function endsRegion({ opcode, joins }: Instruction, cut: Cut): boolean {
  if (joins || opcode.class === "branch" || opcode.class === "call" || cut === "instruction") return true;
  if (cut === "region") return false;
  return opcode.access?.kind === "store" || opcode.name === "global.set" || opcode.name === "memory.grow";
}
