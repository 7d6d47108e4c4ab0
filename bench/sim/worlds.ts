/*
 * What is simulated: the default scenario (host/sim/scenario), and what is changed in it.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { gather } from "../../host/cli/run/materials.ts";
import { referenceData } from "../../host/data/reference.ts";
import { checkScenario } from "../../host/sim/scenario/read.ts";
import { Simulation } from "../../host/sim/simulation.ts";

/** Longer than anything here goes on. */
const ENDLESS_s = 1e6;

/** More than a station draws when it works all the time: it never dies. */
const AMPLE = { source: "constant", constant: { power_W: 0.01 } };

export function defaultWorld(): Promise<Simulation> {
  return simulation({});
}

/** Each station on a channel of its own, with triggers of its own, so that none hears another. */
export function apart(stations: number): Promise<Simulation> {
  return simulation({ stations: { count: stations }, harvest: AMPLE, air: { channels: stations } });
}

/** All on one channel, with one trigger for all. */
export function together(stations: number): Promise<Simulation> {
  return simulation({ stations: { count: stations }, harvest: AMPLE });
}

/** A station of the default scenario on the power of Mementos trace 1, again and again; undefined: it is not there. */
export async function onTrace(): Promise<Simulation | undefined> {
  const folder = referenceData();
  const file = folder && join(folder, "traces", "mementos-rf", "1.txt");
  if (!file || !existsSync(file)) return undefined;
  return simulation({ stations: { count: 1 }, harvest: { source: "trace", trace: { file } } });
}

async function simulation(changed: object): Promise<Simulation> {
  const scenario = checkScenario({ ...changed, duration_s: ENDLESS_s }, "the bench");
  const { materials } = await gather(scenario);
  return new Simulation(scenario, materials);
}
