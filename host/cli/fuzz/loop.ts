/* Runs a fuzzer to its limits, and says on stderr how far it is: nothing in the first two seconds, then every second. */
import type { Fuzzer } from "../../fuzz/engine.ts";
import type { Target } from "../../fuzz/target.ts";
import { count, figures } from "../run/units.ts";
import { coloursOf, progress } from "../terminal.ts";
import type { Limits } from "./options.ts";

const FIRST_s = 2;
const EVERY_s = 1;
/** The clock is read once in so many executions. */
const CLOCK_EVERY = 16;
/** Back to the start of the line, which is erased. */
const ERASED = "\r\x1b[2K";

/** Seconds that it took. The run also ends at the first finding. */
export async function runFuzzer<Input>(
  target: Target<Input>,
  fuzzer: Fuzzer<Input>,
  { runs, seconds }: Limits,
  isQuiet: boolean,
): Promise<number> {
  const from_ms = performance.now();
  let next_s = FIRST_s;
  let took_s = 0;
  while (fuzzer.executions < runs && fuzzer.found.length === 0) {
    await fuzzer.step();
    if (fuzzer.executions % CLOCK_EVERY !== 0) continue;
    took_s = (performance.now() - from_ms) / 1000;
    if (took_s >= seconds) break;
    if (isQuiet || took_s < next_s) continue;
    next_s = took_s + EVERY_s;
    const { covered, of, unit } = target.coverage();
    const reached = `${covered.toLocaleString("en")}${of === undefined ? "" : ` of ${of.toLocaleString("en")}`} ${unit}`;
    tell(`${count(fuzzer.executions, "execution")}, ${figures(fuzzer.executions / took_s)} a second, ${reached}`);
  }
  if (!isQuiet && process.stderr.isTTY && next_s > FIRST_s) process.stderr.write(ERASED);
  return (performance.now() - from_ms) / 1000;
}

function tell(how: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${ERASED}${coloursOf(process.stderr).dim(`${how} ...`)}`);
  else progress(how);
}
