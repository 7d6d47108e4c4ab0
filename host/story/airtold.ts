/** The air of an AMP cell, told frame by frame. */

import { wholeOf } from "../capture/whole.ts";
import type { Air } from "../channel/medium.ts";
import type { Sink, Tapped } from "../channel/tap.ts";
import { ampNamed } from "./names.ts";
import type { ApLane } from "./plant.ts";
import type { Teller } from "./telling.ts";

/** A station without power hears nothing. */
const UNHEARD = "heard by nobody";

export class AirTold implements Sink {
  readonly #teller: Teller;
  readonly #lane: () => ApLane;
  /** Of the frames of a round, where each stands in the story. */
  readonly #at = new WeakMap<Air, number>();

  /** `lane`: the access point that is in reach. */
  constructor(teller: Teller, lane: () => ApLane) {
    this.#teller = teller;
    this.#lane = lane;
  }

  sent(air: Air): void {
    const { direction, octets, from_s } = air;
    const lane = this.#lane();
    const [from, to] = direction === "up" ? (["station", lane] as const) : ([lane, "station"] as const);
    const rung = { way: "AMP", from, to, ...ampNamed(octets), octets: octets.slice() } as const;
    const whole = wholeOf(octets).octets;
    const isCut = direction === "up" && octets.length < whole;
    const fate = isCut ? `power failed behind ${octets.length} of ${whole} octets` : UNHEARD;
    this.#at.set(air, this.#teller.message({ ...rung, fate }, from_s));
  }

  carried({ air, outcome }: Tapped): void {
    const index = this.#at.get(air);
    if (index === undefined || this.#teller.rungs[index].fate !== UNHEARD) return;
    this.#teller.became(index, outcome === "received" ? undefined : outcome);
  }
}
