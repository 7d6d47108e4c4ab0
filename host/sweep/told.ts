/*
 * Values of parameters and answers as a person reads them.
 */
import { chosen, figures, percent, si } from "../text/units.ts";
import type { Value } from "./grid/schema.ts";
import type { LevelTold, SweepResult, Told } from "./result.ts";
import { takesPrefix } from "./results/units.ts";
import { keyOf } from "./stats/groups.ts";

/** A value that a parameter was given: 4.70 uF, 16, [1,5]; with so many digits, if it is no whole number. */
export function valueTold(value: Value, unit?: string, digits = 3): string {
  if (typeof value === "string") return value;
  if (typeof value !== "number") return JSON.stringify(value);
  if (unit !== undefined && takesPrefix(unit)) return si(value, unit, digits);
  const bare = chosen(Number.isInteger(value) ? value : Number(value.toPrecision(digits + 1)));
  return unit === undefined ? bare : `${bare} ${unit}`;
}

/** What each of a parameter's values is called, with as many digits as it takes to tell them apart. */
export function valuesTold({ values = [], unit }: SweepResult["parameters"][number]): (value: Value) => string {
  const known = values.map(keyOf);
  const told = DIGITS.map((digits) => values.map((value) => valueTold(value, unit, digits)));
  const apart =
    told.find((names) => new Set(names).size === names.length) ?? values.map((value) => JSON.stringify(value));
  const names = new Map(known.map((key, i) => [key, apart[i]]));
  return (value) => names.get(keyOf(value)) ?? valueTold(value, unit);
}

const DIGITS = [3, 4, 6, 9, 12, 15];

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
