/*
 * Standard normal deviates from uniform ones: Marsaglia's polar method, which needs log and sqrt only.
 */
import { log } from "./log.ts";

/**
 * One deviate of mean 0 and variance 1; draws from `random` (uniform in [0, 1)) two at a time until a pair falls into the
 * unit circle: 2.55 draws on the average. The pair's other deviate is thrown away, so that a call keeps nothing.
 */
export function standardNormal(random: () => number): number {
  for (;;) {
    const u = 2 * random() - 1;
    const v = 2 * random() - 1;
    const s = u * u + v * v;
    if (s < 1 && s > 0) return u * Math.sqrt((-2 * log(s)) / s);
  }
}
