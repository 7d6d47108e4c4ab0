/*
 * Wireless power from an AMP Energizer: it transmits for a dwell and is silent for a pause; what arrives fades slowly as
 * people and things move; a rectifier with a knee makes direct current of it.
 *
 *   received = Friis(EIRP, distance, frequency, gain) + fading,  power = efficiency(received) x received
 *
 * Fading, dB: normal with standard deviation fading_dB, constant for one step, and from one step to the next correlated
 * by e^(-step / correlation_s) (M. Gudmundson, "Correlation model for shadow fading", Electronics Letters 27 (1991)).
 */
import { exp } from "../../math/exp.ts";
import { standardNormal } from "../../math/normal.ts";
import { Efficiency } from "../efficiency.ts";
import { EnergyError } from "../error.ts";
import type { Harvest } from "../harvest.ts";
import { RECTIFIERS, type RectifierName } from "../profiles/rectifiers.ts";
import { friis_dBm } from "../rf.ts";
import { generated } from "./generated.ts";

/** ENERGIZERS in profiles/ has the default of each number, with its source. */
export interface Energizer {
  readonly eirp_dBm: number;
  readonly frequency_Hz: number;
  readonly distance_m: number;
  /** Of the station's antenna. */
  readonly gain_dBi: number;
  /** How long it transmits at a time. */
  readonly dwell_s: number;
  /** Part of the time that it transmits, 0 < duty <= 1: the pause is dwell_s (1 - duty) / duty. */
  readonly duty: number;
  readonly fading_dB: number;
  /** A dwell has the whole number of fading steps that comes nearest to this length. */
  readonly fadingStep_s: number;
  readonly correlation_s: number;
}

/**
 * @param random uniform in [0, 1): a normal deviate at every fading step.
 * @throws EnergyError for a parameter that no energizer can have.
 */
export function energizer(random: () => number, parameters: Energizer, rectifier: RectifierName): Harvest {
  check(parameters);
  const { dwell_s, duty, fading_dB, fadingStep_s, correlation_s } = parameters;
  const { eirp_dBm, gain_dBi, frequency_Hz, distance_m } = parameters;
  const mean_dBm = friis_dBm(eirp_dBm, gain_dBi, frequency_Hz, distance_m);
  const efficiency = new Efficiency(RECTIFIERS[rectifier].points);
  const steps = Math.max(1, Math.floor(dwell_s / fadingStep_s + 0.5));
  const step_s = dwell_s / steps;
  const pause_s = (dwell_s * (1 - duty)) / duty;
  const overStep = exp(-step_s / correlation_s);
  const overPause = exp(-pause_s / correlation_s);

  let fading = standardNormal(random);
  const drift = (correlation: number): void => {
    fading = correlation * fading + Math.sqrt(1 - correlation * correlation) * standardNormal(random);
  };
  return generated((append) => {
    for (let step = 0; step < steps; step++) {
      if (step > 0) drift(overStep);
      append(step_s, efficiency.outputOf_W(mean_dBm + fading_dB * fading));
    }
    if (pause_s > 0) {
      drift(overPause);
      append(pause_s, 0);
    } else drift(overStep);
  });
}

function check(parameters: Energizer): void {
  for (const [name, value] of Object.entries(parameters)) {
    if (!Number.isFinite(value))
      throw new EnergyError(`energizer: ${name} is ${value}, where a finite number is needed`);
  }
  const { distance_m, frequency_Hz, dwell_s, duty, fading_dB, fadingStep_s, correlation_s } = parameters;
  for (const [name, value] of Object.entries({ distance_m, frequency_Hz, dwell_s, fadingStep_s, correlation_s })) {
    if (!(value > 0)) throw new EnergyError(`energizer: ${name} is ${value}, where a number above 0 is needed`);
  }
  if (!(duty > 0 && duty <= 1)) throw new EnergyError(`energizer: duty is ${duty}, where 0 < duty <= 1 is needed`);
  if (!(fading_dB >= 0)) throw new EnergyError(`energizer: fading_dB is ${fading_dB}, where at least 0 is needed`);
}
