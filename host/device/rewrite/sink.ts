/*
 * A growing run of octets. Whole sections and bodies go through it: spreading them into number[] costs more than all the
 * rest of a rewrite.
 */
export class Sink {
  #octets = new Uint8Array(4096);
  #length = 0;

  /** Appends octets `from` .. `to` of `octets`, all of them if left out. */
  put(octets: ArrayLike<number>, from = 0, to = octets.length): void {
    const length = this.#length + to - from;
    if (length > this.#octets.length) {
      const larger = new Uint8Array(2 * length);
      larger.set(this.octets());
      this.#octets = larger;
    }
    // Most appends are a few octets: a loop beats making a view.
    for (let at = from; at < to; at++) this.#octets[this.#length++] = octets[at];
  }

  /** What was put so far: a view, good until the next put. */
  octets(): Uint8Array {
    return this.#octets.subarray(0, this.#length);
  }
}
