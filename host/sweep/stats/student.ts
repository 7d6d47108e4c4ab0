/*
 * The 95 % interval of a mean: Student's, mean ± t s / sqrt(n), for runs that do not depend on each other. Of one run there
 * is a mean and no interval.
 */

export interface Interval {
  readonly mean: number;
  /** null: of one run. */
  readonly low: number | null;
  readonly high: number | null;
  /** Runs, or tries, that it is made of. */
  readonly n: number;
}

/** null: there is nothing to take the mean of. */
export function meanOf(values: readonly number[]): Interval | null {
  const n = values.length;
  if (n === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { mean, low: null, high: null, n };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = student(n - 1) * Math.sqrt(variance / n);
  return { mean, low: mean - half, high: mean + half, n };
}

/** The 0.975 quantile of Student's distribution, by degrees of freedom from 1 on (NIST/SEMATECH e-Handbook, 1.3.6.7.2). */
const T = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/**
 * Beyond the table by Fisher's expansion (Abramowitz and Stegun, 26.7.5), to within 1e-5:
 *
 *     t = z + (z³ + z) / 4ν + (5 z⁵ + 16 z³ + 3 z) / 96ν²
 */
export function student(freedom: number): number {
  if (freedom <= T.length) return T[freedom - 1];
  const z = 1.959963984540054;
  return z + (z ** 3 + z) / (4 * freedom) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2);
}
