/* Figures of many numbers. */

/**
 * Fairness of shares x: 1 if all are the same, 1 / n if one has all. null: nobody has any, or there is nobody.
 *
 *     J = (sum x)^2 / (n sum x^2)        R. Jain, D. Chiu, W. Hawe, DEC-TR-301 (1984)
 */
export function jain(shares: readonly number[]): number | null {
  let [sum, squares] = [0, 0];
  for (const x of shares) {
    sum += x;
    squares += x * x;
  }
  return squares === 0 ? null : (sum * sum) / (shares.length * squares);
}

/**
 * The least number of the list that `percent` of it, 0 < percent <= 100 and a whole number, do not exceed (nearest rank). null: there
 * is none. In whole numbers, as 0.07 times 100 is more than 7.
 */
export function quantile(sorted: ArrayLike<number>, percent: number): number | null {
  return sorted.length === 0 ? null : sorted[Math.ceil((percent * sorted.length) / 100) - 1];
}

/** 10, 50 and 90 %, and how many are not there at all (null). */
export interface Spread {
  readonly p10: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly count: number;
  readonly never: number;
}

/** Of all, those that are not there among the longest: a quantile that falls among them is null. */
export function spreadOf(times: readonly (number | null)[]): Spread {
  const at = quantilesOf(times);
  const never = times.filter((one) => one === null).length;
  return { p10: at(10), p50: at(50), p90: at(90), count: times.length, never };
}

/** 1, 2 ... 100 %, by the same rule. */
export function percentilesOf(times: readonly (number | null)[]): (number | null)[] {
  const at = quantilesOf(times);
  return Array.from({ length: 100 }, (_, i) => at(i + 1));
}

function quantilesOf(times: readonly (number | null)[]): (percent: number) => number | null {
  const sorted = Float64Array.from(times, (one) => one ?? Number.POSITIVE_INFINITY).sort();
  return (percent) => {
    const found = quantile(sorted, percent);
    return found === Number.POSITIVE_INFINITY ? null : found;
  };
}
