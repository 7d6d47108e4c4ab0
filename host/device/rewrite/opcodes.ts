/*
 * Every opcode of MVP WebAssembly (Core Specification 1.0, 5.4): its name, the immediates behind it, and its class.
 * 172 opcodes, 0x00 .. 0xBF with gaps; what is not in this table is beyond MVP.
 */

export type ValueType = "i32" | "i64" | "f32" | "f64";

/** What stands behind the opcode: `access` is align and offset, `zero` one octet 0 (memory.size, memory.grow). */
export type Immediate =
  | "none"
  | "block"
  | "label"
  | "labels"
  | "function"
  | "indirect"
  | "local"
  | "global"
  | "access"
  | "zero"
  | ValueType;

/**
 * Opcodes that cost about the same on one machine. 64-bit integer work stands apart because it is two or more
 * instructions on the 32-bit parts this is for; `structure` costs nothing anywhere: it only marks places.
 */
export const OPCODE_CLASSES = [
  "structure", // block loop else end nop
  "branch", // if br br_if br_table return unreachable
  "call", // call call_indirect
  "pick", // drop select
  "local",
  "global",
  "load",
  "load64",
  "store",
  "store64",
  "memory", // memory.size memory.grow
  "const",
  "alu", // compare, add, and, shift, rotate, convert: 32 bits
  "alu64",
  "mul",
  "mul64",
  "div", // quotient and remainder
  "div64",
  "float", // all float arithmetic and conversion
] as const;
export type OpcodeClass = (typeof OPCODE_CLASSES)[number];

/** What a load or store touches: `octets` of memory, as a value of `type`. */
export interface Access {
  readonly kind: "load" | "store";
  readonly type: ValueType;
  readonly octets: number;
}

export interface Opcode {
  readonly code: number;
  readonly name: string;
  readonly immediate: Immediate;
  readonly class: OpcodeClass;
  readonly access?: Access;
}

const table: (Opcode | undefined)[] = new Array(256).fill(undefined);

/** "i64.load16_u" touches 2 octets as an i64; without a number it is the whole type. */
function accessOf(name: string): Access {
  const [, type, kind, bits] = /^([if]\d\d)\.(load|store)(\d*)/.exec(name) as RegExpExecArray;
  return {
    kind: kind as Access["kind"],
    type: type as ValueType,
    octets: Number(bits === "" ? type.slice(1) : bits) / 8,
  };
}

/** Defines the names in order, the first at `code`. */
function define(code: number, group: OpcodeClass, immediate: Immediate, names: string): void {
  for (const [index, name] of names.split(" ").entries()) {
    const access = immediate === "access" ? accessOf(name) : undefined;
    table[code + index] = { code: code + index, name, immediate, class: group, access };
  }
}

// 5.4.1 control
define(0x00, "branch", "none", "unreachable");
define(0x01, "structure", "none", "nop");
define(0x02, "structure", "block", "block loop");
define(0x04, "branch", "block", "if");
define(0x05, "structure", "none", "else");
define(0x0b, "structure", "none", "end");
define(0x0c, "branch", "label", "br br_if");
define(0x0e, "branch", "labels", "br_table");
define(0x0f, "branch", "none", "return");
define(0x10, "call", "function", "call");
define(0x11, "call", "indirect", "call_indirect");
// 5.4.2 parametric, 5.4.3 variable
define(0x1a, "pick", "none", "drop select");
define(0x20, "local", "local", "local.get local.set local.tee");
define(0x23, "global", "global", "global.get global.set");
// 5.4.4 memory
define(0x28, "load", "access", "i32.load");
define(0x29, "load64", "access", "i64.load");
define(0x2a, "load", "access", "f32.load");
define(0x2b, "load64", "access", "f64.load");
define(0x2c, "load", "access", "i32.load8_s i32.load8_u i32.load16_s i32.load16_u");
define(0x30, "load64", "access", "i64.load8_s i64.load8_u i64.load16_s i64.load16_u i64.load32_s i64.load32_u");
define(0x36, "store", "access", "i32.store");
define(0x37, "store64", "access", "i64.store");
define(0x38, "store", "access", "f32.store");
define(0x39, "store64", "access", "f64.store");
define(0x3a, "store", "access", "i32.store8 i32.store16");
define(0x3c, "store64", "access", "i64.store8 i64.store16 i64.store32");
define(0x3f, "memory", "zero", "memory.size memory.grow");
// 5.4.5 numeric
define(0x41, "const", "i32", "i32.const");
define(0x42, "const", "i64", "i64.const");
define(0x43, "const", "f32", "f32.const");
define(0x44, "const", "f64", "f64.const");
const COMPARE = "eqz eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u";
const BEFORE_MUL = "clz ctz popcnt add sub";
const DIVIDE = "div_s div_u rem_s rem_u";
const AFTER_DIVIDE = "and or xor shl shr_s shr_u rotl rotr";
const of = (type: ValueType, names: string): string => names.replace(/\S+/g, `${type}.$&`);
define(0x45, "alu", "none", of("i32", COMPARE));
define(0x50, "alu64", "none", of("i64", COMPARE));
define(0x5b, "float", "none", of("f32", "eq ne lt gt le ge"));
define(0x61, "float", "none", of("f64", "eq ne lt gt le ge"));
define(0x67, "alu", "none", of("i32", BEFORE_MUL));
define(0x6c, "mul", "none", "i32.mul");
define(0x6d, "div", "none", of("i32", DIVIDE));
define(0x71, "alu", "none", of("i32", AFTER_DIVIDE));
define(0x79, "alu64", "none", of("i64", BEFORE_MUL));
define(0x7e, "mul64", "none", "i64.mul");
define(0x7f, "div64", "none", of("i64", DIVIDE));
define(0x83, "alu64", "none", of("i64", AFTER_DIVIDE));
const FLOAT = "abs neg ceil floor trunc nearest sqrt add sub mul div min max copysign";
define(0x8b, "float", "none", of("f32", FLOAT));
define(0x99, "float", "none", of("f64", FLOAT));
const CHOPS = "trunc_f32_s trunc_f32_u trunc_f64_s trunc_f64_u";
define(0xa7, "alu", "none", "i32.wrap_i64");
define(0xa8, "float", "none", of("i32", CHOPS));
define(0xac, "alu64", "none", "i64.extend_i32_s i64.extend_i32_u");
define(0xae, "float", "none", of("i64", CHOPS));
const CONVERTS = "convert_i32_s convert_i32_u convert_i64_s convert_i64_u";
define(0xb2, "float", "none", of("f32", `${CONVERTS} demote_f64`));
define(0xb7, "float", "none", of("f64", `${CONVERTS} promote_f32`));
define(0xbc, "float", "none", "i32.reinterpret_f32 i64.reinterpret_f64 f32.reinterpret_i32 f64.reinterpret_i64");

/** By opcode; undefined where MVP has none. */
export const OPCODES: readonly (Opcode | undefined)[] = table;

const byName = new Map(table.flatMap((opcode) => (opcode ? [[opcode.name, opcode] as const] : [])));

/** The opcode of that name; the name must be one of the table's. */
export function opcodeNamed(name: string): Opcode {
  const opcode = byName.get(name);
  if (!opcode) throw new RangeError(`MVP WebAssembly has no instruction ${name}`);
  return opcode;
}
