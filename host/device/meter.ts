/*
 * Power as fuel: a metered module dies, by a trap, at the instruction it can no longer pay for.
 */
import { addFunctionFuel } from "./functionfuel.ts";
import type { Additions } from "./rewrite/additions.ts";
import type { Code } from "./rewrite/asm.ts";
import { call, globalGet, globalSet, i32Const, op, when } from "./rewrite/asm.ts";
import { ModuleError } from "./rewrite/cursor.ts";
import type { Module } from "./rewrite/module.ts";
import type { Cut, Region } from "./rewrite/regions.ts";
import { type Program, rewrite } from "./rewrite/rewrite.ts";
import type { Weights } from "./weights.ts";
import { costOf, ONE_EACH } from "./weights.ts";

/** The export that holds the fuel left, a mutable i32. Below 0: the module has died of it. */
const FUEL = "fuel";
/** As much fuel as there can be; what a fresh instance starts with, so that a loader need not know of the meter. */
export const FULL = 2 ** 31 - 1;

/** What a metered module gives away beside its fuel. */
export interface MeterOptions {
  /** Exports every mutable global of the module: stateOf finds them. */
  readonly withState?: boolean;
  /**
   * Indices of defined functions. Whenever one of them is entered the module calls the import MARK with the function's
   * position in this list and the fuel left; nothing of the function is paid for yet, and the call itself is free.
   */
  readonly marks?: readonly number[];
  /** Keeps how much fuel each function took: FunctionFuel reads it. */
  readonly byFunction?: boolean;
}

/** The import of a module with marks: (position: i32, fuel: i32) -> nothing. */
export const MARK = { module: "meter", name: "mark" } as const;
const STATE = "state.";

/**
 * Makes a module that pays for its instructions as it runs. Every cut takes the same fuel from a call that returns.
 * They differ in a call that dies:
 * - `region` pays at the start of each straight line, and dies there: cheapest, but stores that were still paid for are lost;
 * - `effect` leaves memory, globals and calls to imports exactly as `instruction` does, at every amount of fuel. Only a
 *   module that traps by itself can tell them apart: `effect` may die a few pure instructions before that trap;
 * - `instruction` pays for each instruction by itself: slow, the oracle of the other two.
 * Throws a ModuleError when `octets` is no plain MVP module, or when a weight is no whole number, or a branch or a call
 * costs nothing (a module could then run for ever).
 */
export function meter(
  octets: Uint8Array,
  cut: Cut = "effect",
  weights: Weights = ONE_EACH,
  { withState = false, marks = [], byFunction = false }: MeterOptions = {},
): Uint8Array {
  for (const [name, weight] of Object.entries(weights)) {
    const atLeast = name === "branch" || name === "call" ? 1 : 0;
    if (!Number.isInteger(weight) || weight < atLeast) throw new ModuleError(`${name} cannot cost ${weight} fuel`);
  }
  const { wasm } = rewrite(octets, cut, (program, additions) => {
    if (withState) exportState(program.module, additions);
    const fuel = additions.addGlobal("i32", i32Const(FULL), FUEL);
    const kept = byFunction ? addFunctionFuel(program, additions, fuel) : undefined;
    const marked = marking(program, additions, marks, fuel);
    return {
      enter(region) {
        const cost = costOf(region.instructions, weights);
        if (cost === 0) return marked(region);
        const dies = [...(kept?.unpaid(cost) ?? []), ...op("unreachable")];
        // fuel := fuel - cost; fuel < 0: die before the first instruction
        return [
          ...marked(region),
          ...[...globalGet(fuel), ...i32Const(cost), ...op("i32.sub"), ...globalSet(fuel)],
          ...[...globalGet(fuel), ...i32Const(0), ...op("i32.lt_s"), ...when(dies)],
          ...(kept?.paid(region, cost) ?? []),
        ];
      },
    };
  });
  return wasm;
}

/** Exports the module's own mutable globals: stateOf finds them. */
export function exportState({ globals }: Module, additions: Additions): void {
  for (const [index, { mutable }] of globals.entries()) if (mutable) additions.exportGlobal(`${STATE}${index}`, index);
}

/** What stands in front of a region: the mark, where a marked function starts. Nothing leads back to a function's start. */
function marking(
  { module, regions }: Program,
  additions: Additions,
  marks: readonly number[],
  fuel: number,
): (region: Region) => Code {
  if (marks.length === 0) return () => [];
  const report = additions.addImport(MARK.module, MARK.name, ["i32", "i32"]);
  const starts = new Map<Region, Code>();
  for (const [position, functionIndex] of marks.entries()) {
    const start = regions.find((region) => region.functionIndex === functionIndex);
    if (!start) {
      const why = functionIndex < module.importedFunctions ? "it is imported" : "there is none";
      throw new ModuleError(`function ${functionIndex} cannot be marked: ${why}`);
    }
    starts.set(start, [...i32Const(position), ...globalGet(fuel), ...call(report)]);
  }
  return (region) => starts.get(region) ?? [];
}

/** The fuel gauge of an instance of a metered module: read it, or set it between calls or from within an import. */
export function fuelOf(exports: WebAssembly.Exports): WebAssembly.Global {
  return exports[FUEL] as WebAssembly.Global;
}

/** Tells a death, which is the point of the meter, from a trap of the module's own, which is a bug. */
export function hasDied(exports: WebAssembly.Exports): boolean {
  return fuelOf(exports).value < 0;
}

/** The module's own mutable globals, in the order of their indices, of an instance made with withState. */
export function stateOf(exports: WebAssembly.Exports): WebAssembly.Global<number | bigint>[] {
  const names = Object.keys(exports).filter((name) => name.startsWith(STATE));
  return names.map((name) => exports[name] as WebAssembly.Global<number | bigint>);
}
