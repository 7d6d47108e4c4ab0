/*
 * 10^x from + - * / alone. x = n log10 2 + r, |r| <= log10(2) / 2; 10^x = 2^n e^(r ln 10).
 */
import { expm1 } from "./exp.ts";
import { scale } from "./scale.ts";

const LOG2_10 = 3.321928094887362;
/** log10 2 in two parts: n LOG10_2_HIGH is exact for |n| < 2^20, since its last 21 bits are 0. */
const LOG10_2_HIGH = 0.30102999566361177;
const LOG10_2_LOW = 3.694239077158931e-13;

/** 10^x is Infinity above, 0 below. */
const MAX = 308.2547155599167;
const MIN = -324;

export function pow10(x: number): number {
  if (!(x <= MAX)) return x > 0 ? Number.POSITIVE_INFINITY : x;
  if (x < MIN) return 0;
  const n = Math.floor(x * LOG2_10 + 0.5);
  return scale(1 + expm1((x - n * LOG10_2_HIGH - n * LOG10_2_LOW) * Math.LN10), n);
}
