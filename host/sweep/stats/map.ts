/*
 * The answer over two parameters that have values of their own: the first two of the grid. Over the others, if there are any, it
 * is the mean of cells.
 */
import type { Value } from "../grid/schema.ts";
import type { SweepResult } from "../result.ts";

export interface Place {
  readonly mean: number;
  /** Of one cell its 95 % interval, of several the least and the most of them; null: of one run. */
  readonly low: number | null;
  readonly high: number | null;
  /** Cells that have an answer. */
  readonly cells: number;
  /** Runs, or tries, that the answer of one cell is made of. */
  readonly n: number;
}

export interface AnswerMap {
  /** Numbers of the parameters, in result.parameters. */
  readonly x: number;
  readonly y: number;
  readonly xs: readonly Value[];
  /** From the top down: the greatest number first, names as they were given. */
  readonly ys: readonly Value[];
  /** By y and x: what came of it, why it was refused, or null: nothing that has an answer. */
  readonly places: readonly (readonly (Place | string | null)[])[];
  /** Paths of the parameters that it is a mean over. */
  readonly over: readonly string[];
}

/** undefined: there are no two such parameters. */
export function mapOf({ parameters, cells, answer }: SweepResult): AnswerMap | undefined {
  const [y, x] = parameters.flatMap(({ values }, at) => (values === undefined ? [] : [at]));
  if (y === undefined || x === undefined) return undefined;
  const xs = parameters[x].values as readonly Value[];
  const ys = downwards(parameters[y].values as readonly Value[]);
  const keyOf = (value: Value): string => JSON.stringify(value);
  const places = ys.map((yValue) =>
    upwards(xs).map((xValue) => {
      const own = cells.filter(
        ({ values }) => keyOf(values[x]) === keyOf(xValue) && keyOf(values[y]) === keyOf(yValue),
      );
      return placeOf(own, answer);
    }),
  );
  const over = parameters.flatMap(({ path }, at) => (at === x || at === y ? [] : [path]));
  return { x, y, xs: upwards(xs), ys, places, over };
}

/** Numbers in order, names as they were given. */
function upwards(values: readonly Value[]): readonly Value[] {
  return areNumbers(values) ? values.toSorted((a, b) => a - b) : values;
}

function downwards(values: readonly Value[]): readonly Value[] {
  return areNumbers(values) ? values.toSorted((a, b) => b - a) : values;
}

function areNumbers(values: readonly Value[]): values is readonly number[] {
  return values.every((value) => typeof value === "number");
}

function placeOf(cells: SweepResult["cells"], answer: string): Place | string | null {
  const intervals = cells.flatMap(({ results }) => results[answer] ?? []);
  if (intervals.length === 0) return cells.find(({ refused }) => refused !== null)?.refused ?? null;
  const [only] = intervals;
  if (intervals.length === 1) return { ...only, cells: 1 };
  const means = intervals.map(({ mean }) => mean);
  const mean = means.reduce((sum, one) => sum + one, 0) / means.length;
  return { mean, low: Math.min(...means), high: Math.max(...means), cells: means.length, n: means.length };
}
