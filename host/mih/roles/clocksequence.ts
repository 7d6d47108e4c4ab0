/** Numbers that rise over restarts, as the clock does: for whoever keeps none of those that it has given. */

/** So many a millisecond; 48 bits hold them for as long as a clock of milliseconds has 42. */
export const SEQUENCE_PER_ms = 64;

export class ClockSequence {
  #last = 0;

  next(): number {
    this.#last = Math.max(this.#last + 1, Date.now() * SEQUENCE_PER_ms);
    return this.#last;
  }
}
