import { devicePrimitives } from "./device.ts";
import { noblePrimitives } from "./noble.ts";
import { nodePrimitives } from "./node.ts";
import type { Primitives } from "./primitives.ts";

/** Everyone who has the profile's primitives; the suites of this folder ask all of them the same. */
export const IMPLEMENTATIONS: readonly Primitives[] = [
  await devicePrimitives("release"),
  await devicePrimitives("small"),
  nodePrimitives,
  noblePrimitives,
];

/** How many cases of a suite an implementation takes. The device's two builds have one reach. */
export interface Counts {
  readonly device: number;
  readonly node: number;
  readonly noble: number;
}

/** The count that is for this implementation. */
export function countOf(counts: Counts, primitives: Primitives): number {
  if (primitives === nodePrimitives) return counts.node;
  return primitives === noblePrimitives ? counts.noble : counts.device;
}
