/*
 * The few instructions that hooks are written in, as octets. `[...globalGet(f), ...i32Const(c), ...op('i32.sub')]` reads
 * like the text format.
 */
import { sleb, uleb } from "./leb.ts";
import type { ValueType } from "./opcodes.ts";
import { opcodeNamed } from "./opcodes.ts";

/** Instructions as octets. */
export type Code = readonly number[];

// 5.3.1
export const TYPE_CODE: Readonly<Record<ValueType, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c };
// 5.3.2: a block without result
const NO_RESULT = 0x40;

/** An instruction without immediates. */
export const op = (name: string): Code => [opcodeNamed(name).code];

const indexed =
  (name: string) =>
  (index: number): Code => [opcodeNamed(name).code, ...uleb(index)];

export const globalGet = indexed("global.get");
export const globalSet = indexed("global.set");
export const localGet = indexed("local.get");
export const localSet = indexed("local.set");
export const localTee = indexed("local.tee");
export const call = indexed("call");

export const i32Const = (value: number): Code => [opcodeNamed("i32.const").code, ...sleb(value | 0)];
export const i64Const = (value: bigint): Code => [opcodeNamed("i64.const").code, ...sleb(BigInt.asIntN(64, value))];
export const f64Const = (value: number): Code => [
  opcodeNamed("f64.const").code,
  ...new Uint8Array(Float64Array.of(value).buffer),
];

/** Runs `body` when the i32 on the stack is not 0. */
export const when = (body: Code): Code => [opcodeNamed("if").code, NO_RESULT, ...body, opcodeNamed("end").code];

/** Runs `yes` when the i32 on the stack is not 0, else `no`; either leaves a value of `type`. */
export const either = (type: ValueType, yes: Code, no: Code): Code => [
  ...[opcodeNamed("if").code, TYPE_CODE[type], ...yes],
  ...[opcodeNamed("else").code, ...no, opcodeNamed("end").code],
];
