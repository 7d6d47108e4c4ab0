/*
 * Values and names with the letters that a page can show.
 */
import type { Value } from "../grid/schema.ts";
import type { LevelTold, SweepResult, Told } from "../result.ts";
import * as plain from "../told.ts";

export { spoken } from "../told.ts";

/** uF -> µF, Ohm -> Ω, and no line break before a unit. */
function written(text: string): string {
  return text
    .replace(/ u(?=[A-Za-z])/g, " µ")
    .replace(/Ohm/g, "Ω")
    .replace(/(?<=\d) (?=\S{1,5}(?: to |$))/g, "\u00a0");
}

export const valuesTold = (parameter: SweepResult["parameters"][number]): ((value: Value) => string) => {
  const told = plain.valuesTold(parameter);
  return (value) => written(told(value));
};
export const levelTold = (level: Pick<LevelTold, "from" | "to">, unit?: string): string =>
  written(plain.levelTold(level, unit));
export const answerTold = (value: number, column: Told): string => written(plain.answerTold(value, column));

/** The unit of a parameter of that path. */
export function unitOf({ parameters }: SweepResult, path: string): string | undefined {
  return parameters.find((parameter) => parameter.path === path)?.unit;
}

/** Of all parameters, for the heads of a table: as in a sentence, the whole path where two end alike. */
export function shortNames({ parameters }: SweepResult): string[] {
  const names = parameters.map(({ path, unit }) => plain.spoken(path, unit));
  return names.map((name, at) => (names.indexOf(name) === names.lastIndexOf(name) ? name : parameters[at].path));
}
