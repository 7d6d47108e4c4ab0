/*
 * The parser: octets -> Module. Strict MVP (Core Specification 1.0: chapter 5 for the format, 3.4 for what an index may
 * name): anything later (multi-value, sign extension, bulk memory, reference types, a mutable global across the border,
 * ...) and anything malformed throws a ModuleError. Function bodies are delimited here and decoded by walk.ts. The operand
 * stack is not typed: the engine does that when it compiles.
 */
import { Cursor } from "./cursor.ts";
import type { Constant, ExternalKind, Global, Limits, Module, SectionName } from "./module.ts";
import { SECTION_NAMES } from "./module.ts";
import type { ValueType } from "./opcodes.ts";
import { OPCODES } from "./opcodes.ts";

// 5.5.15: "\0asm", version 1
const MAGIC_AND_VERSION = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
// 5.3: value types, function types, the only element type; 5.5.5: kinds in the order of their codes
const VALUE_TYPES: Readonly<Record<number, ValueType>> = { 127: "i32", 126: "i64", 125: "f32", 124: "f64" };
const FUNCTION_TYPE = 0x60;
const FUNCTION_REFERENCE = 0x70;
const KINDS: readonly ExternalKind[] = ["function", "table", "memory", "global"];
// 3.2.4, 3.2.5: 2^16 pages of 64 KiB are the whole address space
const MAX_PAGES = 65536;
const MAX_TABLE = 2 ** 32 - 1;
// The engines' limit (WebAssembly JavaScript Interface, "Implementation-defined Limits")
const MAX_LOCALS = 50000;

type Writable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };
type Draft = Writable<Module>;

/** Reads a module. `octets` is kept, not copied. Throws a ModuleError. */
export function parse(octets: Uint8Array): Module {
  const module: Draft = {
    octets,
    sections: [],
    types: [],
    imports: [],
    functions: [],
    importedFunctions: 0,
    tables: [],
    memories: [],
    globals: [],
    importedGlobals: 0,
    exports: [],
    elements: [],
    bodies: [],
    data: [],
  };
  const cursor = new Cursor(octets, "the module");
  if (MAGIC_AND_VERSION.some((octet) => cursor.u8() !== octet)) cursor.fail("it is not WebAssembly version 1", 0);
  for (let lastId = 0; !cursor.done; ) {
    const id = cursor.u8();
    const name = SECTION_NAMES[id] ?? cursor.fail(`section id ${id} is beyond MVP`, cursor.at - 1);
    if (id !== 0 && id <= lastId) cursor.fail(`the ${name} section is out of order or there twice`, cursor.at - 1);
    lastId = id || lastId;
    parseSection(module, name, cursor);
  }
  const defined = module.functions.length - module.importedFunctions;
  if (module.bodies.length !== defined) cursor.fail(`${module.bodies.length} bodies for ${defined} functions`);
  return module;
}

/** The rest of a section, behind its id. */
function parseSection(module: Draft, name: SectionName, cursor: Cursor): void {
  const from = cursor.at - 1;
  const payload = cursor.inner(cursor.u32(), `the ${name} section`);
  const custom = name === "custom" ? payload.name() : undefined;
  module.sections.push({ name, from, at: payload.at, end: payload.end, custom });
  if (name === "custom") return;
  parsers[name](module, payload);
  payload.close();
}

type SectionParser = (module: Draft, cursor: Cursor) => void;

// Everything is pushed element by element: a later element may name an earlier one, none may name a later one.
const parsers: Readonly<Record<Exclude<SectionName, "custom">, SectionParser>> = {
  type(module, cursor) {
    cursor.vector(() => {
      if (cursor.u8() !== FUNCTION_TYPE) cursor.fail("a type is no function type", cursor.at - 1);
      const parameters = cursor.vector(() => valueType(cursor));
      const results = cursor.vector(() => valueType(cursor));
      if (results.length > 1) cursor.fail("a function type with more than one result is beyond MVP");
      module.types.push({ parameters, results });
    });
  },

  import(module, cursor) {
    cursor.vector(() => {
      const [from, name] = [cursor.name(), cursor.name()];
      const kind = externalKind(cursor);
      module.imports.push({ module: from, name, kind });
      if (kind === "function") module.functions.push(index(cursor, module.types, "type"));
      if (kind === "table") module.tables.push(table(cursor, module));
      if (kind === "memory") module.memories.push(memory(cursor, module));
      if (kind !== "global") return;
      const global = globalType(cursor);
      if (global.mutable) cursor.fail(`importing the mutable global ${from}.${name} is beyond MVP`);
      module.globals.push(global);
    });
    module.importedFunctions = module.functions.length;
    module.importedGlobals = module.globals.length;
  },

  function(module, cursor) {
    cursor.vector(() => module.functions.push(index(cursor, module.types, "type")));
  },

  table(module, cursor) {
    cursor.vector(() => module.tables.push(table(cursor, module)));
  },

  memory(module, cursor) {
    cursor.vector(() => module.memories.push(memory(cursor, module)));
  },

  global(module, cursor) {
    cursor.vector(() => {
      const global = globalType(cursor);
      module.globals.push({ ...global, init: constant(cursor, module, global.type) });
    });
  },

  export(module, cursor) {
    const names = new Set<string>();
    cursor.vector(() => {
      const name = cursor.name();
      if (names.has(name)) cursor.fail(`two exports are named ${name}`);
      names.add(name);
      const kind = externalKind(cursor);
      const { functions, tables, memories, globals } = module;
      const space = { function: functions, table: tables, memory: memories, global: globals }[kind];
      const exported = { name, kind, index: index(cursor, space, kind) };
      if (kind === "global" && globals[exported.index].mutable) {
        cursor.fail(`exporting the mutable global ${name} is beyond MVP`);
      }
      module.exports.push(exported);
    });
  },

  start(module, cursor) {
    module.start = index(cursor, module.functions, "function");
    const { parameters, results } = module.types[module.functions[module.start]];
    if (parameters.length + results.length > 0) cursor.fail("the start function has parameters or a result");
  },

  element(module, cursor) {
    cursor.vector(() => {
      index(cursor, module.tables, "table");
      const offset = constant(cursor, module, "i32");
      const functions = cursor.vector(() => index(cursor, module.functions, "function"));
      module.elements.push({ offset, functions });
    });
  },

  code(module, cursor) {
    cursor.vector(() => {
      const functionIndex = module.importedFunctions + module.bodies.length;
      if (functionIndex >= module.functions.length) cursor.fail("it has more bodies than there are functions");
      const body = cursor.inner(cursor.u32(), `function ${functionIndex}`);
      const locals = body.vector(() => ({ count: body.u32(), type: valueType(body) }));
      const { parameters } = module.types[module.functions[functionIndex]];
      const total = locals.reduce((sum, { count }) => sum + count, parameters.length);
      if (total > MAX_LOCALS) body.fail(`${total} locals are more than an engine takes`);
      module.bodies.push({ at: body.at, end: body.end, locals });
    });
  },

  data(module, cursor) {
    cursor.vector(() => {
      index(cursor, module.memories, "memory");
      const offset = constant(cursor, module, "i32");
      const { byteLength } = cursor.take(cursor.u32());
      module.data.push({ offset, at: cursor.at - byteLength, end: cursor.at });
    });
  },
};

