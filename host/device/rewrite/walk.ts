/*
 * Walks a function body, instruction by instruction (Core Specification 1.0, 5.4), and finds the places where two paths
 * meet: the regions of regions.ts hang on them.
 */
import { Cursor } from "./cursor.ts";
import type { Module } from "./module.ts";
import { typeOf } from "./module.ts";
import type { Opcode } from "./opcodes.ts";
import { OPCODES } from "./opcodes.ts";
import { index, valueType } from "./parse.ts";

export interface Instruction {
  readonly opcode: Opcode;
  /** Octets `at` .. `end` of the module, opcode and immediates. */
  readonly at: number;
  readonly end: number;
  /** What the immediate names: the function, type, local or global; for an access its static offset. Else 0. */
  readonly operand: number;
  /** Control may also come to the place right behind this instruction from elsewhere than from this instruction. */
  joins: boolean;
}

/** An open block, loop, if or function body; `targeted` once a branch names it. */
interface Frame {
  readonly opener?: Instruction;
  kind: "function" | "block" | "loop" | "if" | "else";
  targeted: boolean;
}

const EMPTY_BLOCK = 0x40;
// 5.4.4: log2 of the octets is the greatest alignment
const LOG2 = { 1: 0, 2: 1, 4: 2, 8: 3 } as Readonly<Record<number, number>>;

/** The instructions of function `functionIndex`, which must be a defined one. Throws a ModuleError. */
export function walk(module: Module, functionIndex: number): Instruction[] {
  const body = module.bodies[functionIndex - module.importedFunctions];
  const cursor = new Cursor(module.octets, `function ${functionIndex}`, body.at, body.end);
  const locals = body.locals.reduce((sum, run) => sum + run.count, typeOf(module, functionIndex).parameters.length);
  const frames: Frame[] = [{ kind: "function", targeted: false }];
  const instructions: Instruction[] = [];
  while (frames.length > 0) {
    const at = cursor.at;
    const octet = cursor.u8();
    const opcode = OPCODES[octet] ?? cursor.fail(`opcode 0x${octet.toString(16)} is beyond MVP`, at);
    const operand = immediate(module, cursor, opcode, locals, frames);
    const instruction: Instruction = { opcode, at, end: cursor.at, operand, joins: false };
    instructions.push(instruction);
    nest(cursor, instruction, frames);
  }
  cursor.close();
  return instructions;
}

/** Reads and checks the immediates; returns what they name. */
function immediate(module: Module, cursor: Cursor, opcode: Opcode, locals: number, frames: readonly Frame[]): number {
  switch (opcode.immediate) {
    case "none":
      return 0;
    case "block":
      blockType(cursor);
      return 0;
    case "label":
      label(cursor, frames);
      return 0;
    case "labels":
      cursor.vector(() => label(cursor, frames));
      label(cursor, frames);
      return 0;
    case "function":
      return index(cursor, module.functions, "function");
    case "indirect": {
      const type = index(cursor, module.types, "type");
      index(cursor, module.tables, "table");
      return type;
    }
    case "local": {
      const local = cursor.u32();
      if (local >= locals) cursor.fail(`there is no local ${local}`);
      return local;
    }
    case "global": {
      const global = index(cursor, module.globals, "global");
      if (opcode.name === "global.set" && !module.globals[global].mutable) cursor.fail(`global ${global} is constant`);
      return global;
    }
    case "access":
      return access(module, cursor, opcode);
    case "zero":
      if (cursor.u8() !== 0 || module.memories.length === 0) cursor.fail(`${opcode.name} has no memory`);
      return 0;
    case "i32":
      cursor.s32();
      return 0;
    case "i64":
      cursor.s64();
      return 0;
    case "f32":
      cursor.take(4);
      return 0;
    case "f64":
      cursor.take(8);
      return 0;
  }
}

/** 5.3.2, 5.4.1: no result, or one value type; a type index there is multi-value. */
function blockType(cursor: Cursor): void {
  if (cursor.octets[cursor.at] === EMPTY_BLOCK) cursor.u8();
  else valueType(cursor);
}

function label(cursor: Cursor, frames: readonly Frame[]): void {
  const depth = cursor.u32();
  if (depth >= frames.length) cursor.fail(`there is no label ${depth}`);
  frames[frames.length - 1 - depth].targeted = true;
}

/** Returns the static offset. */
function access(module: Module, cursor: Cursor, opcode: Opcode): number {
  if (module.memories.length === 0) cursor.fail(`${opcode.name} has no memory`);
  const align = cursor.u32();
  if (align > LOG2[opcode.access?.octets as number]) cursor.fail(`${opcode.name} is aligned beyond its size`);
  return cursor.u32();
}

/** Opens and closes frames; marks where paths meet: at a branched-to loop's start or block's end, around an if's arms. */
function nest(cursor: Cursor, instruction: Instruction, frames: Frame[]): void {
  const { name } = instruction.opcode;
  const top = frames[frames.length - 1];
  if (name === "block" || name === "loop" || name === "if") {
    frames.push({ opener: instruction, kind: name, targeted: false });
  } else if (name === "else") {
    if (top.kind !== "if") cursor.fail("an else belongs to no if", instruction.at);
    top.kind = "else";
    instruction.joins = true;
  } else if (name === "end") {
    frames.pop();
    if (top.kind === "loop" && top.opener) top.opener.joins = top.targeted;
    else instruction.joins = top.targeted || top.kind !== "block";
  }
}
