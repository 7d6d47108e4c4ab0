/*
 * exp and expm1 from + - * / alone: the same bits on every engine, within two units in the last place.
 *
 * x = n ln 2 + r with |r| <= ln 2 / 2, exp(x) = 2^n exp(r), and exp(r) by its Taylor series: the term after r^14 is
 * below 2^-60 of the sum. Built-in exp, log and pow may differ in their last bit from one engine to the next
 * (ECMA-262 21.3.2: "implementation-approximated"); these may not, so that a scenario gives the same octets everywhere.
 */
import { scale } from "./scale.ts";

/** ln 2 in two parts: n LN2_HIGH is exact for |n| < 2^20, since its last 21 bits are 0. */
export const LN2_HIGH = 0.6931471803691238;
export const LN2_LOW = 1.9082149292705877e-10;
const INVERSE_LN2 = Math.LOG2E;

/** exp(x) overflows above, and is 0 below. */
const EXP_MAX = 709.782712893384;
const EXP_MIN = -745.1332191019412;

/** e^x. */
export function exp(x: number): number {
  if (!(x <= EXP_MAX)) return x > 0 ? Number.POSITIVE_INFINITY : x;
  if (x < EXP_MIN) return 0;
  const n = Math.floor(x * INVERSE_LN2 + 0.5);
  return scale(1 + series(x - n * LN2_HIGH - n * LN2_LOW), n);
}

/** e^x - 1, as exact for tiny x as for great ones. */
export function expm1(x: number): number {
  if (!(x <= EXP_MAX)) return x > 0 ? Number.POSITIVE_INFINITY : x;
  if (x < -40) return -1; // e^x is below half a unit of -1's last place
  const n = Math.floor(x * INVERSE_LN2 + 0.5);
  if (n === 0) return series(x);
  const part = series(x - n * LN2_HIGH - n * LN2_LOW);
  // 2^n (1 + part) - 1; above 2^53 the 1 is lost in any case, and 2^1024 is no number.
  return n > 55 ? scale(1 + part, n) : scale(part, n) + (scale(1, n) - 1);
}

/** e^r - 1 = r + r^2/2! + r^3/3! + ... + r^14/14!, |r| <= 0.35. */
function series(r: number): number {
  let sum = r / 14;
  for (let k = 13; k >= 3; k--) sum = (r / k) * (1 + sum);
  return r + (r * r * (1 + sum)) / 2;
}
