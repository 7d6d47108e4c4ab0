/*
 * What the AP's daemon takes: uplinks a second in process, readings a second through UDP and where the time goes, and how much
 * floods slow honest stations. Times are of the machine that measured them and decide nothing; ratios are of one run.
 */
import type { Bench } from "../host/bench/bench.ts";
import { measuredLoad } from "./load/measure.ts";
import { type LoadResult, loadFigures } from "./load/result.ts";
import { loadTables } from "./load/tables.ts";

export default {
  measure: measuredLoad,
  tables: loadTables,
  figures: loadFigures,
} satisfies Bench<LoadResult>;
