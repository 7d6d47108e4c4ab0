/*
 * What an instruction takes off the stack, for the instructions whose operands tell something about the world outside the
 * stack: which address, which callee with which arguments, which arm of a table, how long a division or a wide product takes.
 */
import type { Module } from "./module.ts";
import { typeOf } from "./module.ts";
import type { ValueType } from "./opcodes.ts";
import type { Instruction } from "./walk.ts";

/** Operand types, the top of the stack last. Empty for an instruction that is not of that kind. */
export function operandTypes(module: Module, { opcode, operand }: Instruction): readonly ValueType[] {
  if (opcode.access) return opcode.access.kind === "load" ? ["i32"] : ["i32", opcode.access.type];
  if (opcode.class === "div") return ["i32", "i32"];
  if (opcode.class === "div64" || opcode.class === "mul64") return ["i64", "i64"];
  switch (opcode.name) {
    case "call":
      return typeOf(module, operand).parameters;
    case "call_indirect":
      return [...module.types[operand].parameters, "i32"];
    case "global.set":
      return [module.globals[operand].type];
    case "if":
    case "br_if":
    case "br_table":
    case "memory.grow":
      return ["i32"];
    default:
      return [];
  }
}
