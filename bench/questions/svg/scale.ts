/*
 * Numbers to places along an axis, and where its ticks stand.
 *
 *     linear  p = from + (v - low) / (high - low) (to - from)        log  the same of the logarithms
 */
import { log10 } from "../../../host/math/log.ts";
import { pow10 } from "../../../host/math/pow10.ts";

export interface Scale {
  readonly place: (value: number) => number;
  readonly ticks: readonly number[];
}

export interface Range {
  readonly low: number;
  readonly high: number;
  readonly log?: boolean;
}

/** Ticks at decades of a logarithmic axis, or at their halves and fifths where there are few; else at round numbers. */
export function scaleOf({ low, high, log = false }: Range, from: number, to: number): Scale {
  const of = log ? log10 : (value: number): number => value;
  const [first, last] = [of(low), of(high)];
  return {
    place: (value) => from + ((of(value) - first) / (last - first)) * (to - from),
    ticks: log ? logTicks(low, high) : rounds(low, high),
  };
}

const STEPS = [1, 2, 5];
/** Rounding of a value that stands on a tick. */
const NEAR = 1e-9;

/** The least logarithmic range around the values that ends at 1, 2 or 5 times a power of ten. */
export function rangeAround(values: readonly number[]): Range {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const steps = stepsWithin(least / 10, most * 10);
  const low = steps.filter((step) => step <= least * (1 + NEAR)).at(-1) ?? least;
  const high = steps.find((step) => step >= most * (1 - NEAR)) ?? most;
  return { low, high: high > low ? high : 10 * low, log: true };
}

function stepsWithin(low: number, high: number): number[] {
  const [first, last] = [Math.floor(log10(low)), Math.ceil(log10(high))];
  const all = Array.from({ length: last - first + 1 }, (_, i) => STEPS.map((step) => rounded(step * pow10(first + i))));
  return all.flat().filter((step) => step >= low * (1 - NEAR) && step <= high * (1 + NEAR));
}

/** Decades on an axis from which on the steps between them are left out. */
const MANY = 2;
const TICKS_MAX = 10;

function logTicks(low: number, high: number): number[] {
  const span = log10(high) - log10(low);
  if (span < MANY) return stepsWithin(low, high);
  const first = Math.ceil(log10(low) - NEAR);
  const every = Math.max(1, Math.ceil(span / TICKS_MAX));
  const count = Math.floor((log10(high) + NEAR - first) / every) + 1;
  return Array.from({ length: count }, (_, i) => rounded(pow10(first + i * every)));
}

/** As one writes it: 0.001, and not the nearest that a product gives. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}

function rounds(low: number, high: number): number[] {
  const rough = (high - low) / 5;
  const unit = pow10(Math.floor(log10(rough)));
  const step = [...STEPS, 10].map((factor) => rounded(factor * unit)).find((one) => one >= rough) ?? rough;
  const first = Math.ceil(low / step - NEAR);
  const count = Math.floor(high / step + NEAR) - first + 1;
  return Array.from({ length: count }, (_, i) => rounded((first + i) * step));
}
