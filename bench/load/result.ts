/*
 * What bench/results/load.json holds. Wall-clock figures are of the machine that measured them, beside whatever else ran on
 * it; every ratio is of windows that took turns in one run, and CPU times are those of the AP's process alone.
 */
import type { Figures } from "../../host/bench/bench.ts";
import type { Part } from "./profile.ts";

export interface LoadResult {
  readonly machine: { readonly node: string; readonly cpu: string; readonly cores: number };
  readonly stations: number;
  readonly channels: number;
  readonly reading_octets: number;
  /** Seconds of a window, and how many of each. */
  readonly window_s: number;
  readonly windows: number;
  readonly inProcess: readonly { readonly backend: string; readonly perSecond: number }[];
  readonly wire: readonly WireRow[];
  readonly floods: readonly FloodRow[];
}

/** Readings over UDP from end to end: counted at the stations, by M3s whose MICs they verified. */
export interface WireRow {
  readonly consumer: string;
  readonly perSecond: number;
  /** CPU time of the AP's process for a reading. */
  readonly cpu_us: number;
  /** Of one core, the AP's process. */
  readonly busy: number;
  readonly datagramsIn: number;
  readonly datagramsOut: number;
  /** undefined: there is no file. */
  readonly perFlush?: number;
  /** Datagrams that the system had no room for. */
  readonly overflowed: number;
  /** Shares of the time of the AP's main thread, under the profiler; they add up to 1. */
  readonly shares: Readonly<Record<Part, number>>;
}

export interface FloodRow {
  readonly flood: string;
  readonly limits: "on" | "off";
  /** Datagrams a second that were sent, and that were not dropped for their source's or ID's rate. */
  readonly offered: number;
  readonly admitted: number;
  /** Readings a second without it and with it. */
  readonly without: number;
  readonly with: number;
  /** CPU time of the AP for a reading, and what the flood made of it. */
  readonly cpuWithout_us: number;
  readonly cpuWith_us: number;
  /** CPU time of the AP for one datagram of it. */
  readonly each_us: number;
  /** If rounds may wait for somebody in vain: patience over the length of a round; else 0. */
  readonly waited: number;
  readonly overflowed: number;
}

/** Honest readings a second without the flood over those with it. */
export function slowdown({ without, with: beside }: FloodRow): number {
  return without / beside;
}

/**
 * A core that a flood of so many datagrams a second takes its share of has that much less for readings, and a round that waits
 * is that much longer: with c the CPU time of one
 *
 *     factor <= 1 / (1 - rate c) + patience / round
 *
 * Infinite: the flood takes all of the core.
 */
export function bound({ offered, each_us, waited }: FloodRow): number {
  const left = 1 - offered * each_us * 1e-6;
  return left > 0 ? 1 / left + waited : Number.POSITIVE_INFINITY;
}

/** Nothing of it is the same on two machines, so nothing is compared. */
export function loadFigures(_result: LoadResult): Figures {
  return {};
}
