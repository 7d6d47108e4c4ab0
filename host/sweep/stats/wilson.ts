/*
 * The 95 % interval of a proportion: Wilson's score interval (E. B. Wilson, "Probable inference, the law of succession, and
 * statistical inference", JASA 22, 1927):
 *
 *     centre = (p + z²/2n) / (1 + z²/n)      half width = z / (1 + z²/n) sqrt(p (1 - p) / n + z²/4n²)
 *
 * Tries of one run share its field and its draws, so where there are several runs n is the effective number of tries, by
 * Kish's design effect of the R runs as clusters (as N. Dean and M. Pagano, "Evaluating confidence interval methods for
 * binomial proportions in clustered surveys", J. Surv. Stat. Methodol. 3, 2015, use Wilson's), which few runs know badly: for
 * that Student's quantile stands in z's place (E. L. Korn and B. I. Graubard, Survey Methodology 24, 1998):
 *
 *     deff = [R/(R-1) Σ (x_r - p n_r)² / n²] / [p (1 - p) / n]      n_effective = min(n, n / deff (z / t_{R-1})²)
 */
import { type Interval, student } from "./student.ts";

/** The 0.975 quantile of the normal distribution. */
const Z = 1.959963984540054;

/** Of one run: what was tried, and how often it succeeded. */
export interface Tries {
  readonly succeeded: number;
  readonly tried: number;
}

/** Of all runs together; null: nothing was tried. */
export function proportionOf(runs: readonly Tries[]): Interval | null {
  const n = runs.reduce((sum, { tried }) => sum + tried, 0);
  if (n === 0) return null;
  const p = runs.reduce((sum, { succeeded }) => sum + succeeded, 0) / n;
  const [low, high] = wilson(p, effective(runs, p, n));
  return { mean: p, low, high, n };
}

/** `n` may be an effective number of tries. */
export function wilson(p: number, n: number): [low: number, high: number] {
  const shrink = 1 + Z ** 2 / n;
  const centre = (p + Z ** 2 / (2 * n)) / shrink;
  const half = (Z / shrink) * Math.sqrt((p * (1 - p)) / n + Z ** 2 / (4 * n ** 2));
  // At the ends rounding would leave something of what cancels.
  return [p === 0 ? 0 : Math.max(0, centre - half), p === 1 ? 1 : Math.min(1, centre + half)];
}

/** Where all tries or none succeeded runs do not differ, and nothing is known of what they share. */
function effective(runs: readonly Tries[], p: number, n: number): number {
  const tried = runs.filter((run) => run.tried > 0);
  const R = tried.length;
  if (R < 2 || p === 0 || p === 1) return n;
  const spread = tried.reduce((sum, run) => sum + (run.succeeded - p * run.tried) ** 2, 0);
  const deff = ((R / (R - 1)) * (spread / n ** 2)) / ((p * (1 - p)) / n);
  return Math.min(n, (n / deff) * (Z / student(R - 1)) ** 2);
}
