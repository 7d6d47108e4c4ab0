/*
 * Runs a simulation in slices and says on stderr how far it is: nothing in the first two seconds, then about every
 * second; on a terminal one line that is written over, and gone when the run is.
 */
import type { Simulation } from "../../sim/simulation.ts";
import { chosen, count, percent } from "../../text/units.ts";
import { coloursOf, progress } from "../terminal.ts";

const FIRST_ms = 2000;
export const EVERY_ms = 1000;
const SLICES = 1000;

/** Back to the start of the line, which is erased. */
const ERASED = "\r\x1b[2K";

export function runToEnd(simulation: Simulation, isQuiet: boolean): void {
  const { duration_s } = simulation.world.scenario;
  const teller = new Teller(isQuiet);
  for (let slice = 1; simulation.advance((duration_s * slice) / SLICES); slice++) {
    teller.tell(() => {
      const readings = simulation.port.taken.reduce((sum, taken) => sum + taken, 0);
      return `${percent(slice / SLICES)} of ${chosen(duration_s)} s, ${count(readings, "reading")}`;
    });
  }
  teller.end();
}

export class Teller {
  readonly #isQuiet: boolean;
  readonly #every_ms: number;
  #next_ms = Date.now() + FIRST_ms;
  #isShown = false;

  constructor(isQuiet: boolean, every_ms = EVERY_ms) {
    this.#isQuiet = isQuiet;
    this.#every_ms = every_ms;
  }

  /** How far it is; asked for only if it is time to say so. */
  tell(how: () => string): void {
    if (this.#isQuiet || Date.now() < this.#next_ms) return;
    this.#next_ms = Date.now() + this.#every_ms;
    tell(how());
    this.#isShown = true;
  }

  end(): void {
    if (this.#isShown && process.stderr.isTTY) process.stderr.write(ERASED);
  }
}

function tell(how: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${ERASED}${coloursOf(process.stderr).dim(`${how} ...`)}`);
  else progress(how);
}
