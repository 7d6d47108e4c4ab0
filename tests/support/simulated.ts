/** Simulations as tests want them: a built-in scenario with what a test changes in it, run to its end. */
import { readFileSync } from "node:fs";
import { builtModule, builtNames } from "../../host/build/build.ts";
import type { Crypto } from "../../host/crypto/crypto.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import type { Trace } from "../../host/energy/traces/trace.ts";
import type { Recorder } from "../../host/sim/record/recorder.ts";
import { resultOf } from "../../host/sim/report.ts";
import type { Result } from "../../host/sim/result.ts";
import { checkScenario, readScenario } from "../../host/sim/scenario/read.ts";
import type { Scenario } from "../../host/sim/scenario/schema.ts";
import { Simulation } from "../../host/sim/simulation.ts";
import type { Life } from "../../host/sim/tally.ts";
import type { Materials } from "../../host/sim/world.ts";

/** Some of the values of a scenario; lists are given whole. */
export type Changes<Part = Scenario> = {
  readonly [Key in keyof Part]?: Part[Key] extends readonly unknown[] | null
    ? Part[Key]
    : Part[Key] extends object
      ? Changes<Part[Key]>
      : Part[Key];
};

export const BUILT_IN = ["crowd", "default", "hostile", "slow-supervisor", "tgbp-active"] as const;

/** A built-in scenario, as its file has it. */
export function builtIn(name: string): Scenario {
  const file = new URL(`../../host/sim/scenario/built-in/${name}.yaml`, import.meta.url);
  return readScenario(readFileSync(file, "utf8"), name);
}

export const DEFAULTS: Scenario = builtIn("default");

export function changed(changes: Changes, from: Scenario = DEFAULTS): Scenario {
  return checkScenario(merged(from, changes), "a test");
}

function merged(from: unknown, changes: unknown): unknown {
  if (!isPart(from) || !isPart(changes)) return changes;
  const both = { ...from };
  for (const [key, value] of Object.entries(changes)) both[key] = merged(from[key], value);
  return both;
}

function isPart(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** One object for each build, so that its metered instances are made once. */
export const MODULES = {
  release: { octets: await builtModule("release"), names: await builtNames("release") },
  small: { octets: await builtModule("small"), names: await builtNames("small") },
} as const;

export interface Means {
  readonly crypto?: Crypto;
  readonly module?: Materials["module"];
  readonly trace?: Trace;
  readonly recording?: Materials["recording"];
  readonly traceHash?: string;
  readonly images?: readonly Uint8Array[];
  readonly onLife?: (life: Life) => void;
  readonly recorder?: Recorder;
  readonly tap?: Materials["tap"];
  readonly byFunction?: boolean;
  /** Before the first event: where a test looks in, or meddles. */
  readonly prepare?: (simulation: Simulation) => void;
}

export interface Simulated {
  readonly simulation: Simulation;
  /** Made when it is asked for: not every test wants one. */
  readonly result: Result;
  /** In the order in which they ended. */
  readonly lives: readonly Life[];
}

/** Runs it to its end. */
export function simulated(scenario: Scenario, means: Means = {}): Simulated {
  const {
    crypto = nodeCrypto,
    trace,
    recording,
    images,
    recorder,
    tap,
    byFunction,
    onLife,
    prepare,
    traceHash,
  } = means;
  const module = means.module ?? MODULES[scenario.stations.module as keyof typeof MODULES];
  const lives: Life[] = [];
  const materials: Materials = {
    crypto,
    module,
    trace,
    recording,
    images,
    recorder,
    tap,
    byFunction,
    onLife(life) {
      lives.push(life);
      onLife?.(life);
    },
  };
  const simulation = new Simulation(scenario, materials);
  prepare?.(simulation);
  simulation.advance(scenario.duration_s);
  let result: Result | undefined;
  return {
    simulation,
    lives,
    get result() {
      result ??= resultOf(simulation, materials, { version: "test", traceHash });
      return result;
    },
  };
}

/** More power than a station of any profile can use. */
export const AMPLE = { source: "constant", constant: { power_W: 0.1 } } as const;

/** One sentence for each rule that was broken. */
export function broken({ simulation }: Pick<Simulated, "simulation">): string[] {
  const verdicts = simulation.world.observer.verdicts();
  return verdicts.filter(({ violations }) => violations > 0).map(({ rule, first }) => `${rule}: ${first}`);
}
