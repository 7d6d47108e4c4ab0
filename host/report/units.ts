/*
 * Numbers for a page: as on the terminal, but with the letters that a page can show.
 */
import { si as plainSi } from "../text/units.ts";

export { chosen, count, figures, number, percent } from "../text/units.ts";

/** 0.0000056 J -> "5.60 µJ", with a space that does not break. */
export function si(value: number, unit: string): string {
  return plainSi(value, unit)
    .replace(/ u(?=[A-Za-z])/, " µ")
    .replace("Ohm", "Ω")
    .replace(" ", "\u00a0");
}
