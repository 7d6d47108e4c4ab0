/*
 * What went where in a capacitor, in joules: sums that lose nothing to rounding (Knuth's two-sum, as in host/math/sum.ts),
 * all in one array. A run goes round a thousand capacitors, and what lies together comes out of memory together.
 */

/** Places of the sums: each has two numbers, the second what the first rounded off. */
export const BOOK = { harvested: 0, leaked: 2, clipped: 4, spent: 6 } as const;

type Place = (typeof BOOK)[keyof typeof BOOK];

export class Books {
  readonly #sums_J = new Float64Array(8);

  add(place: Place, term_J: number): void {
    const sums = this.#sums_J;
    const before = sums[place];
    const after = before + term_J;
    const part = after - before;
    sums[place + 1] += before - (after - part) + (term_J - part);
    sums[place] = after;
  }

  of(place: Place): number {
    return this.#sums_J[place] + this.#sums_J[place + 1];
  }
}
