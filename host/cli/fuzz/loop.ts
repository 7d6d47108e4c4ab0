/* Runs a fuzzer to its limits, and says on stderr how far it is: nothing in the first two seconds, then every second. */
import type { Fuzzer } from "../../fuzz/engine.ts";
import type { Coverage, Target } from "../../fuzz/target.ts";
import { count, figures } from "../../text/units.ts";
import { coloursOf, progress } from "../terminal.ts";
import type { Limits } from "./options.ts";

const FIRST_s = 2;
const EVERY_s = 1;
/** The clock is read once in so many executions. */
const CLOCK_EVERY = 16;
/** Back to the start of the line, which is erased. */
const ERASED = "\r\x1b[2K";

export interface Progress {
  readonly executions: number;
  readonly coverage: Coverage;
}

/** Runs to a limit, or to the first finding; `onProgress` hears of it about once a second. */
export async function runFuzzer<Input>(
  target: Target<Input>,
  fuzzer: Fuzzer<Input>,
  { runs, seconds }: Limits,
  onProgress: (progress: Progress) => void,
): Promise<void> {
  const from_ms = performance.now();
  let next_s = EVERY_s;
  while (fuzzer.executions < runs && fuzzer.found.length === 0) {
    await fuzzer.step();
    if (fuzzer.executions % CLOCK_EVERY !== 0) continue;
    const took_s = (performance.now() - from_ms) / 1000;
    if (took_s >= seconds) break;
    if (took_s < next_s) continue;
    next_s = took_s + EVERY_s;
    onProgress({ executions: fuzzer.executions, coverage: target.coverage() });
  }
}

export interface Teller {
  tell(progress: Progress): void;
  /** Nothing more will be told. */
  end(): void;
}

/** Says on stderr how far it is. */
export function teller(isQuiet: boolean): Teller {
  const from_ms = performance.now();
  let next_s = FIRST_s;
  return {
    tell({ executions, coverage }) {
      const took_s = (performance.now() - from_ms) / 1000;
      if (isQuiet || took_s < next_s) return;
      next_s = took_s + EVERY_s;
      const { covered, of, unit } = coverage;
      const all = of === undefined ? "" : ` of ${of.toLocaleString("en")}`;
      const reached = `${covered.toLocaleString("en")}${all} ${unit}`;
      say(`${count(executions, "execution")}, ${figures(executions / took_s)} a second, ${reached}`);
    },
    end() {
      if (next_s > FIRST_s && process.stderr.isTTY) process.stderr.write(ERASED);
    },
  };
}

function say(how: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${ERASED}${coloursOf(process.stderr).dim(`${how} ...`)}`);
  else progress(how);
}
