/*
 * Beside other implementations of the same cryptography on a Cortex-M4: this project's module through wasm2c, and C that is
 * constant in time, by exact counts of instructions of the same jobs. What is cited is said to be.
 */
import type { Bench } from "../host/bench/bench.ts";
import { measuredPeers } from "./peers/measure.ts";
import { type PeersResult, peersFigures } from "./peers/result.ts";
import { peersTables } from "./peers/tables.ts";

export default {
  measure: measuredPeers,
  tables: peersTables,
  figures: peersFigures,
} satisfies Bench<PeersResult>;
