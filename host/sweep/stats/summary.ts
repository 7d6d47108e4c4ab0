/*
 * The rows of a sweep, cell by cell: what each kept column comes to over its repetitions, with its 95 % interval.
 */
import type { Column, Datum } from "../columns.ts";
import type { Value } from "../grid/schema.ts";
import type { JobList } from "../joblist.ts";
import type { Outcome } from "../live.ts";
import { type Interval, meanOf } from "./student.ts";
import { proportionOf } from "./wilson.ts";

export interface CellSummary {
  readonly cell: number;
  readonly values: readonly Value[];
  /** Why it cannot be lived; null: it was. */
  readonly refused: string | null;
  /** By column, those that are numbers; null: no run of the cell has one. */
  readonly results: Readonly<Record<string, Interval | null>>;
}

export function cellsOf({ cells, jobs, columns }: JobList, outcomes: readonly Outcome[]): CellSummary[] {
  const runs: Outcome[][] = cells.map(() => []);
  for (const { job, cell } of jobs) runs[cell].push(outcomes[job]);
  return cells.map(({ cell, values }) => {
    const lived = runs[cell].flatMap((outcome) => ("values" in outcome ? [outcome.values] : []));
    const [refused] = runs[cell].flatMap((outcome) => ("refused" in outcome ? [outcome.refused] : []));
    const intervals = columns.map(({ name }, at) => [name, intervalOf(columns, at, lived)] as const);
    return { cell, values, refused: refused ?? null, results: Object.fromEntries(intervals) };
  });
}

/** A share from its counts, anything else from its values; what is no number has no mean. */
function intervalOf(columns: readonly Column[], at: number, rows: readonly (readonly Datum[])[]): Interval | null {
  const { share } = columns[at];
  if (share === undefined) return meanOf(rows.map((row) => row[at]).filter((datum) => typeof datum === "number"));
  const [succeeded, tried] = share.map((name) => columns.findIndex((column) => column.name === name));
  return proportionOf(rows.map((row) => ({ succeeded: row[succeeded] as number, tried: row[tried] as number })));
}
