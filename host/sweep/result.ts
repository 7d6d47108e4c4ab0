/*
 * What a sweep says: one plain document, the same octets for the same grid, seed and version, whoever ran how much of it.
 */
import { ANSWER, type Datum } from "./columns.ts";
import { GridError } from "./grid/read.ts";
import type { Grid } from "./grid/schema.ts";
import type { JobList, Parameter } from "./joblist.ts";
import type { Outcome } from "./live.ts";
import { tableOf } from "./results/table.ts";
import { unitOf } from "./results/units.ts";
import { type Level, moversOf } from "./stats/movers.ts";
import { type CellSummary, cellsOf } from "./stats/summary.ts";

export interface SweepResult {
  readonly ampcore: string;
  readonly name: string;
  readonly about: string;
  /** SHA-256 of the list of jobs, and of the modules and files that its scenarios name. */
  readonly hash: string;
  readonly files: Readonly<Record<string, string>>;
  readonly grid: Grid;
  readonly jobs: number;
  /** Broken rules of the protocol over all runs; 0 where they are not kept. */
  readonly violations: number;
  readonly parameters: readonly (Parameter & { readonly unit?: string })[];
  readonly columns: readonly Told[];
  /** The column that maps and movers are of. */
  readonly answer: string;
  readonly cells: readonly CellSummary[];
  readonly movers: readonly MoverTold[];
  /** Sentences of cells that cannot be lived, each once, and of how many cells it is. */
  readonly refusals: Readonly<Record<string, number>>;
  /** A row a job; their columns, and their values in that order. */
  readonly fields: readonly string[];
  readonly rows: readonly (readonly Datum[])[];
}

/** A kept column. */
export interface Told {
  readonly name: string;
  readonly says: string;
  readonly unit?: string;
  readonly isShare?: true;
}

interface MoverTold {
  readonly path: string;
  readonly share: number | null;
  readonly least: LevelTold;
  readonly most: LevelTold;
  readonly levels: readonly LevelTold[];
}
export type LevelTold = Omit<Level, "answers"> & {
  readonly cells: number;
  readonly low: number;
  readonly high: number;
};

export function sweepResultOf(list: JobList, outcomes: readonly Outcome[]): SweepResult {
  const { plan, hash, parameters, columns, jobs } = list;
  const cells = cellsOf(list, outcomes);
  const answer = answerOf(list);
  const { fields } = tableOf(list, outcomes);
  const points = cells.flatMap(({ cell, values, results }) => {
    const mean = results[answer]?.mean;
    return mean === undefined ? [] : [{ values, answer: mean, draw: list.cells[cell].draw }];
  });
  const movers = moversOf(parameters, points).map(({ path, share, least, most, levels }) => {
    return { path, share, least: told(least), most: told(most), levels: levels.map(told) };
  });
  return {
    ampcore: plan.version,
    name: plan.grid.name,
    about: plan.grid.about,
    hash,
    files: plan.files,
    grid: plan.grid,
    jobs: jobs.length,
    violations: violationsOf(list, outcomes),
    parameters: parameters.map((parameter) => ({ ...parameter, ...withUnit(parameter.path) })),
    columns: columns.map(({ name, says, isShare }) => ({ name, says, ...withUnit(name), ...(isShare && { isShare }) })),
    answer,
    cells,
    movers,
    refusals: refusalsOf(cells),
    fields: fields.map(({ name }) => name),
    rows: jobs.map((_, row) => fields.map(({ data }) => data[row])),
  };
}

function told({ answers, ...level }: Level): LevelTold {
  const least = answers.reduce((a, b) => Math.min(a, b));
  const most = answers.reduce((a, b) => Math.max(a, b));
  return { ...level, cells: answers.length, low: least, high: most };
}

/** The column that a grid asks about. @throws GridError for one that is not kept. */
export function answerOf({ columns, plan }: Pick<JobList, "columns" | "plan">): string {
  const names = columns.map(({ name }) => name);
  const { answer } = plan.grid;
  if (answer === undefined) return names.includes(ANSWER) ? ANSWER : names[0];
  if (names.includes(answer)) return answer;
  throw new GridError(`answer is ${answer}, where one of the results is expected: ${names.join(", ")}`);
}

function refusalsOf(cells: readonly CellSummary[]): Record<string, number> {
  const refusals: Record<string, number> = {};
  for (const { refused } of cells) if (refused !== null) refusals[refused] = (refusals[refused] ?? 0) + 1;
  return refusals;
}

function violationsOf({ columns }: JobList, outcomes: readonly Outcome[]): number {
  const at = columns.findIndex(({ name }) => name === "violations");
  if (at < 0) return 0;
  return outcomes.reduce((sum, outcome) => sum + ("values" in outcome ? Number(outcome.values[at]) : 0), 0);
}

function withUnit(name: string): { readonly unit?: string } {
  const unit = unitOf(name);
  return unit === undefined ? {} : { unit };
}
