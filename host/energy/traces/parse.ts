/*
 * A trace from the text of a file, in whichever of the known formats its first line is.
 */
import { EnergyError } from "../error.ts";
import { type CsvOptions, parseCsv } from "./csv.ts";
import { isMementos, parseMementos } from "./mementos.ts";
import { isNrel, parseNrel } from "./nrel.ts";
import type { Trace } from "./trace.ts";

/** load_Ohm: of a column V, and in place of Mementos' 30 kOhm. cell and light: of a column lux, and of daylight. */
export type TraceOptions = CsvOptions;

/** @throws EnergyError, one sentence, for text that is no trace, and for a format that needs what the options lack. */
export function parseTrace(text: string, options: TraceOptions): Trace {
  const first = /^\uFEFF?\s*(.*)/.exec(text)?.[1] ?? "";
  if (first === "") throw new EnergyError("the trace is empty");
  if (isMementos(first)) return parseMementos(text, options.gaps, options.load_Ohm);
  if (isNrel(first)) {
    if (options.cell === undefined)
      throw new EnergyError("line 1: this is daylight, which needs a cell that it falls on, such as am1417");
    return parseNrel(text, options.gaps, options.cell, options.light);
  }
  return parseCsv(text, options);
}
