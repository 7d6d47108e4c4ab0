/*
 * The simulator by its speed: CPU time of an exchange (M1, M2, and an M3 that the device verified) with everything that a
 * run has: the metered module under its power model, capacitor, harvest, air, AP, key service and observer. Times are of
 * the machine that measured them and decide nothing; what is compared with the committed result is exact counts.
 */
import type { Bench } from "../host/bench/bench.ts";
import { simFigures } from "./sim/figures.ts";
import { measuredSim } from "./sim/measure.ts";
import type { SimResult } from "./sim/result.ts";
import { simTables } from "./sim/tables.ts";

export default {
  measure: measuredSim,
  tables: simTables,
  figures: simFigures,
} satisfies Bench<SimResult>;
