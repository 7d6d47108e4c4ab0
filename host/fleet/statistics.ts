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

/** The least number of the list that a part `share` of it, 0 < share <= 1, does not exceed (nearest rank). null: there is none. */
export function quantile(sorted: readonly number[], share: number): number | null {
  return sorted.length === 0 ? null : sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/** Steps of a distribution, in percent. */
export const STEP_percent = 5;

/** 10, 50 and 90 %, and how many are not there at all (null). */
export interface Spread {
  readonly p10: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly count: number;
  readonly never: number;
  /** The distribution: what 5 % do not exceed, 10 %, and so on to 100 %. */
  readonly steps: readonly (number | null)[];
}

/** Of all, those that are not there among the longest: a quantile that falls among them is null. */
export function spreadOf(times: readonly (number | null)[]): Spread {
  const sorted = times.filter((one): one is number => one !== null).sort((a, b) => a - b);
  const whole = [...sorted, ...new Array<number>(times.length - sorted.length).fill(Number.POSITIVE_INFINITY)];
  const at = (share: number): number | null => {
    const found = quantile(whole, share);
    return found === Number.POSITIVE_INFINITY ? null : found;
  };
  // Whole numbers over 100: 0.15 and its like are no sum of 0.05s.
  const steps = Array.from({ length: 100 / STEP_percent }, (_, i) => at(((i + 1) * STEP_percent) / 100));
  const never = times.length - sorted.length;
  return { p10: at(0.1), p50: at(0.5), p90: at(0.9), count: times.length, never, steps };
}
