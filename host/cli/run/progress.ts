/*
 * Runs a simulation in slices and says on stderr how far it is: nothing in the first two seconds, then about every
 * second; on a terminal one line that is written over, and gone when the run is.
 */
import type { Simulation } from "../../sim/simulation.ts";
import { chosen, count, percent } from "../../text/units.ts";
import { coloursOf, progress } from "../terminal.ts";

const FIRST_ms = 2000;
const EVERY_ms = 1000;
const SLICES = 1000;

/** Back to the start of the line, which is erased. */
const ERASED = "\r\x1b[2K";

export function runToEnd(simulation: Simulation, isQuiet: boolean): void {
  const { duration_s } = simulation.world.scenario;
  let next_ms = Date.now() + FIRST_ms;
  let isShown = false;
  for (let slice = 1; simulation.advance((duration_s * slice) / SLICES); slice++) {
    if (isQuiet || Date.now() < next_ms) continue;
    next_ms = Date.now() + EVERY_ms;
    const readings = simulation.port.taken.reduce((sum, taken) => sum + taken, 0);
    tell(`${percent(slice / SLICES)} of ${chosen(duration_s)} s, ${count(readings, "reading")}`);
    isShown = true;
  }
  if (isShown && process.stderr.isTTY) process.stderr.write(ERASED);
}

function tell(how: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${ERASED}${coloursOf(process.stderr).dim(`${how} ...`)}`);
  else progress(how);
}
