/*
 * One job, lived: a scenario and what it is made of -> the values of its row.
 */
import type { NeedsOf } from "../sim/needs.ts";
import { resultOf } from "../sim/report.ts";
import type { Result } from "../sim/result.ts";
import { isMisfit } from "../sim/scenario/misfit.ts";
import { withSettings } from "../sim/scenario/read.ts";
import type { Scenario } from "../sim/scenario/schema.ts";
import { Simulation } from "../sim/simulation.ts";
import type { Life } from "../sim/tally.ts";
import type { Materials } from "../sim/world.ts";
import { type Column, type Datum, type Lived, needsFor, triesOf } from "./columns.ts";

/** A row of a job: a value for each column, or why this scenario cannot be lived. */
export type Outcome = { readonly values: readonly Datum[] } | { readonly refused: string };

export interface Means {
  readonly materials: Materials;
  readonly traceHash?: string;
  /** ampcore's. */
  readonly version: string;
}

/** Never throws for a scenario whose parts do not fit together: that is an outcome. */
export function outcomeOf(scenario: Scenario, means: Means, columns: readonly Column[]): Outcome {
  try {
    const lived = livedOf(scenario, means, needsFor(columns));
    return { values: columns.map(({ of }) => of(lived)) };
  } catch (error) {
    if (!isMisfit(error)) throw error;
    return { refused: error.message };
  }
}

/** A result as any is, with a confirmed reading if the scenario allows one; undefined: it cannot be lived. */
export function sampleOf(scenario: Scenario, means: Means): Result | undefined {
  const { trigger_period_s } = scenario.ap;
  const changes = new Map<string, unknown>([
    ["duration_s", CHARGED_s + 4 * trigger_period_s],
    ["harvest.source", "constant"],
    ["harvest.scale", 1],
    ["harvest.constant.power_W", PLENTY_W],
  ]);
  try {
    return livedOf(withSettings(scenario, changes, "a sample"), means, "all").result;
  } catch (error) {
    if (!isMisfit(error)) throw error;
    return undefined;
  }
}

/** Fills any storage of a profile in that time. */
const PLENTY_W = 0.1;
const CHARGED_s = 0.1;

function livedOf(scenario: Scenario, { materials, traceHash, version }: Means, needs: NeedsOf): Lived {
  const lives: Life[] = [];
  const observed = { ...materials, onLife: (life: Life) => lives.push(life) };
  const simulation = new Simulation(scenario, observed);
  simulation.advance(scenario.duration_s);
  return { result: resultOf(simulation, observed, { version, traceHash, needs }), ...triesOf(lives) };
}
