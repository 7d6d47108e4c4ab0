/* The mean of a sample with one value a seed, and how far it may be off. */

export const SEEDS = 32;

/** Student's t: the 0.975 quantile with 1, 2, ... SEEDS - 1 degrees of freedom. */
// biome-ignore format: ten a line
export const T_975: readonly number[] = [
  12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281,
  2.201, 2.1788, 2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.093, 2.086,
  2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
  2.0395,
];

export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 *     mean -+ t s / sqrt(n),   s^2 = sum (x - mean)^2 / (n - 1),   t with n - 1 degrees of freedom
 *
 * One value has no spread: low and high are it. @throws RangeError for none, and for more than SEEDS.
 */
export function intervalOf(values: readonly number[]): Interval {
  const n = values.length;
  if (n === 0 || n > SEEDS) throw new RangeError(`values: ${n}, where 1 to ${SEEDS} are expected`);
  const mean = values.reduce((sum, x) => sum + x, 0) / n;
  const squares = values.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  const half = n === 1 ? 0 : T_975[n - 2] * Math.sqrt(squares / (n - 1) / n);
  return { mean, low: mean - half, high: mean + half };
}
