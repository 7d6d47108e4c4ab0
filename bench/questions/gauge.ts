/*
 * What each function of a module costs: every region adds its price to its function's account, and a function's first
 * region counts its calls.
 */
import { f64Const, globalGet, globalSet, op } from "../../host/device/rewrite/asm.ts";
import { rewrite } from "../../host/device/rewrite/rewrite.ts";
import { costOf, type Weights } from "../../host/device/weights.ts";

/** Of one function since the last time it was asked, without what its callees cost. */
export interface Spent {
  readonly fuel: number;
  readonly calls: number;
}

export interface Gauge {
  readonly wasm: Uint8Array;
  /** By function, under the names given; then all accounts are 0 again. Functions that did not run are left out. */
  take(exports: WebAssembly.Exports): Readonly<Record<string, Spent>>;
}

const FUEL = "gauge.fuel.";
const CALLS = "gauge.calls.";

/** `names`: of all functions by index, imports included. Throws a ModuleError when `octets` is no plain MVP module. */
export function gauge(octets: Uint8Array, names: readonly string[], weights: Weights): Gauge {
  const indices: number[] = [];
  const { wasm } = rewrite(octets, "region", ({ regions }, additions) => {
    const accounts = new Map<number, { readonly fuel: number; readonly calls: number; readonly first: number }>();
    for (const { functionIndex, id } of regions) {
      if (accounts.has(functionIndex)) continue;
      indices.push(functionIndex);
      accounts.set(functionIndex, {
        fuel: additions.addGlobal("f64", f64Const(0), `${FUEL}${functionIndex}`),
        calls: additions.addGlobal("f64", f64Const(0), `${CALLS}${functionIndex}`),
        first: id,
      });
    }
    const add = (global: number, amount: number): number[] => {
      return [...globalGet(global), ...f64Const(amount), ...op("f64.add"), ...globalSet(global)];
    };
    return {
      enter({ id, functionIndex, instructions }) {
        const account = accounts.get(functionIndex);
        if (!account) throw new Error(`function ${functionIndex} has no account`);
        const paid = add(account.fuel, costOf(instructions, weights));
        return id === account.first ? [...paid, ...add(account.calls, 1)] : paid;
      },
    };
  });
  return {
    wasm,
    take(exports) {
      const taken = (name: string): number => {
        const global = exports[name] as WebAssembly.Global<number>;
        const value = global.value;
        global.value = 0;
        return value;
      };
      const all = indices.map((index) => {
        return [names[index], { fuel: taken(`${FUEL}${index}`), calls: taken(`${CALLS}${index}`) }] as const;
      });
      return Object.fromEntries(all.filter(([, { calls }]) => calls > 0));
    },
  };
}
