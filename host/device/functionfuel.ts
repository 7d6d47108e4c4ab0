/*
 * Whose fuel it was. A metered module keeps a sum for each of its functions: what the regions in it cost that were paid
 * for, each function's own without its callees'. What a call had left when it died, too little for the region it came to,
 * is no function's.
 *
 *     fuel taken = sum over functions + unpaid
 */
import type { Additions } from "./rewrite/additions.ts";
import type { Code } from "./rewrite/asm.ts";
import { f64Const, globalGet, globalSet, i32Const, op } from "./rewrite/asm.ts";
import { addCounters, counted } from "./rewrite/counters.ts";
import { parse } from "./rewrite/parse.ts";
import type { Region } from "./rewrite/regions.ts";
import type { Program } from "./rewrite/rewrite.ts";

const READ = "fuel.by";
const RESET = "fuel.reset";
const ASIDE = "fuel.aside";

/** Code that keeps the sums. */
export interface FunctionFuelCode {
  /** Behind the payment for a region. */
  paid(region: Region, cost: number): Code;
  /** Where a region could not be paid for, and the module is about to die. */
  unpaid(cost: number): Code;
}

/** Adds the sums to a module whose fuel is the global `fuel`. */
export function addFunctionFuel({ module }: Program, additions: Additions, fuel: number): FunctionFuelCode {
  const { importedFunctions: first, functions } = module;
  const sums = addCounters(additions, functions.length - first + 1, { read: READ, reset: RESET });
  const [unpaid] = sums.slice(-1);
  const others = sums.map(() => additions.addGlobal("f64", f64Const(0)));
  const swapped = sums.flatMap((sum, i) => [
    ...[...globalGet(sum), ...globalGet(others[i])],
    ...[...globalSet(sum), ...globalSet(others[i])],
  ]);
  additions.addFunction(ASIDE, [], [], swapped);
  return {
    paid: ({ functionIndex }, cost) => counted(sums[functionIndex - first], f64Const(cost)),
    // The region's cost was taken already.
    unpaid: (cost) =>
      counted(unpaid, [...globalGet(fuel), ...i32Const(cost), ...op("i32.add"), ...op("f64.convert_i32_s")]),
  };
}

export interface FuelByFunction {
  /** By index of the module's function space; an imported one has 0. */
  readonly functions: readonly number[];
  readonly unpaid: number;
}

/** The sums of one instance of such a module. */
export class FunctionFuel {
  readonly #by: (counter: number) => number;
  readonly #reset: () => void;
  readonly #aside: () => void;
  readonly #first: number;
  readonly #end: number;

  /** `octets`: the module before it was metered. */
  constructor(exports: WebAssembly.Exports, octets: Uint8Array) {
    const { importedFunctions, functions } = parse(octets);
    this.#first = importedFunctions;
    this.#end = functions.length;
    this.#by = exports[READ] as (counter: number) => number;
    this.#reset = exports[RESET] as () => void;
    this.#aside = exports[ASIDE] as () => void;
  }

  /** Since the last reset. */
  read(): FuelByFunction {
    const functions = Array.from({ length: this.#end }, (_, index) =>
      index < this.#first ? 0 : this.#by(index - this.#first),
    );
    return { functions, unpaid: this.#by(this.#end - this.#first) };
  }

  reset(): void {
    this.#reset();
  }

  /** What is taken from now on is kept apart, until this is called again. */
  aside(): void {
    this.#aside();
  }
}
