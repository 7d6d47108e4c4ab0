/*
 * What a trace comes to: its mean, how its power is spread over time, its longest poor stretch, and how long it takes to
 * charge a storage.
 */
import { log } from "../../math/log.ts";
import type { Storage } from "../storage.ts";
import { medianStep } from "./stamps.ts";
import { endOf_s, energy_J, meanPower_W, type Trace } from "./trace.ts";

export interface Statistics {
  readonly duration_s: number;
  /** The middle one of the steps between entries. */
  readonly step_s: number;
  readonly energy_J: number;
  readonly mean_W: number;
  readonly min_W: number;
  /** For a tenth, a half, nine tenths of the time the power is at most that. */
  readonly p10_W: number;
  readonly median_W: number;
  readonly p90_W: number;
  readonly max_W: number;
  /** The longest time in which the power stays below a tenth of the mean. */
  readonly longestLow_s: number;
}

/** Part of the mean below which a source is poor. */
const LOW = 0.1;

export function statisticsOf(trace: Trace): Statistics {
  const { times_s, power_W, end_s } = trace;
  const order = Uint32Array.from(power_W.keys()).sort((a, b) => power_W[a] - power_W[b]);
  const lengths_s = times_s.map((time_s, i) => endOf_s(trace, i) - time_s);
  const quantile = (part: number): number => {
    let left_s = part * end_s;
    for (const i of order) {
      left_s -= lengths_s[i];
      if (left_s <= 0) return power_W[i];
    }
    return power_W[order[order.length - 1]];
  };
  const mean_W = meanPower_W(trace);
  return {
    duration_s: end_s,
    step_s: times_s.length > 1 ? medianStep(times_s) : end_s,
    energy_J: energy_J(trace),
    mean_W,
    min_W: power_W[order[0]],
    p10_W: quantile(0.1),
    median_W: quantile(0.5),
    p90_W: quantile(0.9),
    max_W: power_W[order[order.length - 1]],
    longestLow_s: longestBelow_s(power_W, lengths_s, LOW * mean_W),
  };
}

function longestBelow_s(power_W: Float64Array, lengths_s: Float64Array, limit_W: number): number {
  let longest_s = 0;
  let low_s = 0;
  for (const [i, p_W] of power_W.entries()) {
    low_s = p_W < limit_W ? low_s + lengths_s[i] : 0;
    longest_s = Math.max(longest_s, low_s);
  }
  return longest_s;
}

/**
 * From V_off to V_on at a constant power, nothing drawn; undefined: leakage keeps it from getting there.
 *
 *   dE/dt = P - k E,  k = 2 / (R C),  t = ln((P - k E_off) / (P - k E_on)) / k
 */
export function chargeTime_s(
  { capacitance_F: c, leak_Ohm, vOn_V, vOff_V }: Storage,
  power_W: number,
): number | undefined {
  const k = 2 / (leak_Ohm * c);
  const [on_J, off_J] = [(c * vOn_V * vOn_V) / 2, (c * vOff_V * vOff_V) / 2];
  if (!(power_W > k * on_J)) return undefined;
  return k > 0 ? log((power_W - k * off_J) / (power_W - k * on_J)) / k : (on_J - off_J) / power_W;
}
