/* A result as JSON: a member on a line, and a series of numbers, which may be thousands long, on one. */
import type { Result } from "../../sim/result.ts";

const NUMBERS = /\[\s+(-?\d[\d.e+-]*(?:,\s+-?\d[\d.e+-]*)*)\s+\]/g;

export function resultJson(result: Result): string {
  // In a string a line break is written as \n: what spans lines here is an array.
  return `${JSON.stringify(result, null, 2).replace(NUMBERS, (_, numbers: string) => `[${numbers.replace(/\s+/g, " ")}]`)}\n`;
}