/** 5.3.1 */
export function valueType(cursor: Cursor): ValueType {
  const octet = cursor.u8();
  return VALUE_TYPES[octet] ?? cursor.fail(`0x${octet.toString(16)} is no MVP value type`, cursor.at - 1);
}

/** An index into `space`, which must have it. */
export function index(cursor: Cursor, space: ArrayLike<unknown>, what: string): number {
  const from = cursor.at;
  const value = cursor.u32();
  if (value >= space.length) cursor.fail(`there is no ${what} ${value}`, from);
  return value;
}

function externalKind(cursor: Cursor): ExternalKind {
  const octet = cursor.u8();
  return KINDS[octet] ?? cursor.fail(`kind ${octet} is beyond MVP`, cursor.at - 1);
}

/** 5.3.4. Flags beyond 0 and 1 (shared, 64-bit, custom page size) came later. */
function limits(cursor: Cursor, atMost: number): Limits {
  const flags = cursor.u8();
  if (flags > 1) cursor.fail(`limits with flags ${flags} are beyond MVP`, cursor.at - 1);
  const min = cursor.u32();
  const max = flags === 1 ? cursor.u32() : undefined;
  if (min > atMost || (max !== undefined && (max > atMost || max < min))) cursor.fail("its limits make no sense");
  return { min, max };
}

function table(cursor: Cursor, module: Draft): Limits {
  if (module.tables.length > 0) cursor.fail("a second table is beyond MVP");
  if (cursor.u8() !== FUNCTION_REFERENCE) cursor.fail("a table of anything but functions is beyond MVP", cursor.at - 1);
  return limits(cursor, MAX_TABLE);
}

function memory(cursor: Cursor, module: Draft): Limits {
  if (module.memories.length > 0) cursor.fail("a second memory is beyond MVP");
  return limits(cursor, MAX_PAGES);
}

function globalType(cursor: Cursor): Global {
  const type = valueType(cursor);
  const flag = cursor.u8();
  if (flag > 1) cursor.fail("a global is neither constant nor mutable", cursor.at - 1);
  return { type, mutable: flag === 1 };
}

/** 3.3.7.2: one literal or one global.get of an imported global, then `end`. */
function constant(cursor: Cursor, module: Draft, expected: ValueType): Constant {
  const at = cursor.at;
  const opcode = OPCODES[cursor.u8()];
  const { type, value, global } = constantOperand(cursor, module, opcode?.name);
  if (type !== expected) cursor.fail(`a constant of type ${type} stands where ${expected} is asked for`, at);
  if (OPCODES[cursor.u8()]?.name !== "end") cursor.fail("a constant expression is longer than MVP allows", at);
  return { at, end: cursor.at, type, value, global };
}

function constantOperand(cursor: Cursor, module: Draft, name?: string): Pick<Constant, "type" | "value" | "global"> {
  if (name === "i32.const") return { type: "i32", value: cursor.s32() };
  if (name === "i64.const") return { type: "i64", value: cursor.s64() };
  if (name === "f32.const") return { type: "f32", value: float(cursor.take(4)) };
  if (name === "f64.const") return { type: "f64", value: float(cursor.take(8)) };
  if (name !== "global.get") return cursor.fail("a constant expression is no literal and no global", cursor.at - 1);
  const global = index(cursor, module.globals.slice(0, module.importedGlobals), "imported global");
  return { type: module.globals[global].type, global };
}

function float(octets: Uint8Array): number {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  return octets.byteLength === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
}
