/*
 * Which parameter moves the answer most: its first-order share of the variance over all cells (I. M. Sobol', "Sensitivity
 * estimates for nonlinear mathematical models", 1993),
 *
 *     S = Var(E[Y | X]) / Var(Y)
 *
 * where Y is a cell's answer. On a full grid it is the parameter's sum of squares over the total one, and needs no estimate.
 * A drawn parameter is cut into sqrt(N) bins of as many draws each, and what chance alone puts between B bins is taken off
 * (T. L. Kelley's ε², 1935):
 *
 *     S = (SS_between - (B - 1) SS_within / (N - B)) / SS_total, and not below 0
 *
 * What is left to 1 belongs to parameters together, and to chance.
 */
import type { Value } from "../grid/schema.ts";
import type { Parameter } from "../joblist.ts";

/** A cell that has an answer. */
export interface Point {
  readonly values: readonly Value[];
  readonly answer: number;
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
  /** First-order share of the variance, 0 to 1; null: all answers are the same. */
  readonly share: number | null;
  /** The means of the answer where the parameter has it least and most. */
  readonly least: Level;
  readonly most: Level;
  readonly levels: readonly Level[];
}

/** The one that moves most comes first. None without an answer. */
export function moversOf(parameters: readonly Parameter[], points: readonly Point[]): Mover[] {
  if (points.length === 0) return [];
  const all = meanOf(points.map(({ answer }) => answer));
  const total = squares(
    points.map(({ answer }) => answer),
    all,
  );
  return parameters
    .map((parameter, at): Mover => {
      const levels = levelsOf(parameter, at, points);
      const ordered = [...levels].sort((a, b) => a.mean - b.mean);
      const fine = isBinned(parameter) ? binsOf(at, points, Math.min(FINE_MAX, Math.sqrt(points.length))) : levels;
      const share = total > 0 ? shareOf(fine, all, total, isBinned(parameter)) : null;
      return { path: parameter.path, share, least: ordered[0], most: ordered[ordered.length - 1], levels };
    })
    .sort((a, b) => (b.share ?? 0) - (a.share ?? 0));
}

function shareOf(levels: readonly Level[], all: number, total: number, isEstimate: boolean): number {
  const between = levels.reduce((sum, { answers, mean }) => sum + answers.length * (mean - all) ** 2, 0);
  if (!isEstimate) return between / total;
  const N = levels.reduce((sum, { answers }) => sum + answers.length, 0);
  const B = levels.length;
  const byChance = N > B ? ((B - 1) * (total - between)) / (N - B) : 0;
  return Math.max(0, (between - byChance) / total);
}

/** Numbers that were drawn; what was chosen of a list has its values. */
function isBinned({ values }: Parameter): boolean {
  return values === undefined;
}

/** To look at: ten draws in a bin, and no more than ten bins. For the share a curve wants more of them. */
const [OF_A_BIN, BINS_MAX, FINE_MAX] = [10, 10, 50];

function levelsOf(parameter: Parameter, at: number, points: readonly Point[]): Level[] {
  if (parameter.values !== undefined) {
    return parameter.values.flatMap((value) => {
      const own = points.filter((point) => JSON.stringify(point.values[at]) === JSON.stringify(value));
      return own.length > 0 ? [level(value, value, value, own)] : [];
    });
  }
  return binsOf(at, points, Math.min(BINS_MAX, points.length / OF_A_BIN));
}

/** At least two, if there are two points. */
function binsOf(at: number, points: readonly Point[], wished: number): Level[] {
  const number = (point: Point): number => point.values[at] as number;
  const sorted = [...points].sort((a, b) => number(a) - number(b));
  const bins = Math.min(Math.max(2, Math.floor(wished)), sorted.length);
  return Array.from({ length: bins }, (_, bin) => {
    const own = sorted.slice(Math.round((bin * sorted.length) / bins), Math.round(((bin + 1) * sorted.length) / bins));
    return level(meanOf(own.map(number)), number(own[0]), number(own[own.length - 1]), own);
  });
}

function level(value: Value, from: Value, to: Value, points: readonly Point[]): Level {
  const answers = points.map(({ answer }) => answer);
  return { value, from, to, answers, mean: meanOf(answers) };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function squares(values: readonly number[], mean: number): number {
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}
