/*
 * The station module by exact counts: octets, instructions, memory. Nothing here is a time, so every run on every machine
 * gives the same figures.
 */
import type { Bench } from "../host/bench/bench.ts";
import { perBuild } from "./core/builds.ts";
import { coreFigures } from "./core/figures.ts";
import { measured } from "./core/measure.ts";
import { namesOf } from "./core/named.ts";
import type { CoreResult } from "./core/result.ts";
import { coreTables } from "./core/tables.ts";

export default {
  measure: (onStep) =>
    perBuild((build) => {
      onStep(`${build}: jobs, worst inputs, primitives, names`);
      return measured(build, namesOf);
    }),
  tables: coreTables,
  figures: coreFigures,
} satisfies Bench<CoreResult>;
