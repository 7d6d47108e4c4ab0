/** A capture of a run that is already put together: a tap around its media, in place, as its cells hold them. */

import type { Medium } from "../channel/medium.ts";
import { type Sink, Tap } from "../channel/tap.ts";
import type { World } from "../sim/world.ts";
import { Capture } from "./capture.ts";

/** A frame is told of a round ahead of others at most, and carried within its round; the second round is a margin. */
const HELD_ROUNDS = 2;

/** Captures all that goes on the air from now on; `application` names who writes it. To be ended after the run. */
export function captureOf(world: World, application: string, write: (octets: Uint8Array) => void): Capture {
  const { scenario, media, plan } = world;
  const capture = new Capture({
    channels: media.length,
    hold_s: HELD_ROUNDS * plan.round_s,
    write,
    application,
    comment: `scenario ${scenario.name}, seed ${scenario.seed}; times are virtual, from 0 s`,
  });
  attach(media, capture);
  return capture;
}

/** From now on the sink is told of every frame of these media, as their parties see it. */
function attach(media: readonly Medium[], sink: Sink): void {
  for (const medium of media) {
    const inner: Medium = {
      put: medium.put.bind(medium),
      carry: medium.carry.bind(medium),
      strangers: medium.strangers.bind(medium),
    };
    const tap = new Tap(inner, sink);
    medium.put = (air) => tap.put(air);
    medium.carry = (air, to) => tap.carry(air, to);
  }
}
