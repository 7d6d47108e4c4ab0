/*
 * How many devices share a short identifier, when each of n has one of 2^b at random: no approximations but the rounding
 * of doubles, and logarithms that are the same on every engine (host/math).
 */
import { exp } from "../../host/math/exp.ts";
import { log1p } from "../../host/math/log.ts";

/** That any two of n have the same:  1 - product over k < n of (1 - k / 2^b). */
export function anyShared(n: number, bits: number): number {
  let sum = 0;
  for (let k = 1; k < n && sum > -745; k++) sum += log1p(-Math.min(1, k / 2 ** bits));
  return 1 - exp(sum);
}

/** That another of n has that of this one:  1 - (1 - 2^-b)^(n - 1). */
export function hasTwin(n: number, bits: number): number {
  return 1 - exp((n - 1) * log1p(-(2 ** -bits)));
}

/**
 * Candidates that are tried until the right one, in the order in which they came, if all of them are tried:
 *
 *     1 + sum over the i devices before it of 2^-b, i = 0 .. n - 1, in the mean:  1 + (n - 1) / 2^(b + 1)
 */
export function meanTries(n: number, bits: number): number {
  return 1 + (n - 1) / 2 ** (bits + 1);
}

/**
 * The part of n devices that have `most` or more before them with their own identifier:
 *
 *     1/n sum over i = 0 .. n - 1 of P(Binomial(i, 2^-b) >= most)
 */
export function beyond(n: number, bits: number, most: number): number {
  const p = 2 ** -bits;
  const odds = p / (1 - p);
  let sum = 0;
  for (let i = most; i < n; i++) {
    // The tail from its own first term on: nothing is subtracted from 1.
    let term = exp(i * log1p(-p));
    for (let k = 1; k <= most; k++) term *= ((i - k + 1) / k) * odds;
    let tail = 0;
    for (let k = most; k <= i && term > tail * 1e-17; k++) {
      tail += term;
      term *= ((i - k) / (k + 1)) * odds;
    }
    sum += Math.min(1, tail);
  }
  return sum / n;
}

/** The greatest n for which `measure`, which grows with n, stays at or below `limit`. */
export function largest(measure: (n: number) => number, limit: number): number {
  let high = 2;
  while (measure(high) <= limit) high *= 2;
  let low = high / 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (measure(middle) <= limit) low = middle;
    else high = middle;
  }
  return low;
}
