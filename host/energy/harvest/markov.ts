/*
 * A source that is on or off: a two-state Markov process in continuous time, both holding times exponential.
 */
import { log } from "../../math/log.ts";
import { EnergyError } from "../error.ts";
import type { Harvest } from "../harvest.ts";
import { generated } from "./generated.ts";

export interface Markov {
  /** Power into the storage while the source is on, and while it is off. */
  readonly on_W: number;
  readonly off_W: number;
  /** Mean holding times. */
  readonly meanOn_s: number;
  readonly meanOff_s: number;
}

/** No holding time is shorter: the exponential distribution has times of 0, segments have not. */
const SHORTEST_s = 1e-6;

/**
 * In the long run the mean is (on_W meanOn_s + off_W meanOff_s) / (meanOn_s + meanOff_s); so is the state at t = 0 drawn.
 * @param random uniform in [0, 1): one draw for the first state, then one a segment.
 * @throws EnergyError for a power below 0 or a holding time that is not above 0.
 */
export function markov(random: () => number, { on_W, off_W, meanOn_s, meanOff_s }: Markov): Harvest {
  for (const [name, value] of Object.entries({ on_W, off_W })) {
    if (!(value >= 0 && Number.isFinite(value))) {
      throw new EnergyError(`harvest: ${name} is ${value}, where a finite number of at least 0 is needed`);
    }
  }
  for (const [name, value] of Object.entries({ meanOn_s, meanOff_s })) {
    if (!(value > 0 && Number.isFinite(value))) {
      throw new EnergyError(`harvest: ${name} is ${value}, where a finite number above 0 is needed`);
    }
  }
  let isOn = random() < meanOn_s / (meanOn_s + meanOff_s);
  return generated((append) => {
    // The inverse of the distribution: t = -mean ln(1 - u).
    const holding_s = -(isOn ? meanOn_s : meanOff_s) * log(1 - random());
    append(Math.max(holding_s, SHORTEST_s), isOn ? on_W : off_W);
    isOn = !isOn;
  });
}
