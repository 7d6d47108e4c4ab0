/** What goes over the air, counted: every frame that is sent, and the octets in it. */

import type { Air, Medium, Party } from "../../../channel/medium.ts";
import { NO_TRAFFIC, type Traffic } from "./moved.ts";

export class CountedAir implements Medium {
  readonly #medium: Medium;
  readonly #counts: (air: Air) => Traffic;
  #sum = NO_TRAFFIC;

  /** `counts`: what a frame counts for. */
  constructor(medium: Medium, counts: (air: Air) => Traffic) {
    this.#medium = medium;
    this.#counts = counts;
  }

  /** Since the last time. */
  take(): Traffic {
    const sum = this.#sum;
    this.#sum = NO_TRAFFIC;
    return sum;
  }

  put(air: Air): void {
    const { messages, octets } = this.#counts(air);
    this.#sum = { messages: this.#sum.messages + messages, octets: this.#sum.octets + octets };
    this.#medium.put(air);
  }

  carry(air: Air, to: Party): Uint8Array | undefined {
    return this.#medium.carry(air, to);
  }

  strangers(from_s: number, until_s: number): readonly Air[] {
    return this.#medium.strangers(from_s, until_s);
  }
}
