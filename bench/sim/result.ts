/*
 * What bench/results/sim.json holds. Counts are exact and the same everywhere; times are CPU time of all threads of the
 * process, the least of the repetitions: what else runs on a machine makes them longer, never shorter.
 */

/** One repetition of a run, after its warm-up; all of the same length in virtual time. */
export interface Timing {
  readonly stations: number;
  /** Of all repetitions: M3s verified, M2s that went on the air, and deaths. */
  readonly exchanges: number;
  readonly m2s: number;
  readonly deaths: number;
  readonly repetitions: number;
  /** Virtual time of one of them. */
  readonly virtual_s: number;
  /** Of the quickest, CPU time an exchange (null: there was none), an M2, and a second of one station's virtual time. */
  readonly exchange_us: number | null;
  readonly m2_us: number;
  readonly stationSecond_us: number;
}

export interface SimResult {
  readonly machine: { readonly node: string; readonly cpu: string };
  /** One station with harvest without end, each trigger an exchange; and the default scenario. */
  readonly ample: Timing;
  readonly default: Timing;
  /** By number of stations: each on a channel of its own, and all on one. */
  readonly apart: readonly Timing[];
  readonly together: readonly Timing[];
  /** Null where the recorded trace is not there. */
  readonly stationHour: {
    readonly virtual_s: number;
    readonly exchanges: number;
    readonly deaths: number;
    readonly wall_s: number;
    readonly cpu_s: number;
  } | null;
}
