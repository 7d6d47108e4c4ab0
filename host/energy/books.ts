/*
 * What went where in a capacitor, in joules: sums that lose nothing to rounding (Knuth's two-sum, as in host/math/sum.ts),
 * all in one array. A run goes round a thousand capacitors, and what lies together comes out of memory together.
 */
import { CompensatedSum } from "../math/sum.ts";

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

  /**
   * |harvested - (stored + spent + leaked + clipped)| relative to the greatest of the five: below 1e-9, or the integration
   * is wrong. `stored_J`: more than at the beginning.
   */
  imbalance(stored_J: number): number {
    const harvested_J = this.of(BOOK.harvested);
    const into_J = [stored_J, this.of(BOOK.spent), this.of(BOOK.leaked), this.of(BOOK.clipped)];
    const difference = new CompensatedSum(harvested_J);
    for (const part_J of into_J) difference.add(-part_J);
    const greatest = Math.max(harvested_J, ...into_J.map(Math.abs));
    return greatest === 0 ? 0 : Math.abs(difference.value) / greatest;
  }
}
