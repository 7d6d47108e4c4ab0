/*
 * One thread of a sweep's pool. What scenarios are made of is gathered once: the module is compiled and metered once, a trace
 * is read once, however many jobs the thread is given.
 */
import type { Scenario } from "../../sim/scenario/schema.ts";
import { type Column, columnsOf } from "../../sweep/columns.ts";
import type { Grid } from "../../sweep/grid/schema.ts";
import { type Means, type Outcome, outcomeOf } from "../../sweep/live.ts";
import { gather } from "../run/materials.ts";
import { version } from "../version.ts";

export interface Task {
  readonly scenario: Scenario;
  readonly results: Grid["results"];
}

/** Kept by what they are made of; few, for a trace may be long. */
const means = new Map<string, Promise<Means>>();
const MEANS_MAX = 8;
const columns = new Map<string, Column[]>();

export async function lived({ scenario, results }: Task): Promise<Outcome> {
  return outcomeOf(scenario, await meansFor(scenario), columnsFor(results));
}

/** What a scenario is lived with. @throws UsageError */
export function meansFor({ stations, harvest, converter }: Scenario): Promise<Means> {
  const key = JSON.stringify([stations.module, converter, harvest.source === "trace" && harvest.trace]);
  const made = means.get(key) ?? gathered();
  means.delete(key);
  means.set(key, made);
  const [oldest] = means.keys();
  if (means.size > MEANS_MAX) means.delete(oldest);
  return made;

  async function gathered(): Promise<Means> {
    return { ...(await gather({ stations, harvest, converter }, true)), version: version() };
  }
}

function columnsFor(results: Grid["results"]): Column[] {
  const key = JSON.stringify(results ?? null);
  const made = columns.get(key) ?? columnsOf({ results });
  columns.set(key, made);
  return made;
}
