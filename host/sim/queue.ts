/*
 * What happens next, among many processes that each know only their own next instant: a binary heap by time. Of two at
 * one instant the one with the lower number comes first, so that the order is the same on every machine.
 */
export class Queue {
  readonly #times_s: number[] = [];
  readonly #numbers: number[] = [];

  get size(): number {
    return this.#times_s.length;
  }

  /** The earliest instant; Infinity: nothing is left. */
  get next_s(): number {
    return this.#times_s[0] ?? Number.POSITIVE_INFINITY;
  }

  push(time_s: number, number: number): void {
    // A hole goes up to where it fits in.
    let at = this.#times_s.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(time_s, number, this.#times_s[parent], this.#numbers[parent])) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#times_s[at] = time_s;
    this.#numbers[at] = number;
  }

  /** Takes out the earliest; its number. RangeError when nothing is left. */
  pop(): number {
    if (this.size === 0) throw new RangeError("nothing is left to happen");
    const first = this.#numbers[0];
    const time_s = this.#times_s.pop() as number;
    const number = this.#numbers.pop() as number;
    const { size } = this;
    if (size === 0) return first;
    // The hole at the top goes down to where the last one fits in.
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && this.#isBefore(child + 1, child)) child++;
      if (!isBefore(this.#times_s[child], this.#numbers[child], time_s, number)) break;
      this.#move(child, at);
      at = child;
    }
    this.#times_s[at] = time_s;
    this.#numbers[at] = number;
    return first;
  }

  #isBefore(a: number, b: number): boolean {
    return isBefore(this.#times_s[a], this.#numbers[a], this.#times_s[b], this.#numbers[b]);
  }

  #move(from: number, to: number): void {
    this.#times_s[to] = this.#times_s[from];
    this.#numbers[to] = this.#numbers[from];
  }
}

function isBefore(a_s: number, a: number, b_s: number, b: number): boolean {
  return a_s < b_s || (a_s === b_s && a < b);
}
