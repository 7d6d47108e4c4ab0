/*
 * Counters inside a module: a global for each, and exported functions over all of them. The globals stay inside: a
 * thousand exported ones would make an instance cost a millisecond.
 */
import type { Additions } from "./additions.ts";
import type { Code } from "./asm.ts";
import { either, f64Const, globalGet, globalSet, i32Const, localGet, op } from "./asm.ts";

/** Names of the functions over a set of counters. */
export interface CounterExports {
  /** (counter: i32) -> f64 */
  readonly read: string;
  /** Sets all of them to 0. */
  readonly reset: string;
}

/**
 * Adds so many counters, all 0; returns their globals. f64 counts exactly up to 2^53 and comes out as a JavaScript
 * number, where i64 would come out as a bigint.
 */
export function addCounters(additions: Additions, count: number, { read, reset }: CounterExports): readonly number[] {
  const counters = Array.from({ length: count }, () => additions.addGlobal("f64", f64Const(0)));
  const zeroed = counters.flatMap((counter) => [...f64Const(0), ...globalSet(counter)]);
  additions.addFunction(read, ["i32"], ["f64"], picked(counters, 0, count));
  additions.addFunction(reset, [], [], zeroed);
  return counters;
}

/** Adds a function () -> f64: the sum of the counters, each times its weight. Exact as long as it is below 2^53. */
export function addSum(
  additions: Additions,
  counters: readonly number[],
  weights: readonly number[],
  name: string,
): void {
  const term = (counter: number, i: number): Code => [...globalGet(counter), ...f64Const(weights[i]), ...op("f64.mul")];
  const terms = counters.flatMap((counter, i) => [...term(counter, i), ...op("f64.add")]);
  additions.addFunction(name, [], ["f64"], [...f64Const(0), ...terms]);
}

/** counter := counter + by */
export function counted(counter: number, by: Code): Code {
  return [...globalGet(counter), ...by, ...op("f64.add"), ...globalSet(counter)];
}

/** counters[local 0], for local 0 in from .. to - 1: halves until one is left. */
function picked(counters: readonly number[], from: number, to: number): Code {
  if (to - from <= 1) return from < to ? globalGet(counters[from]) : f64Const(0);
  const middle = (from + to) >> 1;
  const isBelow = [...localGet(0), ...i32Const(middle), ...op("i32.lt_u")];
  return [...isBelow, ...either("f64", picked(counters, from, middle), picked(counters, middle, to))];
}
