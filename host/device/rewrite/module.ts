/*
 * A plain MVP module in memory, as parse.ts leaves it: every index checked, every offset into `octets` in bounds.
 * Offsets (`at`, `end`) count from the module's first octet, so that a finding can be looked up in any disassembler.
 */
import type { ValueType } from "./opcodes.ts";

export interface FunctionType {
  readonly parameters: readonly ValueType[];
  /** MVP: at most one. */
  readonly results: readonly ValueType[];
}

/** 5.3.4: of a memory in pages of 64 KiB, of a table in elements. */
export interface Limits {
  readonly min: number;
  readonly max?: number;
}

export type ExternalKind = "function" | "table" | "memory" | "global";

export interface Import {
  readonly module: string;
  readonly name: string;
  readonly kind: ExternalKind;
}

export interface Export {
  readonly name: string;
  readonly kind: ExternalKind;
  readonly index: number;
}

/** A constant expression (3.3.7.2): a literal, or the value of an imported global. */
export interface Constant {
  readonly at: number;
  readonly end: number;
  readonly type: ValueType;
  /** undefined when only the host knows it: it is that of imported global `global`. */
  readonly value?: number | bigint;
  readonly global?: number;
}

export interface Global {
  readonly type: ValueType;
  readonly mutable: boolean;
  /** undefined for an imported one. */
  readonly init?: Constant;
}

/** A function's body: `at` is where its instructions start, `end` is behind its last `end`. */
export interface Body {
  readonly at: number;
  readonly end: number;
  /** Declared locals in runs of one type, without the parameters. */
  readonly locals: readonly { readonly count: number; readonly type: ValueType }[];
}

/** Function references written into the table at `offset`. */
export interface Element {
  readonly offset: Constant;
  readonly functions: readonly number[];
}

/** Octets `at` .. `end` of the module, written to memory address `offset`. */
export interface DataSegment {
  readonly offset: Constant;
  readonly at: number;
  readonly end: number;
}

/** Section ids of 5.5.2; 0 is a custom section. */
export const SECTION_NAMES = [
  "custom",
  "type",
  "import",
  "function",
  "table",
  "memory",
  "global",
  "export",
  "start",
  "element",
  "code",
  "data",
] as const;
export type SectionName = (typeof SECTION_NAMES)[number];

/** A section from its id `from` on, its content at `at`; a custom one's content stands behind its name, `custom`. */
export interface Section {
  readonly name: SectionName;
  readonly from: number;
  readonly at: number;
  readonly end: number;
  readonly custom?: string;
}

/** The index spaces (2.5.1) hold the imported things first, then the defined ones. */
export interface Module {
  readonly octets: Uint8Array;
  readonly sections: readonly Section[];
  readonly types: readonly FunctionType[];
  readonly imports: readonly Import[];
  /** The type index of every function of the index space. */
  readonly functions: readonly number[];
  readonly importedFunctions: number;
  readonly tables: readonly Limits[];
  readonly memories: readonly Limits[];
  readonly globals: readonly Global[];
  readonly importedGlobals: number;
  readonly exports: readonly Export[];
  readonly start?: number;
  readonly elements: readonly Element[];
  /** One for each defined function: body k is function importedFunctions + k. */
  readonly bodies: readonly Body[];
  readonly data: readonly DataSegment[];
}

/** The type of a function of the index space. */
export function typeOf(module: Module, functionIndex: number): FunctionType {
  return module.types[module.functions[functionIndex]];
}
