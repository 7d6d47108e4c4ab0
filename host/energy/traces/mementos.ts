/*
 * Traces of the Mementos project (ransford/mspsim, branch mementos): lines `<ms> <V>` from an arbitrary start, the
 * voltage that the RF front end of a WISP 4.1 put across 30 kOhm in place of the WISP's digital part. P = V^2 / R.
 */
import { parseNumber } from "./number.ts";
import type { GapOptions } from "./stamps.ts";
import { Samples, type Trace } from "./trace.ts";

/** README of the traces. */
const LOAD_OHM = 30e3;

const LINE = /^\s*([^\s,]+)\s+([^\s,]+)\s*$/;

/** Whether a file that begins with this line is one: two numbers with white space between them. */
export function isMementos(firstLine: string): boolean {
  return /^\s*[\d.+-][\deE.+-]*\s+[\d.+-][\deE.+-]*\s*$/.test(firstLine);
}

/** @throws EnergyError with the line of whatever is no trace. */
export function parseMementos(text: string, options: GapOptions, load_Ohm = LOAD_OHM): Trace {
  const samples = new Samples();
  for (const [i, row] of text.split(/\r?\n/).entries()) {
    if (row.trim() === "") continue;
    const line = i + 1;
    const [, time, voltage] = LINE.exec(row) ?? ["", row.trim(), ""];
    // 1e-3 s is no double: ms / 1000 is the nearest one to each time.
    const time_s = parseNumber(time, line, "the time in ms") / 1000;
    const v_V = parseNumber(voltage, line, "the voltage in V");
    samples.add(line, time_s, (v_V * v_V) / load_Ohm);
  }
  return samples.trace(options);
}
