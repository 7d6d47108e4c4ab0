/*
 * Exact instruction counts. Each region counts its entries; what was executed is the sum over the regions of entries times
 * contents, so one run gives the total, each function's own share, and the mix of opcodes.
 */
import { f64Const } from "./rewrite/asm.ts";
import { addCounters, addSum, counted } from "./rewrite/counters.ts";
import { functionNames } from "./rewrite/names.ts";
import type { OpcodeClass } from "./rewrite/opcodes.ts";
import { OPCODE_CLASSES } from "./rewrite/opcodes.ts";
import type { Region } from "./rewrite/regions.ts";
import { rewrite } from "./rewrite/rewrite.ts";
import { costOf, ONE_EACH, type Weights } from "./weights.ts";

/** Instructions executed since the last reset: all operators but block, loop, else, end and nop. */
export interface Counts {
  readonly total: number;
  /** Each function that ran, the costliest first, without what its callees executed. */
  readonly functions: readonly { readonly index: number; readonly name: string; readonly instructions: number }[];
  readonly classes: Readonly<Record<OpcodeClass, number>>;
  /** By opcode name, those that ran. */
  readonly opcodes: ReadonlyMap<string, number>;
}

export interface Counter {
  /** The counting module: it exports three more functions. */
  readonly wasm: Uint8Array;
  /** Sets the counters of an instance to 0. */
  reset(exports: WebAssembly.Exports): void;
  /** Only the total: quick, for sweeps. */
  total(exports: WebAssembly.Exports): number;
  /**
   * Exact for calls that returned. A call that trapped, or whose import threw, is counted to the end of the region it ended
   * in; calls end regions, so behind an import that threw nothing is counted.
   */
  read(exports: WebAssembly.Exports): Counts;
}

const ENTRIES = "count.entries";
const RESET = "count.reset";
const TOTAL = "count.total";

/**
 * Makes a module that counts. An instruction counts as much as `weights` say: with those of a meter, its fuel.
 * Throws a ModuleError when `octets` is no plain MVP module.
 */
export function counter(octets: Uint8Array, weights: Weights = ONE_EACH): Counter {
  const { wasm, program } = rewrite(octets, "region", ({ regions }, additions) => {
    const costs = regions.map(({ instructions }) => costOf(instructions, weights));
    const counters = addCounters(additions, regions.length, { read: ENTRIES, reset: RESET });
    addSum(additions, counters, costs, TOTAL);
    return { enter: ({ id }) => counted(counters[id], f64Const(1)) };
  });
  const { regions } = program;
  const names = functionNames(program.module);
  const costs = regions.map(({ instructions }) => costOf(instructions, weights));
  return {
    wasm,
    reset(exports) {
      (exports[RESET] as () => void)();
    },
    total(exports) {
      return (exports[TOTAL] as () => number)();
    },
    read(exports) {
      return summed(regions, costs, exports[ENTRIES] as (region: number) => number, names);
    },
  };
}

function summed(
  regions: readonly Region[],
  costs: readonly number[],
  entriesOf: (id: number) => number,
  names: readonly string[],
): Counts {
  const functions = new Map<number, number>();
  const classes = Object.fromEntries(OPCODE_CLASSES.map((name) => [name, 0])) as Record<OpcodeClass, number>;
  const opcodes = new Map<string, number>();
  let total = 0;
  for (const { id, functionIndex, instructions } of regions) {
    const entries = entriesOf(id);
    if (entries === 0) continue;
    const executed = entries * costs[id];
    total += executed;
    functions.set(functionIndex, (functions.get(functionIndex) ?? 0) + executed);
    for (const { opcode } of instructions) {
      classes[opcode.class] += entries;
      opcodes.set(opcode.name, (opcodes.get(opcode.name) ?? 0) + entries);
    }
  }
  const ranked = [...functions].map(([index, instructions]) => ({ index, name: names[index], instructions }));
  ranked.sort((a, b) => b.instructions - a.instructions || a.index - b.index);
  return { total, functions: ranked, classes, opcodes };
}
