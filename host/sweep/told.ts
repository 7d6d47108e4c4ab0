/*
 * Values of parameters and answers as a person reads them.
 */
import { chosen, figures, percent, si } from "../text/units.ts";
import type { Value } from "./grid/schema.ts";
import type { LevelTold, SweepResult, Told } from "./result.ts";
import { takesPrefix } from "./results/units.ts";

/** A value that a parameter was given: 4.70 uF, 16, [1,5]. */
export function valueTold(value: Value, unit?: string): string {
  if (typeof value === "string") return value;
  if (typeof value !== "number") return JSON.stringify(value);
  if (unit === undefined) return chosen(Number(value.toPrecision(4)));
  return takesPrefix(unit) ? si(value, unit) : `${chosen(Number(value.toPrecision(4)))} ${unit}`;
}

/** A mean of a column: 97.5 %, 2.30 uJ, 12.5. */
export function answerTold(value: number, { unit, isShare }: Pick<Told, "unit" | "isShare">): string {
  if (isShare) return percent(value);
  if (unit === undefined) return Number.isInteger(value) ? value.toLocaleString("en") : figures(value);
  return takesPrefix(unit) ? si(value, unit) : `${figures(value)} ${unit}`;
}

/** Where a parameter is at: a value, or between two. */
export function levelTold({ from, to }: Pick<LevelTold, "from" | "to">, unit?: string): string {
  const [least, most] = [valueTold(from, unit), valueTold(to, unit)];
  return least === most ? least : `${least} to ${most}`;
}

/** Why nothing can be said of what moves the answer most; undefined: it can. */
export function unmoved({ movers }: Pick<SweepResult, "movers">): string | undefined {
  const [first] = movers;
  if (first === undefined) return "no cell has an answer";
  if (first.share !== null) return undefined;
  return first.least.low === first.most.high
    ? "nothing does: all answers are the same"
    : "that takes more draws than these";
}

export function answerColumn({ columns, answer }: Pick<SweepResult, "columns" | "answer">): Told {
  return columns.find(({ name }) => name === answer) as Told;
}

/** A path for a sentence, its last two parts without the unit: override.storage.capacitance_F -> storage capacitance. */
export function spoken(path: string, unit?: string): string {
  const name = path.split(".").slice(-2).join(" ");
  const bare = unit === undefined ? name : name.slice(0, name.lastIndexOf("_"));
  return bare.replaceAll("_", " ");
}
