/* What bench/results/peers.json holds: exact counts of this machine's compiler. */
import type { Figures } from "../../host/bench/bench.ts";

export interface PeersResult {
  readonly compiler: string;
  /** Octets of build/jobs.wasm, which does all jobs but those of AES by itself. */
  readonly module_octets: number;
  /** The first is ours. */
  readonly rows: readonly PeerRow[];
}

export interface PeerRow {
  readonly name: string;
  /** Code and constants of the implementation, as far as the jobs need it. */
  readonly flash_octets: number;
  /** Thumb-2 instructions by job. */
  readonly instructions: Readonly<Record<string, number>>;
}

/** Ours alone: less is better. */
export function peersFigures({ rows, module_octets }: PeersResult): Figures {
  const [ours] = rows;
  const jobs = Object.entries(ours.instructions).map(([job, count]) => [`Cortex-M4 instructions: ${job}`, count]);
  return Object.fromEntries([["module octets", module_octets], ["flash octets", ours.flash_octets], ...jobs]);
}
