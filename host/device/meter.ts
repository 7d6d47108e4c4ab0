/*
 * Power as fuel: a metered module dies, by a trap, at the instruction it can no longer pay for.
 */
import { globalGet, globalSet, i32Const, op, when } from "./rewrite/asm.ts";
import { ModuleError } from "./rewrite/cursor.ts";
import type { Cut } from "./rewrite/regions.ts";
import { rewrite } from "./rewrite/rewrite.ts";
import type { Weights } from "./weights.ts";
import { costOf, ONE_EACH } from "./weights.ts";

/** The export that holds the fuel left, a mutable i32. Below 0: the module has died of it. */
const FUEL = "fuel";
/** As much fuel as there can be; what a fresh instance starts with, so that a loader need not know of the meter. */
export const FULL = 2 ** 31 - 1;

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
export function meter(octets: Uint8Array, cut: Cut = "effect", weights: Weights = ONE_EACH): Uint8Array {
  for (const [name, weight] of Object.entries(weights)) {
    const atLeast = name === "branch" || name === "call" ? 1 : 0;
    if (!Number.isInteger(weight) || weight < atLeast) throw new ModuleError(`${name} cannot cost ${weight} fuel`);
  }
  const { wasm } = rewrite(octets, cut, (_, additions) => {
    const fuel = additions.addGlobal("i32", i32Const(FULL), FUEL);
    return {
      enter({ instructions }) {
        const cost = costOf(instructions, weights);
        if (cost === 0) return [];
        // fuel := fuel - cost; fuel < 0: die before the first instruction
        return [
          ...[...globalGet(fuel), ...i32Const(cost), ...op("i32.sub"), ...globalSet(fuel)],
          ...[...globalGet(fuel), ...i32Const(0), ...op("i32.lt_s"), ...when(op("unreachable"))],
        ];
      },
    };
  });
  return wasm;
}

/** The fuel gauge of an instance of a metered module: read it, or set it between calls or from within an import. */
export function fuelOf(exports: WebAssembly.Exports): WebAssembly.Global {
  return exports[FUEL] as WebAssembly.Global;
}

/** Tells a death, which is the point of the meter, from a trap of the module's own, which is a bug. */
export function hasDied(exports: WebAssembly.Exports): boolean {
  return fuelOf(exports).value < 0;
}
