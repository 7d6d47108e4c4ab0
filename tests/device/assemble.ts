/*
 * A small assembler for test modules: what a compiler would not write (br_table into a loop, imported globals, a module
 * without memory or exports) in something close to the text format. It does not check types: the engine does.
 */
import { i32Const, i64Const, TYPE_CODE } from "../../host/device/rewrite/asm.ts";
import { name, sleb, uleb, vector } from "../../host/device/rewrite/leb.ts";
import type { ValueType } from "../../host/device/rewrite/opcodes.ts";
import { opcodeNamed } from "../../host/device/rewrite/opcodes.ts";

/** A function type as text: "i32 i32 -> i64", "->". */
type TypeText = string;

export interface Source {
  /** [module, name, function type] or [module, name, 'global', type]. */
  imports?: readonly (readonly [string, string, TypeText] | readonly [string, string, "global", ValueType])[];
  /** `locals` is a list of types; `code` is without the last `end`. */
  functions?: readonly { type: TypeText; export?: string; locals?: string; code: string }[];
  /** Function indices in the table, from element 0. */
  table?: readonly number[];
  /** Pages: exactly that many. Exported as "memory". */
  memory?: number;
  /** Mutable unless exported. */
  globals?: readonly { type: "i32" | "i64"; init: number; export?: string }[];
  start?: number;
  data?: readonly { address: number; octets: readonly number[] }[];
  /** Octets of custom sections, put last. */
  custom?: readonly { name: string; octets: readonly number[] }[];
}

const END = opcodeNamed("end").code;

export function assemble(source: Source): Uint8Array {
  const types: TypeText[] = [];
  const typeIndex = (text: TypeText): number => {
    if (!types.includes(text)) types.push(text);
    return types.indexOf(text);
  };
  const { imports = [], functions = [], globals = [], data = [] } = source;
  const importedFunctions = imports.filter((entry) => entry[2] !== "global").length;
  const exports = [
    ...functions.flatMap((f, k) => (f.export ? [[...name(f.export), 0, ...uleb(importedFunctions + k)]] : [])),
    ...(source.memory === undefined ? [] : [[...name("memory"), 2, 0]]),
    ...globals.flatMap((g, k) =>
      g.export ? [[...name(g.export), 3, ...uleb(imports.length - importedFunctions + k)]] : [],
    ),
  ];
  const sections: [id: number, payload: number[]][] = [
    [
      2,
      vector(
        imports.map(([from, what, kind, type]) => [
          ...[...name(from), ...name(what)],
          ...(type ? [3, TYPE_CODE[type], 0] : [0, ...uleb(typeIndex(kind))]),
        ]),
      ),
    ],
    [3, vector(functions.map(({ type }) => uleb(typeIndex(type))))],
    [4, source.table ? [1, 0x70, 0, ...uleb(source.table.length)] : [0]],
    [5, source.memory === undefined ? [0] : [1, 1, ...uleb(source.memory), ...uleb(source.memory)]],
    [6, vector(globals.map((g) => [TYPE_CODE[g.type], g.export ? 0 : 1, ...constant(g), END]))],
    [7, vector(exports)],
    [9, source.table ? [1, 0, ...i32Const(0), END, ...vector(source.table.map(uleb))] : [0]],
    [
      10,
      vector(
        functions.map(({ locals, code }) => {
          const declared = words(locals ?? "").map((type) => [1, TYPE_CODE[type as ValueType]]);
          const body = [...vector(declared), ...instructions(code, typeIndex), END];
          return [...uleb(body.length), ...body];
        }),
      ),
    ],
    [11, vector(data.map(({ address, octets }) => [0, ...i32Const(address), END, ...uleb(octets.length), ...octets]))],
  ];
  const present = sections.filter(([, [length]]) => length > 0);
  if (source.start !== undefined) present.push([8, uleb(source.start)]);
  present.push([1, vector(types.map(functionType))]);
  present.sort(([a], [b]) => a - b);
  for (const custom of source.custom ?? []) present.push([0, [...name(custom.name), ...custom.octets]]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...present.flatMap(([id, payload]) => [id, ...uleb(payload.length), ...payload]),
  ]);
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");

function functionType(text: TypeText): number[] {
  const [parameters, results] = text
    .split("->")
    .map((side) => words(side).map((type) => [TYPE_CODE[type as ValueType]]));
  return [0x60, ...vector(parameters), ...vector(results)];
}

function constant({ type, init }: { type: "i32" | "i64"; init: number }): readonly number[] {
  return type === "i32" ? i32Const(init) : i64Const(BigInt(init));
}

/**
 * "i32.const 5", "i32.load 4" (static offset), "br_table 0 1 2" (the last is the default), "block i32" or "block",
 * "call_indirect <i32->i32>" (the type without spaces).
 */
function instructions(text: string, typeIndex: (text: TypeText) => number): number[] {
  const tokens = words(text);
  const octets: number[] = [];
  const numeric = (): boolean => /^-?\d/.test(tokens[0] ?? "");
  const number = (): number => Number(numeric() ? tokens.shift() : 0);
  while (tokens.length > 0) {
    const { code, immediate } = opcodeNamed(tokens.shift() as string);
    octets.push(code);
    if (immediate === "block") octets.push(tokens[0] in TYPE_CODE ? TYPE_CODE[tokens.shift() as ValueType] : 0x40);
    else if (immediate === "labels") {
      const labels: number[] = [];
      while (numeric()) labels.push(number());
      const last = labels.pop() as number;
      octets.push(...vector(labels.map(uleb)), ...uleb(last));
    } else if (immediate === "indirect") {
      const [parameters, results] = (tokens.shift() as string).slice(1, -1).split("->");
      octets.push(...uleb(typeIndex(`${parameters.replaceAll(",", " ")} -> ${results}`.trim())), 0);
    } else if (immediate === "access") octets.push(0, ...uleb(number()));
    else if (immediate === "zero") octets.push(0);
    else if (immediate === "i32" || immediate === "i64") octets.push(...sleb(BigInt(tokens.shift() as string)));
    else if (immediate === "f32") octets.push(...new Uint8Array(Float32Array.of(number()).buffer));
    else if (immediate === "f64") octets.push(...new Uint8Array(Float64Array.of(number()).buffer));
    else if (immediate !== "none") octets.push(...uleb(number()));
  }
  return octets;
}
