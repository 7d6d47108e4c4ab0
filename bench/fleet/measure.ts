/* Fleets of every size in one thread: the cells of a worker, without the thread around them. */
import { cpus } from "node:os";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { builtModule } from "../../host/build/build.ts";
import { createPortableCrypto } from "../../host/crypto/portable.ts";
import type { FleetWish } from "../../host/fleet/plan.ts";
import { STATIONS_PER_AP } from "../../host/fleet/plan.ts";
import { fleetResult } from "../../host/fleet/result.ts";
import { Shift } from "../../host/fleet/shift.ts";
import { checkScenario } from "../../host/sim/scenario/read.ts";

export interface SizeRow {
  readonly stations: number;
  /** Fleets of that size, with seeds of their own, one behind the other. */
  readonly fleets: number;
  readonly readings: number;
  readonly m2s: number;
  readonly cpu_us: number;
  readonly perStationSecond_us: number;
  /** Of the process when it was done, behind a collection, MiB. */
  readonly heap_MiB: number;
}

export interface AccessRow {
  readonly period_s: number;
  readonly slots: number;
  readonly readings: number;
  readonly perSlot: number | null;
  readonly fairness: number | null;
  readonly first_s: number | null;
  readonly collidedShare: number | null;
  readonly collidedEnergy: number | null;
}

export interface LiveRow {
  readonly stations: number;
  readonly awake: number;
  readonly octetsPerStation: number;
}

export interface FleetBench {
  readonly machine: { readonly node: string; readonly cpu: string };
  readonly duration_s: number;
  readonly repetitions: number;
  readonly sizes: readonly SizeRow[];
  /** Where stations move every cell is in memory. */
  readonly live: readonly LiveRow[];
  readonly access: { readonly stations: number; readonly duration_s: number; readonly rows: readonly AccessRow[] };
}

const SIZES = [10, 100, 1000, 10_000, 100_000];
const SIZES_SHORT = [10, 100, 1000];
/** Each size lives as many stations, so that what is compared takes as long. */
const STATIONS_AT_LEAST = 10_000;
const STATIONS_SHORT = 1000;
const DURATION_s = 5;
const PERIOD_s = 0.5;
const SLOTS = 24;
const REPETITIONS = 3;
const LIVE = { stations: 10_000, until_s: 2 };
const ACCESS = { stations: 100, duration_s: 20, periods_s: [0.05, 0.1, 0.2], slots: [12, 16, 24, 32, 48] };

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

function wishOf(stations: number, seed: number, changed: object = {}): FleetWish {
  const ap = { trigger_period_s: PERIOD_s, slots: SLOTS };
  const scenario = checkScenario({ name: "bench", seed, duration_s: DURATION_s, ap, ...changed }, "bench");
  const aps = stations / STATIONS_PER_AP;
  return { scenario, stations, aps, movesPerHour: 0, away_s: 0, energizer_m: [2, 4] };
}

export async function measuredFleet(onStep: (step: string) => void, isShort: boolean): Promise<FleetBench> {
  const crypto = createPortableCrypto();
  const materials = { module: { octets: await builtModule("release") } };
  const cellsOf = ({ aps }: FleetWish): number[] => Array.from({ length: aps }, (_, cell) => cell);
  const told = (wish: FleetWish) => [...new Shift(wish, cellsOf(wish), materials, crypto).told()];
  const lived = (stations: number, fleets: number) => {
    let [readings, m2s] = [0, 0];
    for (let seed = 0; seed < fleets; seed++) {
      const wish = wishOf(stations, seed);
      for (const { taken, visits } of new Shift(wish, cellsOf(wish), materials, crypto).told()) {
        readings += taken;
        for (const { m2Sent } of visits) m2s += m2Sent;
      }
    }
    return { readings, m2s };
  };
  onStep("warming up");
  lived(100, 20);
  const sizes: SizeRow[] = [];
  for (const stations of isShort ? SIZES_SHORT : SIZES) {
    onStep(`${stations.toLocaleString("en")} stations`);
    const fleets = Math.max(1, (isShort ? STATIONS_SHORT : STATIONS_AT_LEAST) / stations);
    let best_us = Number.POSITIVE_INFINITY;
    let counts = { readings: 0, m2s: 0 };
    for (let repetition = 0; repetition < REPETITIONS; repetition++) {
      collect();
      const before = process.cpuUsage();
      counts = lived(stations, fleets);
      const { user, system } = process.cpuUsage(before);
      best_us = Math.min(best_us, user + system);
    }
    collect();
    const heap_MiB = process.memoryUsage().heapUsed / 2 ** 20;
    const perStationSecond_us = best_us / (stations * fleets * DURATION_s);
    sizes.push({ stations, fleets, ...counts, cpu_us: best_us, perStationSecond_us, heap_MiB });
  }
  onStep("all of them in memory");
  const inDark = { harvest: { source: "constant", constant: { power_W: 0 } } };
  const live = [inDark, {}].map((changed) => measuredLive(isShort ? LIVE.stations / 10 : LIVE.stations, changed));
  onStep("by slots and period");
  const rows = ACCESS.periods_s.flatMap((period_s) =>
    ACCESS.slots.map((slots): AccessRow => {
      const ap = { trigger_period_s: period_s, slots };
      const wish = wishOf(ACCESS.stations, 1, { duration_s: ACCESS.duration_s, ap });
      const run = { cells: told(wish), moves: { left: 0, came: 0 } };
      const result = fleetResult(wish, run, { crypto, ...materials }, { version: "" });
      return {
        ...{ period_s, slots, readings: result.readings.taken, perSlot: result.readings.perSlot },
        ...{ fairness: result.fairness.stations, first_s: result.firstReading_s.p50 },
        ...{ collidedShare: result.frames.collidedShare, collidedEnergy: result.energy.collidedShare },
      };
    }),
  );
  return {
    machine: { node: process.version, cpu: cpus()[0]?.model ?? "unknown" },
    duration_s: DURATION_s,
    repetitions: REPETITIONS,
    sizes,
    live,
    access: { stations: ACCESS.stations, duration_s: ACCESS.duration_s, rows },
  };

  function measuredLive(stations: number, changed: object): LiveRow {
    const memory = (): number => {
      collect();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    const wish = { ...wishOf(stations, 1, changed), energizer_m: [3, 3] as const };
    const before = memory();
    const shift = new Shift(wish, cellsOf(wish), materials, crypto);
    shift.until(LIVE.until_s, []);
    const octetsPerStation = (memory() - before) / stations;
    return { stations, awake: shift.awake, octetsPerStation };
  }
}
