/*
 * Fleets by their size: what a station costs in time and in memory, and what slots and triggers bring. Times are of the machine that
 * measured them and decide nothing; what is compared with the committed result is exact counts.
 */
import type { Bench } from "../host/bench/bench.ts";
import { type FleetBench, measuredFleet } from "./fleet/measure.ts";
import { fleetFigures, fleetTables } from "./fleet/tables.ts";

export default {
  measure: measuredFleet,
  tables: fleetTables,
  figures: fleetFigures,
} satisfies Bench<FleetBench>;
