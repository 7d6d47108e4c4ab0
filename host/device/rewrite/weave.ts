/*
 * Weaves hooks into one function body. A hook in front of an instruction may look at that instruction's operands: they are
 * spilled to scratch locals and put back, so that the instruction finds the stack as it was.
 */
import type { Code } from "./asm.ts";
import { call, localGet, localSet, localTee, TYPE_CODE } from "./asm.ts";
import { uleb, vector } from "./leb.ts";
import type { Module } from "./module.ts";
import { typeOf } from "./module.ts";
import type { ValueType } from "./opcodes.ts";
import { operandTypes } from "./operands.ts";
import type { Region } from "./regions.ts";
import { Sink } from "./sink.ts";
import type { Instruction } from "./walk.ts";

/** Code that reads the operands from these locals, the top of the stack last. It must leave the stack as it finds it. */
export type Watcher = (operands: readonly number[]) => Code;

export interface Hooks {
  /** Code at the start of a region: it runs once each time the region is entered. */
  enter?(region: Region): Code;
  /** Code in front of an instruction, or undefined to let it be. */
  watch?(instruction: Instruction, region: Region): Watcher | undefined;
}

/** The body of the regions' function as the code section holds it, without its size; `shift` new imports stand before it. */
export function weave(module: Module, regions: readonly Region[], hooks: Hooks, shift: number): Uint8Array {
  const { functionIndex } = regions[0];
  const own = module.bodies[functionIndex - module.importedFunctions].locals;
  const declared = own.reduce((sum, { count }) => sum + count, typeOf(module, functionIndex).parameters.length);
  const scratch = new Scratch(declared);
  const code = new Sink();
  for (const region of regions) {
    if (hooks.enter) code.put(hooks.enter(region));
    for (const instruction of region.instructions) {
      const { opcode, operand, at, end } = instruction;
      const watcher = hooks.watch?.(instruction, region);
      if (watcher) code.put(watched(watcher, scratch.take(operandTypes(module, instruction))));
      if (shift > 0 && opcode.name === "call") code.put(call(relocateFunction(module, operand, shift)));
      else code.put(module.octets, at, end);
    }
  }
  const body = new Sink();
  body.put(vector([...own.map(({ count, type }) => [...uleb(count), TYPE_CODE[type]]), ...scratch.declarations]));
  body.put(code.octets());
  return body.octets();
}

/** set tn .. t2, tee t1; hook; get t2 .. tn: operand 1 never leaves the stack. */
function watched(watcher: Watcher, operands: readonly number[]): number[] {
  const [first, ...rest] = operands;
  return [
    ...[...rest].reverse().flatMap(localSet),
    ...(first === undefined ? [] : localTee(first)),
    ...watcher(operands),
    ...rest.flatMap(localGet),
  ];
}

/** A function's index behind `shift` new imports. */
export function relocateFunction(module: Module, functionIndex: number, shift: number): number {
  return functionIndex < module.importedFunctions ? functionIndex : functionIndex + shift;
}

/** Locals behind a function's own, one for each operand of a type that is looked at at a time. */
class Scratch {
  readonly declarations: number[][] = [];
  readonly #first: number;
  readonly #ofType: Record<ValueType, number[]> = { i32: [], i64: [], f32: [], f64: [] };

  constructor(first: number) {
    this.#first = first;
  }

  take(types: readonly ValueType[]): number[] {
    const taken: Record<ValueType, number> = { i32: 0, i64: 0, f32: 0, f64: 0 };
    return types.map((type) => {
      const locals = this.#ofType[type];
      if (taken[type] === locals.length) {
        locals.push(this.#first + this.declarations.length);
        this.declarations.push([1, TYPE_CODE[type]]);
      }
      return locals[taken[type]++];
    });
  }
}
