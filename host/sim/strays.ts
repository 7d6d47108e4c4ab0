/*
 * Strays: answers of stations to a stranger's trigger whose slots outlast a round. They are known when the station takes
 * the trigger and go up when their slot comes, in the midst of whatever the AP and its stations do by then.
 *
 * The AP hears one as it hears any frame, by the rule of collide.ts among all that goes up, and finds no key for it; and a
 * frame of its own round may be lost by it. Assumption: an AP that sends hears nothing, and nothing while a stranger sends;
 * a station hears its AP and strangers whatever other stations send meanwhile.
 */
import { type Arrival, heard } from "../channel/collide.ts";
import type { Air } from "../channel/medium.ts";
import type { CellOptions } from "./cell.ts";
import type { Station } from "./station.ts";

/** An uplink frame as the AP receives it. */
export interface Sent extends Arrival {
  readonly station: Station;
  readonly air: Air;
}

type Span = Pick<Air, "from_s" | "end_s">;

export class Strays {
  readonly #options: Pick<CellOptions, "capture_dB" | "medium">;
  /** A stray has ended, and the AP heard it or not. */
  readonly #ended: (one: Sent, isHeard: boolean) => void;
  /** Whose slots have not come yet, and those that are on the air. */
  #coming: Sent[] = [];
  #flying: Sent[] = [];
  /** What else goes up, what strays went up, and what the AP and strangers send: all that may overlap one another. */
  #ups: Sent[] = [];
  #others: Span[] = [];

  constructor(options: Pick<CellOptions, "capture_dB" | "medium">, ended: (one: Sent, isHeard: boolean) => void) {
    this.#options = options;
    this.#ended = ended;
  }

  add(stray: Sent): void {
    this.#coming.push(stray);
  }

  /** A frame of a station goes up in the round. */
  goesUp(one: Sent): void {
    if (this.#areThere) this.#ups.push(one);
  }

  /** The AP sends, or a stranger does. */
  isTaken(air: Air): void {
    if (this.#areThere) this.#others.push(air);
  }

  /** Those of `sent` that the AP hears; all are on the air, and whatever overlaps them is. */
  audible(sent: readonly Sent[]): readonly Sent[] {
    const { capture_dB } = this.#options;
    // One alone is heard whatever its power.
    if (this.#ups.length === 0) return sent.length === 1 ? sent : heard(sent, capture_dB);
    // The AP never locked to what it could not hear: that disturbs, and holds nobody.
    const arrivals = this.#ups.map((one) => (this.#isDeafTo(one) ? { ...one, sync_s: Number.POSITIVE_INFINITY } : one));
    const audible = new Set(heard(arrivals, capture_dB));
    return sent.filter((one) => audible.has(one));
  }

  /** May a stranger's frame be heard, whose power nobody knows? Only if no stray is on the air with it. */
  isClear(air: Air): boolean {
    return !this.#ups.some((one) => overlap(one, air));
  }

  /** Lives until then: yields each instant at which a stray begins or ends. */
  *until(t_s: number): Generator<number, void> {
    while (this.#coming.length + this.#flying.length > 0) {
      const begins = first(this.#coming, "from_s");
      const ends = first(this.#flying, "end_s");
      const isBegin = begins !== undefined && (ends === undefined || begins.from_s < ends.end_s);
      const one = (isBegin ? begins : ends) as Sent;
      const at_s = isBegin ? one.from_s : one.end_s;
      if (at_s > t_s) return;
      yield at_s;
      if (isBegin) {
        this.#coming = this.#coming.filter((other) => other !== one);
        this.#flying.push(one);
        this.#ups.push(one);
        this.#options.medium.put(one.air);
      } else {
        this.#flying = this.#flying.filter((other) => other !== one);
        this.#ended(one, this.audible([one]).length > 0);
      }
    }
  }

  /** A round is over: what overlaps no stray that has not ended is forgotten. */
  forget(): void {
    let oldest_s = Number.POSITIVE_INFINITY;
    for (const { from_s } of [...this.#coming, ...this.#flying]) oldest_s = Math.min(oldest_s, from_s);
    this.#ups = this.#ups.filter(({ end_s }) => end_s > oldest_s);
    this.#others = this.#others.filter(({ end_s }) => end_s > oldest_s);
  }

  get #areThere(): boolean {
    return this.#coming.length + this.#ups.length > 0;
  }

  #isDeafTo(one: Sent): boolean {
    return this.#others.some((other) => overlap(one, other));
  }
}

function overlap(one: Span, other: Span): boolean {
  return one.from_s < other.end_s && other.from_s < one.end_s;
}

/** The one with the least of that; of several the first. */
function first(ones: readonly Sent[], by: keyof Span): Sent | undefined {
  return ones.reduce<Sent | undefined>((least, one) => (least && least[by] <= one[by] ? least : one), undefined);
}
