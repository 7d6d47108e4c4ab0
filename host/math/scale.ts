/*
 * A double taken apart and put together, exactly: x = m 2^k (IEEE 754-2019 3.4, binary64). Powers are made by doubling
 * and halving: 2 ** n goes through the engine's pow, whose last bit nobody specifies.
 */

const MIN_EXPONENT = -1074; // the least subnormal is 2^-1074
const MAX_EXPONENT = 1023;
const BIAS = 1023;

/** 2^n of n = MIN_EXPONENT .. MAX_EXPONENT. */
const POWERS = powers();

/** Octets of one double, most significant first: a DataView reads the same on every machine. */
const view = new DataView(new ArrayBuffer(8));

/** x 2^n for a whole n, exact but for what overflows or is subnormal. */
export function scale(x: number, n: number): number {
  if (n > MAX_EXPONENT) return x * POWERS[MAX_EXPONENT - MIN_EXPONENT] * scale(1, n - MAX_EXPONENT);
  // In two steps below the normal range, so that the result is rounded once, not lost.
  if (n < -1000) return n < -2200 ? x * 0 : scale(x * POWERS[-1000 - MIN_EXPONENT], n + 1000);
  return x * POWERS[n - MIN_EXPONENT];
}

/** The k for which 1 <= x / 2^k < 2. x: a normal double > 0. */
export function exponentOf(x: number): number {
  view.setFloat64(0, x);
  return ((view.getUint32(0) >>> 20) & 0x7ff) - BIAS;
}

function powers(): Float64Array {
  const table = new Float64Array(MAX_EXPONENT - MIN_EXPONENT + 1);
  table[-MIN_EXPONENT] = 1;
  for (let n = 1; n <= MAX_EXPONENT; n++) table[n - MIN_EXPONENT] = table[n - 1 - MIN_EXPONENT] * 2;
  for (let n = -1; n >= MIN_EXPONENT; n--) table[n - MIN_EXPONENT] = table[n + 1 - MIN_EXPONENT] / 2;
  return table;
}
