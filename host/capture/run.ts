/** A capture of a run, for the materials that the run is made of. */

import type { World } from "../sim/world.ts";
import { Capture } from "./capture.ts";

/** A frame is told of a round ahead of others at most, and carried within its round; the second round is a margin. */
const HELD_ROUNDS = 2;

/** Captures all that goes on the air; `application` names who writes it. To be ended after the run. */
export function captureOf(
  { scenario, plan }: Pick<World, "scenario" | "plan">,
  application: string,
  write: (octets: Uint8Array) => void,
): Capture {
  return new Capture({
    channels: scenario.air.channels,
    hold_s: HELD_ROUNDS * plan.round_s,
    write,
    application,
    comment: `scenario ${scenario.name}, seed ${scenario.seed}; times are virtual, from 0 s`,
  });
}
