/*
 * log, log1p and log10 from + - * / alone: the same bits on every engine, within two units in the last place.
 *
 * x = 2^k (1 + f) with 1 + f in [sqrt 1/2, sqrt 2); s = f / (2 + f), |s| <= 0.1716;
 * log(1 + f) = 2 atanh(s) = 2s + s R with R = 2 s^2/3 + 2 s^4/5 + ..., written as f - (f^2/2 - s (f^2/2 + R)), which
 * keeps f's own bits. The term after s^20 is below 2^-57 of the sum.
 */
import { LN2_HIGH, LN2_LOW } from "./exp.ts";
import { exponentOf, scale } from "./scale.ts";

const MIN_NORMAL = 2.2250738585072014e-308;

/** The natural logarithm; -Infinity at 0, NaN below. */
export function log(x: number): number {
  if (!(x > 0) || x === Number.POSITIVE_INFINITY) return x === 0 ? Number.NEGATIVE_INFINITY : x > 0 ? x : Number.NaN;
  if (x < MIN_NORMAL) return log(x * scale(1, 54)) - 54 * LN2_HIGH - 54 * LN2_LOW;
  let k = exponentOf(x);
  if (scale(x, -k) >= Math.SQRT2) k++;
  return assemble(k, scale(x, -k) - 1, 0);
}

/** log(1 + x), as exact for tiny x as for great ones. */
export function log1p(x: number): number {
  // Near 0 the argument of the series is x itself: nothing is rounded away.
  if (x > -0.29 && x < 0.41) return assemble(0, x, 0);
  const u = 1 + x;
  if (!(u > 0) || u === Number.POSITIVE_INFINITY) return log(u);
  let k = exponentOf(u);
  if (scale(u, -k) >= Math.SQRT2) k++;
  // What 1 + x lost in rounding: log(u + c) = log(u) + c/u.
  const lost = k > 0 ? 1 - (u - x) : x - (u - 1);
  return assemble(k, scale(u, -k) - 1, lost / u);
}

/** The logarithm to the base 10. */
export function log10(x: number): number {
  return log(x) / Math.LN10;
}

/** k ln 2 + log(1 + f) + extra. */
function assemble(k: number, f: number, extra: number): number {
  const s = f / (2 + f);
  const z = s * s;
  let r = 2 / 21;
  for (let n = 19; n >= 3; n -= 2) r = 2 / n + z * r;
  const half = 0.5 * f * f;
  return k * LN2_HIGH + (f - (half - (s * (half + z * r) + (k * LN2_LOW + extra))));
}
