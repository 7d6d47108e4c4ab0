/*
 * The constant-time trace (AMP-R6): what someone who watches time, power or memory could see of a run.
 *
 * path: every region entered, so every branch taken or not, every loop round, every call.
 * addresses: every load and store address, the index of every br_table and call_indirect, every argument handed to an
 * import, and the operands of divisions and 64-bit products, whose time depends on them (Cortex-M3 Technical Reference
 * Manual, instruction set timing: UDIV 2 to 12 cycles, UMULL 3 to 5).
 * Assumption: `select` and the rest of the arithmetic take one time whatever their operands; a runtime that compiles
 * `select` to a branch gives away what this trace cannot see.
 *
 * Two runs that differ only in secrets must have one trace. `tracer` folds a trace into two 64-bit hashes inside the
 * module: quick, for thousands of runs. `recorder` reports every event to the host: for finding where two runs part.
 */
import type { Code } from "./rewrite/asm.ts";
import { call, globalGet, globalSet, i32Const, i64Const, localGet, op } from "./rewrite/asm.ts";
import type { Module } from "./rewrite/module.ts";
import { functionNames } from "./rewrite/names.ts";
import type { OpcodeClass, ValueType } from "./rewrite/opcodes.ts";
import { operandTypes } from "./rewrite/operands.ts";
import { rewrite } from "./rewrite/rewrite.ts";
import type { Instruction } from "./rewrite/walk.ts";
import type { Hooks } from "./rewrite/weave.ts";

export interface Digest {
  readonly path: bigint;
  readonly addresses: bigint;
}

export interface Tracer {
  /** The hashing module: it exports two more globals. */
  readonly wasm: Uint8Array;
  reset(exports: WebAssembly.Exports): void;
  /** The trace since the last reset. */
  read(exports: WebAssembly.Exports): Digest;
}

const PATH = "trace.path";
const ADDRESSES = "trace.addresses";
// Any start but 0, which would swallow zeros.
const START = 1n;

/** Makes a module that hashes its trace. Throws a ModuleError when `octets` is no plain MVP module. */
export function tracer(octets: Uint8Array): Tracer {
  const { wasm } = rewrite(octets, "region", ({ module }, additions) => {
    const path = additions.addGlobal("i64", i64Const(START), PATH);
    const addresses = additions.addGlobal("i64", i64Const(START), ADDRESSES);
    return hooksOf(module, {
      region: (id) => mixed(path, i64Const(BigInt(id) + 1n)),
      value: (_instruction, value) => mixed(addresses, value),
    });
  });
  return {
    wasm,
    reset(exports) {
      for (const name of [PATH, ADDRESSES]) (exports[name] as WebAssembly.Global<bigint>).value = START;
    },
    read(exports) {
      const hash = (name: string): bigint => BigInt.asUintN(64, (exports[name] as WebAssembly.Global<bigint>).value);
      return { path: hash(PATH), addresses: hash(ADDRESSES) };
    },
  };
}

// 2^64 divided by the golden ratio, made odd: a product with it carries a difference upwards, the rotation brings it down.
const MULTIPLIER = 0x9e3779b97f4a7c15n;
const ROTATION = 29n;

/** hash := rotl((hash xor value) * MULTIPLIER, ROTATION): each step is a bijection, so one difference is never lost. */
function mixed(hash: number, value: Code): Code {
  return [
    ...[...globalGet(hash), ...value, ...op("i64.xor")],
    ...[...i64Const(MULTIPLIER), ...op("i64.mul")],
    ...[...i64Const(ROTATION), ...op("i64.rotl"), ...globalSet(hash)],
  ];
}

/** One thing seen: a region entered (value: its number), or one operand of one instruction. */
export interface TraceEvent {
  readonly site: Site;
  readonly value: bigint;
}

export interface Site {
  /** "enter", or the instruction's name. */
  readonly what: string;
  readonly functionName: string;
  /** Octet of the original module. */
  readonly at: number;
}

