/*
 * What bench/results/throughput.json holds. Times are CPU time of all threads of the process, the least of the repetitions:
 * what else runs on a machine makes them longer, never shorter.
 */
import type { Figures } from "../../host/bench/bench.ts";

export interface ThroughputResult {
  readonly machine: { readonly node: string; readonly cpu: string };
  /** Devices that answer each trigger, triggers of a repetition, repetitions. */
  readonly devices: number;
  readonly rounds: number;
  readonly repetitions: number;
  readonly reading_octets: number;
  /** Octets of build/backend.wasm. */
  readonly backend_octets: number;
  readonly rows: readonly ThroughputRow[];
}

export interface ThroughputRow {
  readonly backend: string;
  readonly encrypted: boolean;
  /** What keeps its time from depending on keys; null: nothing does. */
  readonly constantTime: string | null;
  /** An exchange: PTK, M2 verified, M3 made; by the calls of the interface alone. */
  readonly crypto_us: number;
  /** The same in the access point: frames taken apart and made, candidates, sessions, rules. */
  readonly ap_us: number;
  /** An M2 whose MIC fits nobody, of an ID that one device has: refused by the access point. */
  readonly forged_us: number;
}

/** Times are compared with nothing: what is compared is the size. */
export function throughputFigures({ backend_octets }: ThroughputResult): Figures {
  return { "backend.wasm: octets": backend_octets };
}
