/*
 * A source whose power has a given mean, median and tenth percentile in the long run, and is correlated from one step to
 * the next: a Gaussian process z behind a quantile function that is log-linear on each side of the median,
 *
 *   z' = r z + sqrt(1 - r^2) n,   r = e^(-step / correlation),   n standard normal
 *   P  = median e^(s z),          s = sLow where z < 0, sHigh where z >= 0
 *
 * The tenth percentile is at z = -1.2816, so sLow = ln(median / p10) / 1.2816. With
 *
 *   h(s) = e^(s^2 / 2) Phi(s) = integral over z > 0 of e^(s z) phi(z)
 *
 * the mean is median (h(-sLow) + h(sHigh)), which sHigh is solved from. Assumption: nothing between and beyond those three
 * figures is known; the tails of a log-normal distribution are ours.
 */
import { exp } from "../../math/exp.ts";
import { log } from "../../math/log.ts";
import { standardNormal } from "../../math/normal.ts";
import type { Efficiency } from "../efficiency.ts";
import { EnergyError } from "../error.ts";
import type { Harvest } from "../harvest.ts";
import { generated } from "./generated.ts";

/** FITTED in profiles/ has those that were published. */
export interface Fitted {
  readonly mean_W: number;
  readonly median_W: number;
  readonly p10_W: number;
  readonly step_s: number;
  readonly correlation_s: number;
}

/** The standard normal deviate that nine tenths are above is minus this. */
const Z_90 = 1.2815515655446004;
/** e^(sHigh^2 / 2): no recording's mean is that far above its median. */
const HIGH_MAX = 6;
/** Steps that are made at a time. */
const BATCH = 50;

/**
 * @param random uniform in [0, 1): a normal deviate at every step.
 * @param rectifier what becomes of the power; without one all of it is harvested.
 * @throws EnergyError for figures that no such distribution has.
 */
export function fitted(random: () => number, parameters: Fitted, rectifier?: Efficiency): Harvest {
  const { low, high } = slopesOf(parameters);
  const { median_W, step_s, correlation_s } = parameters;
  const kept = exp(-step_s / correlation_s);
  const fresh = Math.sqrt(1 - kept * kept);
  let z = standardNormal(random);
  return generated((append) => {
    for (let step = 0; step < BATCH; step++) {
      const power_W = median_W * exp((z < 0 ? low : high) * z);
      append(step_s, rectifier?.output_W(power_W) ?? power_W);
      z = kept * z + fresh * standardNormal(random);
    }
  });
}

/** sLow and sHigh. @throws EnergyError */
export function slopesOf(parameters: Fitted): { readonly low: number; readonly high: number } {
  for (const [name, value] of Object.entries(parameters)) {
    if (!(value > 0 && Number.isFinite(value)))
      throw new EnergyError(`fitted source: ${name} is ${value}, where a finite number above 0 is needed`);
  }
  const { mean_W, median_W, p10_W } = parameters;
  const low = log(median_W / p10_W) / Z_90;
  const wanted = mean_W / median_W - upperMean(-low);
  if (!(low >= 0 && wanted >= upperMean(0) && wanted <= upperMean(HIGH_MAX))) {
    throw new EnergyError(
      `fitted source: no distribution has the mean ${mean_W} W, the median ${median_W} W and the tenth percentile ${p10_W} W`,
    );
  }
  let [below, above] = [0, HIGH_MAX];
  for (;;) {
    const middle = (below + above) / 2;
    if (middle === below || middle === above) return { low, high: middle };
    if (upperMean(middle) < wanted) below = middle;
    else above = middle;
  }
}

/**
 * h(s) = e^(s^2 / 2) Phi(s) = e^(s^2 / 2) / 2 + (s + s^3 / 3 + s^5 / (3 5) + s^7 / (3 5 7) + ...) / sqrt(2 pi)
 * (Abramowitz and Stegun 26.2.11).
 */
function upperMean(s: number): number {
  let term = s;
  let sum = 0;
  for (let odd = 3; sum + term !== sum; odd += 2) {
    sum += term;
    term *= (s * s) / odd;
  }
  return exp((s * s) / 2) / 2 + sum / Math.sqrt(2 * Math.PI);
}
