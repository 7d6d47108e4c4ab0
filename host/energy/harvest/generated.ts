/*
 * Segments that a random source makes: as many as anybody asked for, kept, so that what was asked before is answered the
 * same again.
 */
import type { Harvest } from "../harvest.ts";

/** Takes the next segment, which lasts duration_s > 0 at power_W. */
export type Append = (duration_s: number, power_W: number) => void;

/** `extend` appends at least one segment; it is called in the order of time, when the segments made so far are used up. */
export function generated(extend: (append: Append) => void): Harvest {
  const ends_s: number[] = [];
  const powers_W: number[] = [];
  let end_s = 0;
  const append: Append = (duration_s, power_W) => {
    end_s += duration_s;
    ends_s.push(end_s);
    powers_W.push(power_W);
  };
  const upTo = (i: number): void => {
    while (ends_s.length <= i) extend(append);
  };
  return {
    end_s(i) {
      upTo(i);
      return ends_s[i];
    },
    power_W(i) {
      upTo(i);
      return powers_W[i];
    },
  };
}
