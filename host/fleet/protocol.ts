/* What the threads of a fleet say to each other. */
import type { Materials } from "../sim/world.ts";
import type { FleetWish } from "./plan.ts";
import type { Coming, Leaving } from "./shift.ts";
import type { CellTold } from "./told.ts";

/** With what a worker begins. */
export interface Given {
  readonly wish: FleetWish;
  readonly numbers: readonly number[];
  readonly materials: Omit<Materials, "crypto">;
}

export type Order =
  | { readonly kind: "until"; readonly at_s: number; readonly leaving: readonly Leaving[] }
  | { readonly kind: "comes"; readonly at_s: number; readonly coming: readonly Coming[] }
  | { readonly kind: "end" };

export type Said =
  /** A cell more is where it should be; at the end with what it tells. */
  | { readonly kind: "cell"; readonly told?: CellTold }
  /** An order is done. */
  | { readonly kind: "done"; readonly images: readonly Uint8Array[] }
  | { readonly kind: "failed"; readonly name: string; readonly message: string };
