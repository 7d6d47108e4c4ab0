/*
 * A trace as the CSV that every reader of traces here takes: t_s,P_W.
 */
import { OutputFile } from "../../capture/file.ts";
import { spelledOut } from "../../energy/traces/resample.ts";
import type { Trace } from "../../energy/traces/trace.ts";
import { written } from "../run/userfile.ts";

/** Lines that are written at once. */
const LINES = 50_000;

/** The text in pieces; a double's shortest text, in the reader's own units, is read as that double. */
export function* csvOf(trace: Trace): Generator<string> {
  const { times_s, power_W } = spelledOut(trace);
  yield "t_s,P_W\n";
  for (let from = 0; from < times_s.length; from += LINES) {
    const lines: string[] = [];
    for (let i = from; i < Math.min(from + LINES, times_s.length); i++) lines.push(`${times_s[i]},${power_W[i]}\n`);
    yield lines.join("");
  }
}

/** Into a file, - for stdout. @throws UsageError for a file that cannot be written. */
export function writeCsv(trace: Trace, out: string): void {
  if (out === "-") {
    for (const piece of csvOf(trace)) process.stdout.write(piece);
    return;
  }
  const encoder = new TextEncoder();
  written("--out", out, () => {
    const file = new OutputFile(out);
    try {
      for (const piece of csvOf(trace)) file.write(encoder.encode(piece));
    } finally {
      file.close();
    }
  });
}
