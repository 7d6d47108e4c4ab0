/*
 * Where power comes from: consecutive segments from t = 0, the power into the storage constant in each.
 */
import { EnergyError } from "./error.ts";

export interface Harvest {
  /** Absolute end of segment i = 0, 1, ..., s: strictly increasing; Infinity in the last, if there is a last. */
  end_s(i: number): number;
  /** Power into the storage during segment i, W, >= 0. */
  power_W(i: number): number;
}

/** The same power for ever. */
export function constant(power_W: number): Harvest {
  if (!(power_W >= 0) || power_W === Number.POSITIVE_INFINITY) {
    throw new EnergyError(`harvest: the power is ${power_W} W, where a finite number of at least 0 is needed`);
  }
  return { end_s: () => Number.POSITIVE_INFINITY, power_W: () => power_W };
}

/** The same source, at the same time, for a station that it has not reached before `from_s`, a finite number of at least 0. */
export function silentUntil(harvest: Harvest, from_s: number): Harvest {
  if (!(from_s >= 0) || from_s === Number.POSITIVE_INFINITY) {
    throw new EnergyError(`harvest: it is to begin at ${from_s} s, where a finite number of at least 0 is needed`);
  }
  if (from_s === 0) return harvest;
  let first = 0;
  while (harvest.end_s(first) <= from_s) first++;
  return {
    end_s: (i) => (i === 0 ? from_s : harvest.end_s(first + i - 1)),
    power_W: (i) => (i === 0 ? 0 : harvest.power_W(first + i - 1)),
  };
}

/** The same source from its second by_s on, so that a fleet need not see one trace in step; by_s >= 0. */
export function shifted(harvest: Harvest, by_s: number): Harvest {
  if (!(by_s >= 0) || by_s === Number.POSITIVE_INFINITY) {
    throw new EnergyError(`harvest: the shift is ${by_s} s, where a finite number of at least 0 is needed`);
  }
  let first = 0;
  while (harvest.end_s(first) <= by_s) first++;
  return { end_s: (i) => harvest.end_s(first + i) - by_s, power_W: (i) => harvest.power_W(first + i) };
}
