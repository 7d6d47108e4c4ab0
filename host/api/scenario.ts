import type { z } from "zod";
import type { Plan as AirAttacker } from "../channel/attacker.ts";
import { gather } from "../cli/run/materials.ts";
import { scenarioFor } from "../cli/run/scenarios.ts";
import { version } from "../cli/version.ts";
import { checkStation } from "../device/load.ts";
import { Recorder } from "../sim/record/recorder.ts";
import { resultOf } from "../sim/report.ts";
import type { Result } from "../sim/result.ts";
import { checkScenario } from "../sim/scenario/read.ts";
import type { SCENARIO, Scenario } from "../sim/scenario/schema.ts";
import { Simulation } from "../sim/simulation.ts";
import type { Life } from "../sim/tally.ts";
import type { AirFacts, Materials } from "../sim/world.ts";

/** A scenario as plain values: every key may be left out. `npx ampcore scenario --example` prints all of them with what they mean. */
export type ScenarioWish = z.input<typeof SCENARIO>;

/** What of a run is not in its scenario. */
export interface RunOptions {
  /** A station module of one's own, in place of the one that the scenario names. */
  readonly module?: Uint8Array;
  /** Whoever listens and sends beside stations and AP; made once for each channel. */
  readonly attacker?: (facts: AirFacts) => AirAttacker;
  /** Hears of each life of a station as it ends. */
  readonly onLife?: (life: Life) => void;
  /** Keeps the course of voltages, frames and deaths in `result.timeline`, for a report. */
  readonly timeline?: boolean;
  /** Stops it between two slices of virtual time; the promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** In how many slices a run gives others their turn. */
const SLICES = 100;

/**
 * Lives a scenario from its beginning to its end, in virtual time: the same scenario, seed and module give the same result
 * on every machine, and the same as `npx ampcore run --json`.
 *
 * @param wish the name of a built-in scenario (`default`, `crowd`, `hostile`, ...), the path of a YAML file, or plain values.
 * @returns what `npx ampcore run --json` prints; its keys are in the README.
 * @throws Error, one sentence, for a scenario that is wrong or does not fit together.
 */
export async function runScenario(wish: string | ScenarioWish = "default", options: RunOptions = {}): Promise<Result> {
  const { module, attacker, onLife, timeline = false, signal } = options;
  const scenario: Scenario = typeof wish === "string" ? scenarioFor(wish, {}) : checkScenario(wish, "the scenario");
  if (module !== undefined) checkStation(module);
  const { materials, traceHash } = await gather(scenario, true);
  const { duration_s, stations } = scenario;
  const given: Materials = {
    ...materials,
    ...(module !== undefined && { module: { octets: module } }),
    ...{ attacker, onLife, byFunction: true },
    recorder: timeline ? new Recorder(duration_s, stations.count) : undefined,
  };
  const simulation = new Simulation(scenario, given);
  for (let slice = 1; simulation.advance((duration_s * slice) / SLICES); slice++) {
    signal?.throwIfAborted();
    await new Promise(setImmediate);
  }
  return resultOf(simulation, given, { version: version(), traceHash });
}
