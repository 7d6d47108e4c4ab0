/*
 * The recording in a file that a user names, with what a scenario says about reading one.
 */
import { type Format, type ReadOptions, readRecording } from "../../data/recording.ts";
import { Efficiency } from "../../energy/efficiency.ts";
import { CELLS } from "../../energy/profiles/cells.ts";
import { RECTIFIERS } from "../../energy/profiles/rectifiers.ts";
import { Cell } from "../../energy/pv/cell.ts";
import { parseIvCurve } from "../../energy/pv/curve.ts";
import type { Recording } from "../../energy/traces/recording.ts";
import type { Scenario } from "../../sim/scenario/schema.ts";
import { percent } from "../../text/units.ts";
import { asUsage } from "../run/scenarios.ts";
import { readUserFile, unreadable } from "../run/userfile.ts";
import { progress } from "../terminal.ts";
import { UsageError } from "../verb.ts";

type Wishes = Pick<Scenario["harvest"]["trace"], "gap" | "load_Ohm" | "cell" | "step_s" | "rectifier">;

export interface ReadTrace {
  readonly format: Format;
  readonly recording: Recording;
  /** Samples of the file, where the recording has fewer entries than those. */
  readonly samples?: number;
  readonly gaps: { readonly count: number; readonly length_s: number };
}

/** Nothing is said in the first two seconds, then about every second. */
const FIRST_ms = 2000;
const EVERY_ms = 1000;

/** @throws UsageError, one sentence that begins with the file's name, for what is no recording. */
export async function readTrace(
  file: string,
  { gap, load_Ohm, cell, step_s, rectifier }: Wishes,
  isQuiet = false,
): Promise<ReadTrace> {
  const gaps = { count: 0, length_s: 0 };
  let samples: number | undefined;
  const options: ReadOptions = {
    gaps: gap,
    onGap: (_, length_s) => {
      gaps.count++;
      gaps.length_s += length_s;
    },
    load_Ohm: load_Ohm ?? undefined,
    cell: cellOf(cell),
    step_s: step_s ?? undefined,
    rectifier: rectifier === null ? undefined : new Efficiency(RECTIFIERS[rectifier].points),
    onSamples: (count) => {
      samples = count;
    },
    onProgress: teller(file, isQuiet),
  };
  try {
    return { ...(await readRecording(file, options)), gaps, samples };
  } catch (error) {
    if (error instanceof Error && error.name === "EnergyError") throw new UsageError(`${file}: ${error.message}`);
    throw unreadable("the trace", file, error);
  }
}

/** Says on stderr which part of `what` has been read. */
export function teller(what: string, isQuiet: boolean): (part: number) => void {
  let next_ms = Date.now() + FIRST_ms;
  return (part) => {
    if (isQuiet || Date.now() < next_ms || part >= 1) return;
    next_ms = Date.now() + EVERY_ms;
    progress(`${percent(part)} of ${what}`);
  };
}

/** @throws UsageError for a file that is no I-V curve. */
function cellOf(cell: Wishes["cell"]): Cell | undefined {
  if (cell === null) return undefined;
  if (typeof cell === "string") return new Cell(CELLS[cell].points);
  return Cell.of(cell.map(({ lux, file }) => curveOf(file, lux)));
}

function curveOf(file: string, lux: number): ReturnType<typeof parseIvCurve> {
  const text = readUserFile("the I-V curve", file).toString("utf8");
  try {
    return asUsage(() => parseIvCurve(text, lux));
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${file}: ${error.message}`);
    throw error;
  }
}
