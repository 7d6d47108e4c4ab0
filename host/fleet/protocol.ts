/* What the threads of a fleet say to each other. */
import type { Materials } from "../sim/world.ts";
import type { FleetWish } from "./plan.ts";
import type { Coming, Leaving } from "./shift.ts";
import type { CellTold } from "./told.ts";

/** With what a worker begins; what does not depend on the fleet. */
export type Given = Omit<Materials, "crypto">;

export type Order =
  /** Another fleet, of which these cells are the worker's; what it had of the last is forgotten. */
  | { readonly kind: "begin"; readonly wish: FleetWish; readonly numbers: readonly number[] }
  | { readonly kind: "until"; readonly at_s: number; readonly leaving: readonly Leaving[] }
  | { readonly kind: "comes"; readonly at_s: number; readonly coming: readonly Coming[] }
  | { readonly kind: "end" };

/** Orders are numbered: what is said of one that nobody waits for any more is not taken for the next. */
export interface Numbered {
  readonly number: number;
  readonly order: Order;
}

export type Said =
  /** So much more of one cell is where it should be, 0 to 1. */
  | { readonly kind: "part"; readonly part: number }
  /** A cell is at its end. */
  | { readonly kind: "told"; readonly told: CellTold }
  /** An order is done. */
  | { readonly kind: "done"; readonly images: readonly Uint8Array[] }
  | { readonly kind: "failed"; readonly name: string; readonly message: string; readonly stack?: string };

export interface Answered {
  /** Of the order. */
  readonly number: number;
  readonly said: Said;
}
