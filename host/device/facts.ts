/*
 * Binary facts of a .wasm: what a firmware engineer asks before linking it, read from the octets themselves.
 */
import { ModuleError } from "./rewrite/cursor.ts";
import type { Constant, FunctionType, Limits, Module } from "./rewrite/module.ts";
import { typeOf } from "./rewrite/module.ts";
import type { ValueType } from "./rewrite/opcodes.ts";
import { parse } from "./rewrite/parse.ts";

export interface BinaryFacts {
  /** Octets of the file. */
  readonly size: number;
  /** In the order of the file, id and length included: they and the first 8 octets are the whole file. */
  readonly sections: readonly { readonly name: string; readonly octets: number }[];
  /** Names of the custom sections. */
  readonly customSections: readonly string[];
  /** "env.nvmRead (i32 i32 i32) -> i32", "memory" and so on behind a name for what is no function. */
  readonly imports: readonly string[];
  readonly exports: readonly string[];
  /** Pages of 64 KiB; undefined: no memory. */
  readonly memory?: Limits;
  readonly hasStart: boolean;
  readonly hasTable: boolean;
  readonly hasElements: boolean;
  /** Defined functions, and the octets of their instructions. */
  readonly functions: number;
  readonly codeOctets: number;
  readonly dataSegments: readonly { readonly address: number; readonly octets: number }[];
  /** Address of the last octet that a data segment sets; -1: none is. */
  readonly highestInitialised: number;
  /** Defined globals; `init` is undefined when an imported global decides it. */
  readonly globals: readonly {
    readonly type: ValueType;
    readonly mutable: boolean;
    readonly init?: number | bigint;
  }[];
  /** The value of the constant global exported as __heap_base, as __data_end. */
  readonly heapBase?: number;
  readonly dataEnd?: number;
}

/** Reads them. Throws a ModuleError when `octets` is no plain MVP module, or a data segment stands at an imported address. */
export function binaryFacts(octets: Uint8Array): BinaryFacts {
  const module = parse(octets);
  const segments = module.data.map(({ offset, at, end }) => ({ address: addressOf(offset), octets: end - at }));
  const constantOf = (exported: string): number | undefined => {
    const index = module.exports.find(({ name, kind }) => kind === "global" && name === exported)?.index;
    const value = index === undefined ? undefined : module.globals[index].init?.value;
    return value === undefined ? undefined : Number(value);
  };
  return {
    size: octets.length,
    sections: module.sections.map(({ name, from, end }) => ({ name, octets: end - from })),
    customSections: module.sections.flatMap(({ custom }) => (custom === undefined ? [] : [custom])),
    imports: importsOf(module),
    exports: module.exports.map(({ name, kind, index }) =>
      kind === "function" ? `${name} ${signature(typeOf(module, index))}` : `${name} ${kind}`,
    ),
    memory: module.memories[0],
    hasStart: module.start !== undefined,
    hasTable: module.tables.length > 0,
    hasElements: module.elements.length > 0,
    functions: module.bodies.length,
    codeOctets: module.bodies.reduce((sum, { at, end }) => sum + end - at, 0),
    dataSegments: segments,
    highestInitialised: Math.max(-1, ...segments.map(({ address, octets: length }) => address + length - 1)),
    globals: module.globals
      .slice(module.importedGlobals)
      .map(({ type, mutable, init }) => ({ type, mutable, init: init?.value })),
    heapBase: constantOf("__heap_base"),
    dataEnd: constantOf("__data_end"),
  };
}

function importsOf(module: Module): string[] {
  let functionIndex = 0;
  return module.imports.map(({ module: from, name, kind }) =>
    kind === "function" ? `${from}.${name} ${signature(typeOf(module, functionIndex++))}` : `${from}.${name} ${kind}`,
  );
}

function signature({ parameters, results }: FunctionType): string {
  return `(${parameters.join(" ")}) -> ${results[0] ?? "nothing"}`;
}

function addressOf({ value, at }: Constant): number {
  if (value === undefined) throw new ModuleError(`octet ${at}: only the host knows where that data segment goes`);
  // An address is an unsigned 32-bit number; a literal is read as a signed one.
  return Number(value) >>> 0;
}
