/*
 * Stored energy under a constant power and a leakage that grows with it, dE/dt = D at first, and k E of it the leak:
 *
 *   E(t)  = E_0 + D t phi(k t),               phi(x) = (1 - e^-x) / x
 *   leak  = k (E_0 t + D t^2 chi(k t)),       chi(x) = (e^-x - 1 + x) / x^2
 *   E(t)  = E*  at  t = -log1p(-k (E* - E_0) / D) / k
 *
 * A power that itself grows with E, by s, makes k smaller: k - s may be below 0, and E then runs away from where it was.
 */
import { expm1 } from "../math/exp.ts";
import { log1p } from "../math/log.ts";

/** Below this six terms of either series are exact to the last bit: x^6 / 5040 < 2^-59. */
const FEW_TERMS = 4e-3;

/** (1 - e^-x) / x: 1 at 0. */
export function phi(x: number): number {
  if (Math.abs(x) > FEW_TERMS) return -expm1(-x) / x;
  return 1 - x * (1 / 2 - x * (1 / 6 - x * (1 / 24 - x * (1 / 120 - x / 720))));
}

/** (e^-x - 1 + x) / x^2: 1/2 at 0. */
export function chi(x: number): number {
  if (Math.abs(x) > FEW_TERMS) return (expm1(-x) + x) / (x * x);
  return 1 / 2 - x * (1 / 6 - x * (1 / 24 - x * (1 / 120 - x * (1 / 720 - x / 5040))));
}

/** Seconds until E has changed by change_J when it begins to change at d watts; it is known to do so within dt. */
export function crossing_s(k: number, change_J: number, d: number, dt: number): number {
  const straight_s = change_J / d;
  const x = k * straight_s;
  // -log1p(-x) / x of a small x by its series: 1 + x/2 + x^2/3 + ...
  const t_s = Math.abs(x) < FEW_TERMS ? straight_s * logSeries(x) : -log1p(-x) / k;
  // Rounding must not carry it out of the step; x >= 1 (it never gets there) gives NaN or Infinity.
  return t_s < dt ? Math.max(t_s, 0) : dt;
}

/** -log1p(-x) / x of |x| < FEW_TERMS: the term after x^6 is below 2^-58. */
function logSeries(x: number): number {
  return 1 + x * (1 / 2 + x * (1 / 3 + x * (1 / 4 + x * (1 / 5 + x * (1 / 6 + x / 7)))));
}
