/*
 * Which parameter moves the answer most: its first-order share of the variance over all cells (I. M. Sobol', "Sensitivity
 * estimates for nonlinear mathematical models", 1993),
 *
 *     S = Var(E[Y | X]) / Var(Y)
 *
 * where Y is a cell's answer. On a full grid it is the parameter's sum of squares over the total one, and needs no estimate.
 * A drawn number is cut into sqrt(D) bins of about as many of the D draws each, equal ones together; what was chosen of a list
 * has its values for bins. What chance alone, the other parameters of a draw, puts between B bins is taken off (T. L. Kelley's
 * ε², 1935). A draw is at every point of the grid with the same values, and is one sample, not one at each:
 *
 *     S = (SS_between - (B - 1) SS_draws / (D - B)) / SS_total, and not below 0
 *
 * with the squares SS_draws of the draws' means around those of their bins. What is left to 1 belongs to parameters together,
 * and to chance.
 */
import type { Value } from "../grid/schema.ts";
import type { Parameter } from "../joblist.ts";
import { grouped, keyOf } from "./groups.ts";

/** A cell that has an answer. */
export interface Point {
  readonly values: readonly Value[];
  readonly answer: number;
  /** Of which draw; without one a cell is a draw of its own. */
  readonly draw?: number | null;
}

/** The cells in which a parameter is at one value, or between two. */
export interface Level {
  /** Of a drawn number the mean of its bin. */
  readonly value: Value;
  readonly from: Value;
  readonly to: Value;
  readonly answers: readonly number[];
  readonly mean: number;
}

export interface Mover {
  readonly path: string;
  /** First-order share of the variance, 0 to 1; null: all answers are the same, or there are too few draws to tell. */
  readonly share: number | null;
  /** The means of the answer where the parameter has it least and most. */
  readonly least: Level;
  readonly most: Level;
  readonly levels: readonly Level[];
}

/** The one that moves most comes first. None without an answer. */
export function moversOf(parameters: readonly Parameter[], points: readonly Point[]): Mover[] {
  if (points.length === 0) return [];
  const answers = points.map(({ answer }) => answer);
  const all = meanOf(answers);
  // What is the same everywhere has squares of nothing but rounding.
  const total = answers.every((answer) => answer === answers[0]) ? 0 : squares(answers, all);
  return parameters
    .map((parameter, at): Mover => {
      const levels = binsOf(parameter, at, points, (draws) => Math.min(BINS_MAX, draws / OF_A_BIN)).map((bin) => {
        return levelOf(bin, at, isBinned(parameter));
      });
      const ordered = [...levels].sort((a, b) => a.mean - b.mean);
      const fine = binsOf(parameter, at, points, (draws) => Math.min(FINE_MAX, Math.sqrt(draws)));
      const share = total > 0 ? shareOf(fine, all, total, parameter.isDrawn === true) : null;
      return { path: parameter.path, share, least: ordered[0], most: ordered[ordered.length - 1], levels };
    })
    .sort((a, b) => (b.share ?? -1) - (a.share ?? -1));
}

type Bin = readonly Point[];

function shareOf(bins: readonly Bin[], all: number, total: number, isEstimate: boolean): number | null {
  const means = bins.map((bin) => meanOf(bin.map(({ answer }) => answer)));
  const between = bins.reduce((sum, { length }, b) => sum + length * (means[b] - all) ** 2, 0);
  if (!isEstimate) return between / total;
  const draws = bins.map((bin) => [...drawsOf(bin).values()]);
  const [B, D] = [bins.length, draws.flat().length];
  if (D <= B) return null;
  const within = draws.reduce(
    (sum, own, b) =>
      sum + sumOf(own.map((draw) => draw.length * (meanOf(draw.map(({ answer }) => answer)) - means[b]) ** 2)),
    0,
  );
  return Math.max(0, (between - ((B - 1) * within) / (D - B)) / total);
}

/** Points by their draw. */
function drawsOf(points: Bin): Map<number | Point, Point[]> {
  return grouped(points, (point): number | Point => point.draw ?? point);
}

/** Numbers that were drawn; what was chosen of a list has its values. */
function isBinned({ values }: Parameter): boolean {
  return values === undefined;
}

/** To look at: ten draws in a bin, and no more than ten bins. For the share a curve wants more of them. */
const [OF_A_BIN, BINS_MAX, FINE_MAX] = [10, 10, 50];

/** @param wished number of bins for so many draws; at least two, if there are two values. */
function binsOf(parameter: Parameter, at: number, points: readonly Point[], wished: (draws: number) => number): Bin[] {
  const byValue = grouped(points, ({ values }) => keyOf(values[at]));
  if (parameter.values !== undefined)
    return parameter.values.flatMap((value) => {
      const own = byValue.get(keyOf(value));
      return own ? [own] : [];
    });
  const draws = drawsOf(points).size;
  const bins = Math.max(2, Math.floor(wished(draws)));
  const binned: Point[][] = Array.from({ length: bins }, () => []);
  let before = 0;
  for (const [, own] of [...byValue].sort(([a], [b]) => (a as number) - (b as number))) {
    // Equal ones stay together, where the middle of them belongs.
    binned[Math.floor(((before + own.length / 2) * bins) / points.length)].push(...own);
    before += own.length;
  }
  return binned.filter(({ length }) => length > 0);
}

function levelOf(bin: Bin, at: number, isRange: boolean): Level {
  const answers = bin.map(({ answer }) => answer);
  const values = bin.map((point) => point.values[at]);
  const value = isRange ? meanOf(values as number[]) : values[0];
  return { value, from: values[0], to: values[values.length - 1], answers, mean: meanOf(answers) };
}

function meanOf(values: readonly number[]): number {
  return sumOf(values) / values.length;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function squares(values: readonly number[], mean: number): number {
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}
