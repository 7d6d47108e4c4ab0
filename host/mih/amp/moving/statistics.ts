/** Samples of moves as a few numbers, each with what it may be off by: 95 % intervals. */

/** 0.975 quantile of the normal distribution. */
const Z = 1.96;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface Mean extends Interval {
  readonly mean: number;
}

export interface Share extends Interval {
  readonly share: number;
}

/** Of all that was tried; null: it lies among those that came to no end. */
export interface Spread {
  readonly median: number | null;
  /** Of the median, by order statistics. */
  readonly low: number | null;
  readonly high: number | null;
  readonly p5: number | null;
  readonly p95: number | null;
}

/** mean -+ z s / sqrt(n). @throws RangeError for no value. */
export function meanOf(values: readonly number[]): Mean {
  const n = values.length;
  if (n === 0) throw new RangeError("values: none, where at least one is expected");
  const mean = values.reduce((sum, x) => sum + x, 0) / n;
  const squares = values.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  const half = n === 1 ? 0 : Z * Math.sqrt(squares / (n - 1) / n);
  return { mean, low: mean - half, high: mean + half };
}

/**
 * Wilson's interval, which is right for shares near 0 and 1, too:
 *
 *     (p + z²/2n -+ z sqrt(p (1 - p) / n + z²/4n²)) / (1 + z²/n)
 */
export function shareOf(count: number, n: number): Share {
  if (n === 0) throw new RangeError("n: 0, where at least one is expected");
  const share = count / n;
  const half = Z * Math.sqrt((share * (1 - share)) / n + Z ** 2 / (4 * n ** 2));
  const scale = 1 + Z ** 2 / n;
  const middle = share + Z ** 2 / (2 * n);
  return { share, low: Math.max(0, (middle - half) / scale), high: Math.min(1, (middle + half) / scale) };
}

/**
 * Quantiles of which null is the greatest value. The median's interval ends at the order statistics
 *
 *     n/2 -+ z sqrt(n)/2
 *
 * @throws RangeError for no value.
 */
export function spreadOf(values: readonly (number | null)[]): Spread {
  const n = values.length;
  if (n === 0) throw new RangeError("values: none, where at least one is expected");
  const sorted = [...values].sort((a, b) => (a ?? Number.POSITIVE_INFINITY) - (b ?? Number.POSITIVE_INFINITY) || 0);
  const at = (rank: number): number | null => sorted[Math.min(n - 1, Math.max(0, rank))];
  const half = (Z * Math.sqrt(n)) / 2;
  return {
    median: at(Math.ceil(n / 2) - 1),
    low: at(Math.floor(n / 2 - half)),
    high: at(Math.ceil(n / 2 + half) - 1),
    p5: at(Math.ceil(0.05 * n) - 1),
    p95: at(Math.ceil(0.95 * n) - 1),
  };
}
