/*
 * What a plan adds to a module: mutable globals, functions, imported functions, and exports of globals it has already. New globals and functions come last in
 * their index spaces and shift nothing; a new import comes behind the old imports and shifts every defined function, which
 * rewrite.ts makes good.
 */
import type { Code } from "./asm.ts";
import { TYPE_CODE } from "./asm.ts";
import { ModuleError } from "./cursor.ts";
import { name as nameOctets, uleb, vector } from "./leb.ts";
import type { Module } from "./module.ts";
import type { ValueType } from "./opcodes.ts";
import { opcodeNamed } from "./opcodes.ts";

// 5.5.10: codes of the kinds function and global; 5.3.3: a function type; 5.3.6: a mutable global
const KIND_FUNCTION = 0x00;
const KIND_GLOBAL = 0x03;
const FUNCTION_TYPE = 0x60;
const MUTABLE = 0x01;
const END = opcodeNamed("end").code;

/** Each list holds entries for the section of that name, as octets; a body in `code` is without its size. */
export class Additions {
  readonly type: number[][] = [];
  readonly import: number[][] = [];
  readonly function: number[][] = [];
  readonly global: number[][] = [];
  readonly code: number[][] = [];
  readonly #module: Module;
  readonly #exports = new Map<string, { kind: number; index: number }>();

  constructor(module: Module) {
    this.#module = module;
  }

  /** A mutable global that starts as `init` (one const instruction), exported if it has a name. Returns its index. */
  addGlobal(type: ValueType, init: Code, exportedAs?: string): number {
    const index = this.#module.globals.length + this.global.length;
    if (exportedAs !== undefined) this.exportGlobal(exportedAs, index);
    this.global.push([TYPE_CODE[type], MUTABLE, ...init, END]);
    return index;
  }

  /** Exports a global that is there, whether it is mutable or not. */
  exportGlobal(exportedAs: string, index: number): void {
    this.#export(exportedAs, KIND_GLOBAL, index);
  }

  /** An exported function without locals; `body` is without its last `end`. */
  addFunction(exportedAs: string, parameters: readonly ValueType[], results: readonly ValueType[], body: Code): void {
    this.#export(exportedAs, KIND_FUNCTION, this.function.length);
    this.function.push(uleb(this.#addType(parameters, results)));
    this.code.push([...vector([]), ...body, END]);
  }

  /** An imported function without result. Returns its index in the rewritten module. */
  addImport(from: string, name: string, parameters: readonly ValueType[]): number {
    const index = this.#module.importedFunctions + this.import.length;
    const type = uleb(this.#addType(parameters, []));
    this.import.push([...nameOctets(from), ...nameOctets(name), KIND_FUNCTION, ...type]);
    return index;
  }

  /** The entries for the export section: a function's index depends on how many imports came, so they are made last. */
  exports(): number[][] {
    const { functions } = this.#module;
    return [...this.#exports].map(([name, { kind, index }]) => {
      const first = kind === KIND_GLOBAL ? 0 : functions.length + this.import.length;
      return [...nameOctets(name), kind, ...uleb(first + index)];
    });
  }

  /** `index`: a global's in its index space, an added function's among the added ones. */
  #export(name: string, kind: number, index: number): void {
    if (this.#exports.has(name) || this.#module.exports.some((existing) => existing.name === name)) {
      throw new ModuleError(`the module exports a ${name} already`);
    }
    this.#exports.set(name, { kind, index });
  }

  #addType(parameters: readonly ValueType[], results: readonly ValueType[]): number {
    const octets = (types: readonly ValueType[]): number[] => vector(types.map((type) => [TYPE_CODE[type]]));
    this.type.push([FUNCTION_TYPE, ...octets(parameters), ...octets(results)]);
    return this.#module.types.length + this.type.length - 1;
  }
}
