/*
 * RF power as the artifact of REACT has it (H. Williams and M. Hicks, "Energy-adaptive Buffering for Efficient,
 * Responsive, and Persistent Batteryless Systems", ASPLOS 2024; FoRTE-Research/REACT-Artifact, traces/*.trace): a line
 * `sec RSSI,mW`, then lines of seconds, a tab and milliwatts, 50 a second.
 *
 * Its README says that the harvester's own power measurement was used "to determine received signal strength", and the
 * column is called RSSI: it is power as it was received, in front of the rectifier. Assumption: without a rectifier all of
 * it is harvested, which is more than any part gives; a rectifier's efficiency at that input makes less of it.
 */
import type { Efficiency } from "../efficiency.ts";
import { EnergyError } from "../error.ts";
import { parseNumber } from "./number.ts";
import type { GapOptions } from "./stamps.ts";
import { Samples, type Trace } from "./trace.ts";

const HEADER = /^sec\s+RSSI,mW\s*$/;
const LINE = /^\s*(\S+)\s+(\S+)\s*$/;

/** Whether a file that begins with this line is one. */
export function isReact(firstLine: string): boolean {
  return HEADER.test(firstLine);
}

export interface ReactOptions extends GapOptions {
  readonly rectifier?: Efficiency;
}

/** @throws EnergyError with the line of whatever is no trace. */
export function parseReact(text: string, options: ReactOptions): Trace {
  const samples = new Samples();
  let isBegun = false;
  for (const [i, row] of text.split(/\r?\n/).entries()) {
    if (row.trim() === "") continue;
    const line = i + 1;
    if (!isBegun) {
      isBegun = true;
      continue;
    }
    const parts = LINE.exec(row);
    if (parts === null) {
      throw new EnergyError(
        `line ${line}: ${JSON.stringify(row.slice(0, 80))} is no time and power, such as 0.02 and 0.25 with a tab between`,
      );
    }
    const time_s = parseNumber(parts[1], line, "the time in s");
    const received_mW = parseNumber(parts[2], line, "the power in mW");
    if (received_mW < 0) {
      throw new EnergyError(`line ${line}: the power is ${parts[2]} mW, where no source gives less than 0`);
    }
    const received_W = received_mW / 1000;
    samples.add(line, time_s, options.rectifier?.output_W(received_W) ?? received_W);
  }
  return samples.trace(options);
}
