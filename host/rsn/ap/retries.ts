/** A message that is sent again until it is answered: the instants, and the replay counters that an answer may have. */

/** Assumption: as hostapd: four tries, the second 0.1 s after the first, each later one 1 s after the one before. */
const TRIES = 4;
const FIRST_s = 0.1;
const LATER_s = 1;

export class Retries {
  /** When the next try, or the end, is due; infinity while nothing is sent. */
  due_s = Number.POSITIVE_INFINITY;
  #counters: bigint[] = [];

  /** Were all tries made? */
  get areSpent(): boolean {
    return this.#counters.length >= TRIES;
  }

  /** The message went out with that replay counter. */
  sent(counter: bigint, now_s: number): void {
    this.due_s = now_s + (this.#counters.length === 0 ? FIRST_s : LATER_s);
    this.#counters.push(counter);
  }

  /** Has one of the tries that counter? An answer to an earlier one is an answer. */
  have(counter: bigint): boolean {
    return this.#counters.includes(counter);
  }

  /** It is answered, or given up. */
  stop(): void {
    this.#counters = [];
    this.due_s = Number.POSITIVE_INFINITY;
  }
}
