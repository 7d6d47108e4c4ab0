/*
 * The latest of many rows of numbers, in memory that does not grow. Rows have numbers that count on for ever.
 */
export class Ring {
  readonly #rows: number;
  readonly #width: number;
  readonly #numbers: Float64Array;
  #end = 0;

  constructor(rows: number, width: number) {
    this.#rows = rows;
    this.#width = width;
    this.#numbers = new Float64Array(rows * width);
  }

  /** The first row that is still there, and one past the last. */
  get start(): number {
    return Math.max(0, this.#end - this.#rows);
  }

  get end(): number {
    return this.#end;
  }

  push(...row: number[]): void {
    const at = (this.#end % this.#rows) * this.#width;
    for (let column = 0; column < row.length; column++) this.#numbers[at + column] = row[column];
    this.#end++;
  }

  at(row: number, column: number): number {
    return this.#numbers[(row % this.#rows) * this.#width + column];
  }

  /** The first row whose `column`, which never falls, is at least `value`; end: none is. */
  firstAtLeast(column: number, value: number): number {
    let [low, high] = [this.start, this.end];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.at(middle, column) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
