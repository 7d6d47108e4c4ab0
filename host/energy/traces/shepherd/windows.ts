/*
 * Means over equal windows of time of anything that holds for a while: what enters is a value from one instant to
 * another, what is kept is one row a window, however much has entered.
 *
 *   mean of window k = integral of the value over it / its length
 *
 * Where nothing was said about a part of a window, the value is 0 there.
 */

export class Windows {
  readonly #step_s: number;
  readonly #width: number;
  readonly #count: number;
  readonly #sums: Float64Array;
  #k = 0;

  /** Of `width` values each, from 0 until end_s. */
  constructor(step_s: number, end_s: number, width: number) {
    this.#step_s = step_s;
    this.#width = width;
    this.#count = countOf(step_s, end_s);
    this.#sums = new Float64Array(this.#count * width);
  }

  /** values[0 .. width - 1] hold from one instant to a later one; the next call begins where this ends, or later. */
  add(from_s: number, to_s: number, values: Float64Array): void {
    let begin_s = from_s;
    while (this.#k < this.#count - 1 && to_s > (this.#k + 1) * this.#step_s) {
      const border_s = (this.#k + 1) * this.#step_s;
      if (border_s > begin_s) {
        this.#sum(border_s - begin_s, values);
        begin_s = border_s;
      }
      this.#k++;
    }
    if (to_s > begin_s) this.#sum(to_s - begin_s, values);
  }

  #sum(length_s: number, values: Float64Array): void {
    const at = this.#k * this.#width;
    for (let c = 0; c < this.#width; c++) this.#sums[at + c] += values[c] * length_s;
  }

  /** Begins of the windows, and their means row by row, until end_s: no later than the one of the constructor. */
  means(end_s: number): { readonly times_s: Float64Array; readonly rows: Float64Array } {
    const count = Math.min(countOf(this.#step_s, end_s), this.#count);
    const times_s = Float64Array.from({ length: count }, (_, k) => k * this.#step_s);
    const rows = this.#sums.slice(0, count * this.#width);
    for (let k = 0; k < count; k++) {
      const length_s = (k + 1 < count ? times_s[k + 1] : end_s) - times_s[k];
      for (let c = 0; c < this.#width; c++) rows[k * this.#width + c] /= length_s;
    }
    return { times_s, rows };
  }
}

/** A rest of less than a millionth of a window is rounding, not a window. */
export function countOf(step_s: number, end_s: number): number {
  return Math.max(1, Math.ceil(end_s / step_s - 1e-6));
}

/** The least of 1, 2 and 5 times a power of ten that is at least this. */
export function roundStep_s(least_s: number): number {
  for (let exponent = -12; ; exponent++) {
    for (const digit of [1, 2, 5]) {
      const step_s = Number(`${digit}e${exponent}`);
      if (step_s >= least_s) return step_s;
    }
  }
}
