/*
 * AMP beside RSN on the same capacitor, harvest and air: what a charge is worth, what a minute near an energizer brings, and
 * what a death costs. All of it simulated, all of it exact: the same figures on every machine.
 */
import type { Bench } from "../host/bench/bench.ts";
import { measuredVersus } from "./versus/measure.ts";
import { type VersusResult, versusFigures } from "./versus/result.ts";
import { versusTables } from "./versus/tables.ts";

export default {
  measure: (onStep) => measuredVersus(onStep),
  tables: versusTables,
  figures: versusFigures,
} satisfies Bench<VersusResult>;