export interface Recorder {
  /** The reporting module: it imports one more function, from `imports`. */
  readonly wasm: Uint8Array;
  readonly imports: WebAssembly.Imports;
  /** The events since the last call, of all instances together. */
  take(): TraceEvent[];
}

/** Makes a module that reports its trace. Throws a ModuleError when `octets` is no plain MVP module. */
export function recorder(octets: Uint8Array): Recorder {
  const sites: Site[] = [];
  let events: TraceEvent[] = [];
  const { wasm } = rewrite(octets, "region", ({ module, regions }, additions) => {
    const report = additions.addImport("trace", "event", ["i32", "i64"]);
    const names = functionNames(module);
    const reported = (what: string, at: number, functionIndex: number, value: Code): Code => {
      sites.push({ what, functionName: names[functionIndex], at });
      return [...i32Const(sites.length - 1), ...value, ...call(report)];
    };
    return hooksOf(module, {
      region: (id) => {
        const { functionIndex, instructions } = regions[id];
        return reported("enter", instructions[0].at, functionIndex, i64Const(BigInt(id)));
      },
      value: ({ opcode, at }, value, functionIndex) => reported(opcode.name, at, functionIndex, value),
    });
  });
  const event = (site: number, value: bigint): void => {
    events.push({ site: sites[site], value: BigInt.asUintN(64, value) });
  };
  return {
    wasm,
    imports: { trace: { event } },
    take() {
      const taken = events;
      events = [];
      return taken;
    },
  };
}

/** One sentence on the first event in which two recordings of one module differ; undefined when they are equal. */
export function firstDifference(left: readonly TraceEvent[], right: readonly TraceEvent[]): string | undefined {
  for (let n = 0; n < Math.max(left.length, right.length); n++) {
    const [a, b] = [left[n], right[n]];
    if (a && b && a.site.at === b.site.at && a.site.what === b.site.what && a.value === b.value) continue;
    return `event ${n}: ${told(a)} in one run, ${told(b)} in the other`;
  }
  return undefined;
}

function told(event: TraceEvent | undefined): string {
  if (!event) return "the end";
  const { what, functionName, at } = event.site;
  return `${what} ${event.value} in ${functionName} at octet ${at}`;
}

interface Sink {
  region(id: number): Code;
  /** `value` leaves an i64 on the stack. */
  value(instruction: Instruction, value: Code, functionIndex: number): Code;
}

/** The same two hooks for both kinds of trace; they differ in where the events go. */
function hooksOf(module: Module, sink: Sink): Hooks {
  return {
    enter: ({ id }) => sink.region(id),
    watch(instruction, { functionIndex }) {
      const types = operandTypes(module, instruction);
      const seen = visible(module, instruction, types.length);
      if (seen.length === 0) return undefined;
      return (operands) => seen.flatMap((k) => sink.value(instruction, asI64(operands[k], types[k]), functionIndex));
    },
  };
}

const VARIABLE_TIME: readonly OpcodeClass[] = ["div", "div64", "mul64"];

/** Which of an instruction's operands show outside the module or in its timing. */
function visible(module: Module, { opcode, operand }: Instruction, operands: number): number[] {
  if (opcode.access) return [0];
  const all = Array.from({ length: operands }, (_, k) => k);
  if (VARIABLE_TIME.includes(opcode.class)) return all;
  switch (opcode.name) {
    case "call":
      return operand < module.importedFunctions ? all : [];
    case "call_indirect":
      // The callee's arguments stay inside the module; which callee it is does not.
      return [operands - 1];
    case "br_table":
    case "memory.grow":
      return [0];
    default:
      return [];
  }
}

function asI64(local: number, type: ValueType): Code {
  const widened: Readonly<Record<ValueType, Code>> = {
    i32: op("i64.extend_i32_u"),
    i64: [],
    f32: [...op("i32.reinterpret_f32"), ...op("i64.extend_i32_u")],
    f64: op("i64.reinterpret_f64"),
  };
  return [...localGet(local), ...widened[type]];
}
