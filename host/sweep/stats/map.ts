/*
 * The answer over the first two axes of the grid. Over whatever else varies, if anything does, it is the mean of cells.
 */
import type { Value } from "../grid/schema.ts";
import type { SweepResult } from "../result.ts";
import { thinned, thinTold } from "../thin.ts";
import { grouped } from "./groups.ts";

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
  /** What is not shown of the axes, as a sentence; undefined: they are shown whole. */
  readonly thin: string | undefined;
  /** Paths of the parameters that it is a mean over. */
  readonly over: readonly string[];
}

/** @param most values of an axis that are shown. undefined: there are no two axes. */
export function mapOf(
  { parameters, cells, answer }: SweepResult,
  most: { readonly across: number; readonly down: number },
): AnswerMap | undefined {
  const [y, x] = parameters.flatMap(({ isDrawn }, at) => (isDrawn ? [] : [at]));
  if (y === undefined || x === undefined) return undefined;
  const [allDown, allAcross] = [y, x].map((at) => parameters[at].values as readonly Value[]);
  const xs = thinned(upwards(allAcross), most.across);
  const ys = thinned(downwards(allDown), most.down);
  const placeKey = (down: Value, across: Value): string => JSON.stringify([down, across]);
  const byPlace = grouped(cells, ({ values }) => placeKey(values[y], values[x]));
  const places = ys.map((down) => xs.map((across) => placeOf(byPlace.get(placeKey(down, across)) ?? [], answer)));
  const over = parameters.flatMap(({ path }, at) => (at === x || at === y ? [] : [path]));
  const thin = thinTold([
    { path: parameters[y].path, shown: ys.length, of: allDown.length },
    { path: parameters[x].path, shown: xs.length, of: allAcross.length },
  ]);
  return { x, y, xs, ys, places, thin, over };
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
  const [low, high] = [means.reduce((a, b) => Math.min(a, b)), means.reduce((a, b) => Math.max(a, b))];
  return { mean, low, high, cells: means.length, n: means.length };
}
