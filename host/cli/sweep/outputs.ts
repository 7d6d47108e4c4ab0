/*
 * Where a sweep's files go: a folder, or a file of results with the others beside it.
 */
import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { JobList } from "../../sweep/joblist.ts";
import type { Outcome } from "../../sweep/live.ts";
import { csvOf, tableSchemaOf } from "../../sweep/results/csv.ts";
import { parquetOf } from "../../sweep/results/parquet.ts";
import { tableOf } from "../../sweep/results/table.ts";
import { writeWhole } from "../output.ts";
import { written } from "../run/userfile.ts";
import { UsageError } from "../verb.ts";

export const FORMATS = ["parquet", "csv"] as const;
export type Format = (typeof FORMATS)[number];

export interface Places {
  readonly format: Format;
  readonly results: string;
  /** Of a CSV. */
  readonly schema: string;
  readonly log: string;
}

/** All that a sweep writes. */
export function filesOf({ format, results, schema, log }: Places): string[] {
  return [results, ...(format === "csv" ? [schema] : []), log];
}

/** Makes the folder. @throws UsageError */
export function placesFor(out: string, wished: string | undefined): Places {
  if (out === "-")
    throw new UsageError("--out - is stdout, where a folder or a file is expected; --json prints all there is");
  const [, stem, ending] = /^(.+)\.(parquet|csv)$/.exec(out) ?? [];
  if (wished !== undefined && !FORMATS.includes(wished as Format)) {
    throw new UsageError(`--format is ${wished}, where one of ${FORMATS.join(", ")} is expected`);
  }
  if (ending !== undefined && wished !== undefined && wished !== ending) {
    throw new UsageError(`--out ${out} is a ${ending} and --format is ${wished}, where one of them is enough`);
  }
  const format = (ending ?? wished ?? "parquet") as Format;
  const folder = stem === undefined ? out : dirname(out);
  const base = stem ?? join(out, "results");
  if (existsSync(folder) && !statSync(folder).isDirectory()) {
    throw new UsageError(`--out ${out} is a file, where a folder or the name of a .parquet or .csv is expected`);
  }
  if (!existsSync(folder)) written("--out", folder, () => mkdirSync(folder));
  return { format, results: `${base}.${format}`, schema: `${base}.schema.json`, log: `${base}.log.ndjson` };
}

/** The results, each file whole or as it was. Returns what was written. @throws UsageError */
export function writeResults(places: Places, list: JobList, outcomes: readonly Outcome[]): string[] {
  const table = tableOf(list, outcomes);
  if (places.format === "parquet") {
    writeWhole("--out", places.results, parquetOf(table));
    return [places.results];
  }
  writeWhole("--out", places.results, csvOf(table));
  writeWhole("--out", places.schema, tableSchemaOf(table));
  return [places.results, places.schema];
}
