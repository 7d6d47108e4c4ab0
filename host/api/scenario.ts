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
import { checkIsOctets } from "../wire/octets.ts";
import { checkFunction, checkMethods, checkParts } from "./check.ts";

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
  /** Stops it within a moment; the promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A run gives others their turn about as often as this, however much happens in a second of its time. */
const SLICE_ms = 20;

/** Of virtual time, to begin with. */
const FIRST_SLICE_s = 0.1;

/**
 * Lives a scenario from its beginning to its end, in virtual time: the same scenario, seed and module give the same result
 * on every machine, and the same as `npx ampcore run --json`.
 *
 * @param wish the name of a built-in scenario (`default`, `crowd`, `hostile`, ...), the path of a YAML file, or plain values.
 * @returns what `npx ampcore run --json` prints, its `timeline` null unless it is asked for; the README has its keys.
 * @throws Error, one sentence, for a scenario that is wrong or does not fit together, for options that are none, and
 * {@link AttackerError} for what an attacker may not do.
 */
export async function runScenario(wish: string | ScenarioWish = "default", options: RunOptions = {}): Promise<Result> {
  checkOptions(options);
  const { module, attacker, onLife, timeline = false, signal } = options;
  signal?.throwIfAborted();
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
  for (let until_s = FIRST_SLICE_s, slice_s = FIRST_SLICE_s; ; until_s += slice_s) {
    const from_ms = performance.now();
    if (!simulation.advance(until_s)) break;
    await new Promise(setImmediate);
    signal?.throwIfAborted();
    // Where the cuts are changes nothing in the run: twice as long, or half, until one takes what it should.
    slice_s *= performance.now() - from_ms < SLICE_ms ? 2 : 0.5;
  }
  return resultOf(simulation, given, { version: version(), traceHash });
}

function checkOptions(options: RunOptions): void {
  const keys = { module: true, attacker: true, onLife: true, timeline: true, signal: true } as const;
  checkParts<RunOptions>("options", options, keys);
  const { module, attacker, onLife, signal } = options;
  if (module !== undefined) checkIsOctets("module", module);
  checkFunction("attacker", attacker);
  checkFunction("onLife", onLife);
  if (signal !== undefined) checkMethods("signal", signal, ["throwIfAborted"]);
}
