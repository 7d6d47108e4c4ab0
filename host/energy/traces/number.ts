/*
 * Numbers as traces write them. Number() would take "" for 0, and "0x10" and "Infinity" for numbers.
 */
import { EnergyError } from "../error.ts";

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** @throws EnergyError, with the line and what the number is (its column), for anything but a finite decimal number. */
export function parseNumber(text: string, line: number, what: string): number {
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) {
    throw new EnergyError(`line ${line}: ${JSON.stringify(text)} stands for ${what}, where a finite number is needed`);
  }
  return value;
}
