/*
 * What bench/results/core.json holds. All costs are instructions: operators executed, but block, loop, else, end, nop.
 */
import type { OpcodeClass } from "../../host/device/rewrite/opcodes.ts";
import type { Cost } from "./bed.ts";
import type { PerBuild } from "./builds.ts";
import type { Traces } from "./constanttime.ts";
import type { PrimitiveCosts } from "./primitives.ts";
import type { WorstCosts } from "./worst/search.ts";

export type CoreResult = PerBuild<BuildResult>;

export interface BuildResult {
  readonly module: ModuleFacts;
  readonly constantTime: Traces;
  /** Each call that a station makes in its life, by jobs.ts' names. */
  readonly jobs: Readonly<Record<string, Cost>>;
  readonly worst: WorstCosts;
  readonly primitives: PrimitiveCosts;
  /** Of the cold M2 of the compact profile, CCM. */
  readonly classes: Readonly<Partial<Record<OpcodeClass, number>>>;
  /** Of the same: each function's own instructions, without those of what it calls; the costliest first. */
  readonly functions: readonly FunctionCost[];
}

export interface ModuleFacts {
  /** Relative to the repository. */
  readonly file: string;
  readonly sha256: string;
  readonly octets: number;
  /** Of them, function bodies. */
  readonly codeOctets: number;
  readonly heapBase: number;
  /** One past the highest octet of memory that any job loaded or stored. */
  readonly touched: number;
}

interface FunctionCost {
  readonly name: string;
  readonly instructions: number;
}
