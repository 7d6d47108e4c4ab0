/*
 * What the module is meant to reach. A missed goal is said and fails nothing; a figure that gets worse does fail.
 */
import type { Build } from "./builds.ts";

export type Figure = "octets" | "m2Cold" | "m2Warm" | "touched";

export interface Goal {
  readonly build: Build;
  readonly figure: Figure;
  /** At most. */
  readonly goal: number;
}

export const GOALS: readonly Goal[] = [
  { build: "release", figure: "octets", goal: 7_800 },
  { build: "release", figure: "m2Cold", goal: 72_000 },
  { build: "release", figure: "m2Warm", goal: 49_000 },
  { build: "release", figure: "touched", goal: 1_408 },
  { build: "small", figure: "octets", goal: 5_450 },
  { build: "small", figure: "m2Cold", goal: 100_000 },
  { build: "small", figure: "touched", goal: 1_408 },
];

export const FIGURE_NAMES: Readonly<Record<Figure, string>> = {
  octets: "octets of the module",
  m2Cold: "instructions of a cold M2",
  m2Warm: "instructions of a warm M2",
  touched: "octets of memory touched",
};

/** "met, 2,232 (3.1 %) to spare" or "missed by 1,526 (28.0 %)". */
export function verdict(measured: number, goal: number): string {
  const difference = Math.abs(measured - goal);
  const by = `${difference.toLocaleString("en")} (${((difference / goal) * 100).toFixed(1)} %)`;
  return measured <= goal ? `met, ${by} to spare` : `missed by ${by}`;
}
