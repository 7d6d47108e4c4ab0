/*
 * A harvest over time: samples, each the power from its instant until the next.
 */
import { EnergyError } from "../error.ts";
import { type GapOptions, Stamps } from "./stamps.ts";

export interface Trace {
  /** Of the samples, the first at 0, strictly ascending. */
  readonly times_s: Float64Array;
  /** Into the storage, from times_s[i] until times_s[i + 1]; >= 0. */
  readonly power_W: Float64Array;
  /** When the last sample's power ends: the median step after it. */
  readonly end_s: number;
}

/** The lines of a trace of power as they are read. */
export class Samples {
  readonly #stamps = new Stamps();
  readonly #powers_W: number[] = [];

  /** @throws EnergyError for a time that does not come after the one before, and for a power that is no number. */
  add(line: number, time_s: number, power_W: number): void {
    if (!Number.isFinite(power_W)) {
      throw new EnergyError(`line ${line}: it comes to a power of ${power_W} W, where a finite one is needed`);
    }
    this.#stamps.add(line, time_s);
    this.#powers_W.push(power_W);
  }

  /** @throws EnergyError for fewer than two samples, and for a gap under the policy `error`. */
  trace(options: GapOptions): Trace {
    const { times_s, from, end_s } = this.#stamps.laid(options);
    return { times_s, power_W: Float64Array.from(from, (i) => (i < 0 ? 0 : this.#powers_W[i])), end_s };
  }
}

/** When entry i of a recording ends. */
export function endOf_s({ times_s, end_s }: Pick<Trace, "times_s" | "end_s">, i: number): number {
  return i + 1 < times_s.length ? times_s[i + 1] : end_s;
}

/** Energy of a whole trace, J. */
export function energy_J(trace: Trace): number {
  const { times_s, power_W } = trace;
  let e_J = 0;
  for (let i = 0; i < times_s.length; i++) e_J += power_W[i] * (endOf_s(trace, i) - times_s[i]);
  return e_J;
}

/** Mean power of a whole trace, W. */
export function meanPower_W(trace: Trace): number {
  return energy_J(trace) / trace.end_s;
}
