/* Which stretch of time is shown: the latest so many seconds, or one that the reader chose. */
import type { Seen, View } from "../protocol.ts";

/** The shortest: a few instructions. */
const LEAST_s = 1e-6;
const FIRST_s = 2;

export class Window {
  #duration_s = 1;
  #span_s = FIRST_s;
  #to_s: number | "now" = "now";

  begins(duration_s: number): void {
    this.#duration_s = duration_s;
    this.#span_s = Math.min(this.#span_s, duration_s);
    this.#to_s = "now";
  }

  range(): Pick<View, "span_s" | "to_s"> {
    return { span_s: this.#span_s, to_s: this.#to_s };
  }

  follow(): void {
    this.#to_s = "now";
  }

  stretch(from_s: number, to_s: number): void {
    this.#span_s = Math.max(to_s - from_s, LEAST_s);
    this.#to_s = to_s;
  }

  /** Closer and farther around the end of what follows now, around the middle of what was chosen. */
  zoom(how: "in" | "out" | "now" | "all", seen: Seen | undefined): void {
    if (how === "now") this.follow();
    else if (how === "all") {
      this.#span_s = this.#duration_s;
      this.#to_s = this.#duration_s;
    } else {
      const span_s = Math.min(Math.max(this.#span_s * (how === "in" ? 0.5 : 2), LEAST_s), this.#duration_s);
      if (this.#to_s !== "now") this.#to_s = this.#within(this.#to_s - (this.#span_s - span_s) / 2, span_s);
      else if (seen && seen.to_s !== seen.now_s && how === "in") this.#to_s = "now";
      this.#span_s = span_s;
    }
  }

  pan(by: -1 | 1, seen: Seen | undefined): void {
    const to_s = this.#to_s === "now" ? (seen?.to_s ?? 0) : this.#to_s;
    this.#to_s = this.#within(to_s + (by * this.#span_s) / 4, this.#span_s);
  }

  #within(to_s: number, span_s: number): number {
    return Math.min(Math.max(to_s, span_s), this.#duration_s);
  }
}
