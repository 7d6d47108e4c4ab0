/*
 * For authors of access points: M2s verified and M3s made per second and core, by the backend of host/crypto's interface.
 * Times are of the machine that measured them and decide nothing; the ratios are of one run.
 */
import type { Bench } from "../host/bench/bench.ts";
import { measuredThroughput } from "./throughput/measure.ts";
import { type ThroughputResult, throughputFigures } from "./throughput/result.ts";
import { throughputTables } from "./throughput/tables.ts";

export default {
  measure: (onStep) => measuredThroughput(onStep),
  tables: throughputTables,
  figures: throughputFigures,
} satisfies Bench<ThroughputResult>;
