/*
 * Runs each world for a while that is not timed, then several times for the same virtual time.
 */
import { cpus } from "node:os";
import type { Simulation } from "../../host/sim/simulation.ts";
import type { SimResult, Timing } from "./result.ts";
import { apart, defaultWorld, onTrace, together } from "./worlds.ts";

const REPETITIONS = 5;
const SIZES = [1, 10, 100, 1000];
/** Of a repetition: triggers of a station times stations. */
const TRIGGERS = 4000;
/** Of the default scenario. */
const PERIOD_s = 0.025;
/** Triggers of a station alone before anything is timed: until then the engine still compiles. */
const WARMING = 20_000;
const DEFAULT_s = 30;
const HOUR_s = 3600;

/** Virtual time before the first repetition, and of each. */
interface Span {
  readonly warm_s: number;
  readonly each_s: number;
}

export async function measuredSim(onStep: (step: string) => void): Promise<SimResult> {
  onStep("warming up");
  (await apart(1)).advance(WARMING * PERIOD_s);
  onStep("exchanges a second");
  const ample = timed(await apart(1), { warm_s: 1, each_s: TRIGGERS * PERIOD_s });
  const without = TRIGGERS * REPETITIONS - ample.exchanges;
  if (without !== 0) throw new Error(`${without} triggers had no exchange, where each has to have one`);
  const byDefault = timed(await defaultWorld(), { warm_s: DEFAULT_s, each_s: DEFAULT_s });
  const apartOnes: Timing[] = [];
  const crowds: Timing[] = [];
  for (const size of SIZES) {
    onStep(`${size} station${size > 1 ? "s" : ""}`);
    // After four triggers all have booted and have their PMK in the cache.
    const span = { warm_s: 4 * PERIOD_s, each_s: (TRIGGERS / size) * PERIOD_s };
    apartOnes.push(timed(await apart(size), span));
    crowds.push(timed(await together(size), span));
  }
  onStep("a station-hour");
  return {
    machine: { node: process.version, cpu: cpus()[0]?.model ?? "unknown" },
    ample,
    default: byDefault,
    apart: apartOnes,
    together: crowds,
    stationHour: hour(await onTrace()),
  };
}

function timed(simulation: Simulation, { warm_s, each_s }: Span): Timing {
  const { stations } = simulation.world;
  simulation.advance(warm_s);
  const before = counted(simulation);
  let least = { cpu_us: Number.POSITIVE_INFINITY, exchanges: 0, m2s: 0 };
  for (let repetition = 1; repetition <= REPETITIONS; repetition++) {
    const from = counted(simulation);
    const start = process.cpuUsage();
    simulation.advance(warm_s + repetition * each_s);
    const { user, system } = process.cpuUsage(start);
    const { exchanges, m2s } = difference(counted(simulation), from);
    if (user + system < least.cpu_us) least = { cpu_us: user + system, exchanges, m2s };
  }
  checkRules(simulation);
  return {
    stations: stations.length,
    ...difference(counted(simulation), before),
    repetitions: REPETITIONS,
    virtual_s: each_s,
    exchange_us: least.exchanges > 0 ? least.cpu_us / least.exchanges : null,
    m2_us: least.cpu_us / least.m2s,
    stationSecond_us: least.cpu_us / (stations.length * each_s),
  };
}

function hour(simulation: Simulation | undefined): SimResult["stationHour"] {
  if (!simulation) return null;
  const cpu = process.cpuUsage();
  const wall_ms = performance.now();
  simulation.advance(HOUR_s);
  const wall_s = (performance.now() - wall_ms) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  checkRules(simulation);
  const { exchanges, deaths } = counted(simulation);
  return { virtual_s: HOUR_s, exchanges, deaths, wall_s, cpu_s: (user + system) / 1e6 };
}

interface Counted {
  readonly exchanges: number;
  readonly m2s: number;
  readonly deaths: number;
}

function counted({ world: { stations } }: Simulation): Counted {
  const sum = (of: (tally: (typeof stations)[number]["tally"]) => number): number =>
    stations.reduce((total, { tally }) => total + of(tally), 0);
  return {
    exchanges: sum(({ confirmed }) => confirmed),
    m2s: sum(({ m2Sent }) => m2Sent),
    deaths: sum(({ deaths }) => deaths),
  };
}

function difference(later: Counted, earlier: Counted): Counted {
  return {
    exchanges: later.exchanges - earlier.exchanges,
    m2s: later.m2s - earlier.m2s,
    deaths: later.deaths - earlier.deaths,
  };
}

/** A quick run that breaks rules is no result. */
function checkRules({ world: { observer } }: Simulation): void {
  if (observer.violations > 0) throw new Error(`${observer.violations} rules were broken`);
}
