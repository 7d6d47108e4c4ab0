/*
 * A recorded trace as a source: each sample's power until the next sample.
 */
import type { Harvest } from "../harvest.ts";
import type { Trace } from "../traces/trace.ts";

export interface Recorded {
  /** Begins anew at its end; else there is no power after it. */
  readonly loop: boolean;
}

/** The trace from its first sample, at t = 0. */
export function recorded({ times_s, power_W, end_s }: Trace, { loop }: Recorded): Harvest {
  const count = times_s.length;
  const endIn = (k: number): number => (k + 1 < count ? times_s[k + 1] : end_s);
  if (!loop) {
    return {
      end_s: (i) => (i < count ? endIn(i) : Number.POSITIVE_INFINITY),
      power_W: (i) => (i < count ? power_W[i] : 0),
    };
  }
  return {
    end_s(i) {
      const lap = Math.floor(i / count);
      return lap * end_s + endIn(i - lap * count);
    },
    power_W: (i) => power_W[i % count],
  };
}
