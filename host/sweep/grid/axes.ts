/*
 * An axis -> its values.
 *
 *     lin:  x_i = from + (to - from) i / (steps - 1)        log:  x_i = from (to / from)^(i / (steps - 1))
 */
import { exp } from "../../math/exp.ts";
import { log } from "../../math/log.ts";
import { GridError } from "./read.ts";
import type { Grid, Range, Value } from "./schema.ts";

export interface Axis {
  readonly path: string;
  readonly values: readonly Value[];
  /** How it is best drawn; "names": its values have no order. */
  readonly scale: "lin" | "log" | "names";
}

/** All axes of a grid, in its order. @throws GridError */
export function axesOf({ grid }: Grid): Axis[] {
  return Object.entries(grid).map(([path, axis]) => {
    const isRange = !Array.isArray(axis);
    const values = isRange ? valuesOf(path, axis as Range) : (axis as readonly Value[]);
    const texts = values.map((value) => JSON.stringify(value));
    const twice = new Set(texts).size < texts.length && texts.find((text, i) => texts.indexOf(text) !== i);
    if (twice) throw new GridError(`grid.${path} has ${twice} twice, where values that differ are expected`);
    return { path, values, scale: isRange ? (axis as Range).scale : scaleOf(values) };
  });
}

/** A list that grows by factors is drawn by factors. */
function scaleOf(values: readonly Value[]): Axis["scale"] {
  if (!values.every((value): value is number => typeof value === "number")) return "names";
  const [least, most] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  return least > 0 && most / least >= LOG_FROM && values.length > 2 ? "log" : "lin";
}

/** Of such a factor between ends. */
const LOG_FROM = 20;

function valuesOf(path: string, { from, to, steps, scale, whole }: Range): number[] {
  if (scale === "log" && !(from > 0 && to > 0)) {
    throw new GridError(`grid.${path} goes from ${from} to ${to} by factors, where numbers above 0 are expected`);
  }
  if (from === to) throw new GridError(`grid.${path} goes from ${from} to ${to}, where two numbers are expected`);
  const raw = Array.from({ length: steps }, (_, i) => {
    if (i === 0) return from;
    if (i === steps - 1) return to;
    const part = i / (steps - 1);
    return scale === "lin" ? from + (to - from) * part : from * exp(log(to / from) * part);
  });
  if (whole) return [...new Set(raw.map(Math.round))];
  return raw.map((x, i) => (i === 0 || i === steps - 1 ? x : Number(x.toPrecision(DIGITS))));
}

/** 0.1 + 0.2 is 0.3 in a table. */
const DIGITS = 12;
