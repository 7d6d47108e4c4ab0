/*
 * A sum of many terms that loses nothing to rounding: Knuth's two-sum (The Art of Computer Programming 4.2.2, theorem B)
 * keeps in a second double what the addition to the first rounded off, whichever of sum and term is the greater.
 */
export class CompensatedSum {
  /** The sum so far, and what rounding took from it. Unlike a field, an element is written without allocating. */
  readonly #parts = new Float64Array(2);

  constructor(start = 0) {
    this.#parts[0] = start;
  }

  get value(): number {
    return this.#parts[0] + this.#parts[1];
  }

  add(term: number): void {
    const parts = this.#parts;
    const before = parts[0];
    const after = before + term;
    const part = after - before;
    parts[1] += before - (after - part) + (term - part);
    parts[0] = after;
  }
}
