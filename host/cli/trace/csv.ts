/*
 * A trace as the CSV that every reader of traces here takes: t_s,P_uW.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { spelledOut } from "../../energy/traces/resample.ts";
import type { Trace } from "../../energy/traces/trace.ts";
import { UsageError } from "../verb.ts";

/** Lines that are written at once. */
const LINES = 50_000;

/** The text in pieces; doubles are written so that they are read as they were. */
export function* csvOf(trace: Trace): Generator<string> {
  const { times_s, power_W } = spelledOut(trace);
  yield "t_s,P_uW\n";
  for (let from = 0; from < times_s.length; from += LINES) {
    const lines: string[] = [];
    for (let i = from; i < Math.min(from + LINES, times_s.length); i++)
      lines.push(`${times_s[i]},${power_W[i] * 1e6}\n`);
    yield lines.join("");
  }
}

/** Into a file, - for stdout. @throws UsageError for a file that cannot be written. */
export function writeCsv(trace: Trace, out: string): void {
  if (out === "-") {
    for (const piece of csvOf(trace)) process.stdout.write(piece);
    return;
  }
  try {
    const file = openSync(out, "w");
    try {
      for (const piece of csvOf(trace)) writeSync(file, piece);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UsageError(`--out ${out} cannot be written (${code}), where a file in an existing folder is expected`);
  }
}
