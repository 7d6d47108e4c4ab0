/* The load: in process as bench/throughput has it, over UDP with each consumer, under floods, and with IDs that are shared. */
import { availableParallelism, cpus } from "node:os";
import { measuredThroughput } from "../throughput/measure.ts";
import { type BedOptions, LoadBed, type Window } from "./bed.ts";
import { type FloodEffort, floodRows, summed } from "./floods.ts";
import { sharesOf } from "./profile.ts";
import type { LoadResult, WireRow } from "./result.ts";

export interface Effort extends FloodEffort {
  readonly stations: number;
  readonly channels: number;
  /** Before each bed's first window. */
  readonly warm_s: number;
  /** Readings are counted under the profiler, which has its price, and not beside it. */
  readonly isProfiledOnly: boolean;
  /** Of bench/throughput. */
  readonly inProcess: Parameters<typeof measuredThroughput>[1];
}

const FULL: Effort = {
  ...{ stations: 200, channels: 2, window_s: 2, windows: 2, warm_s: 1.5 },
  inProcess: { devices: 128, rounds: 8, repetitions: 40 },
  ...{ limits: ["on", "off"], others: 7, strangers: 20_000, frames: 64, isProfiledOnly: false },
};
const SHORT: Effort = {
  ...{ stations: 32, channels: 1, window_s: 0.3, windows: 1, warm_s: 0.3 },
  inProcess: { devices: 32, rounds: 4, repetitions: 4 },
  ...{ limits: ["on"], others: 0, strangers: 5_000, frames: 32, isProfiledOnly: true },
};
const READING_octets = 16;

export async function measuredLoad(onStep: (step: string) => void, isShort: boolean): Promise<LoadResult> {
  return loadOf(isShort ? SHORT : FULL, onStep);
}

/** @throws Error when a process does not begin, or an M3 is wrong. */
export async function loadOf(effort: Effort, onStep: (step: string) => void): Promise<LoadResult> {
  const { stations, channels, window_s, windows, warm_s } = effort;
  const inProcess = await measuredThroughput(onStep, effort.inProcess);
  const crowd = { stations, channels, reading_octets: READING_octets, warm_s };
  const wire: WireRow[] = [];
  for (const toFile of [false, true]) wire.push(await wireRow(crowd, effort, toFile, onStep));
  const floods = await floodRows(crowd, effort, onStep);
  return {
    machine: { node: process.version, cpu: cpus()[0]?.model ?? "unknown", cores: availableParallelism() },
    ...{ stations, channels, reading_octets: READING_octets, window_s, windows },
    inProcess: inProcess.rows
      .filter(({ encrypted }) => encrypted)
      .map(({ backend, ap_us }) => ({ backend, perSecond: 1e6 / ap_us })),
    wire,
    floods,
  };
}

/** Windows without the profiler, and one with it for the shares. */
async function wireRow(crowd: BedOptions, effort: Effort, toFile: boolean, onStep: (step: string) => void) {
  const consumer = toFile ? "a file, flushed" : "stdout";
  onStep(`over UDP, readings to ${consumer}`);
  const windows = effort.isProfiledOnly ? [] : await plainWindows({ ...crowd, toFile }, effort);
  const profiled = await LoadBed.make({ ...crowd, toFile, isProfiled: true });
  let seen: Window;
  let profile: Awaited<ReturnType<LoadBed["end"]>>;
  try {
    seen = await profiled.window(effort.window_s);
  } finally {
    profile = await profiled.end();
  }
  if (profile === undefined) throw new Error("node wrote no profile of the AP");
  const { lasts_s, confirmed, wrong, cpu_s, overflowed, metrics } = summed(windows.length > 0 ? windows : [seen]);
  if (wrong > 0 || confirmed === 0) throw new Error(`${confirmed} M3s are right and ${wrong} are not`);
  const grown = (name: string): number => metrics.get(name) ?? 0;
  // An M1 and an over to each station of the channel, and the M3s.
  const sent = (2 * grown("triggers_total") * crowd.stations) / crowd.channels + grown("confirms_total");
  return {
    consumer,
    perSecond: confirmed / lasts_s,
    cpu_us: (1e6 * cpu_s) / confirmed,
    busy: cpu_s / lasts_s,
    datagramsIn: grown("datagrams_total") / confirmed,
    datagramsOut: sent / confirmed,
    perFlush: toFile ? confirmed / grown("flushes_total") : undefined,
    overflowed,
    shares: sharesOf(profile, seen.from_us, seen.end_us),
  };
}

async function plainWindows(options: BedOptions, { windows, window_s }: Effort): Promise<Window[]> {
  const bed = await LoadBed.make(options);
  const seen: Window[] = [];
  try {
    for (let n = 0; n < windows; n++) seen.push(await bed.window(window_s));
  } finally {
    await bed.end();
  }
  return seen;
}
