/*
 * A recorded harvest: samples in time, each the power from its instant until the next. Reading one checks that time goes
 * forward and leaves no gap; what a user may have meant by a bad file is not guessed.
 */
import { EnergyError } from "../error.ts";

export interface Trace {
  /** Of the samples, the first at 0, strictly ascending. */
  readonly times_s: Float64Array;
  /** Into the storage, from times_s[i] until times_s[i + 1]; >= 0. */
  readonly power_W: Float64Array;
  /** When the last sample's power ends: the median step after it. */
  readonly end_s: number;
}

/** What a gap is filled with: nothing (it is an error), the power of the sample before it, or none. */
export type GapPolicy = "error" | "hold" | "zero";

/** A step longer than this many median steps is a gap. Assumption: a logger that jitters stays far below it. */
export const GAP_STEPS = 10;

/** The lines of a trace as they are read, in any clock that only goes forward. */
export class Samples {
  readonly #lines: number[] = [];
  readonly #times_s: number[] = [];
  readonly #powers_W: number[] = [];

  /** @throws EnergyError for a time that does not come after the one before. */
  add(line: number, time_s: number, power_W: number): void {
    const last = this.#times_s.length - 1;
    if (last >= 0 && !(time_s > this.#times_s[last])) {
      const how = time_s === this.#times_s[last] ? "stands still" : "goes back";
      throw new EnergyError(
        `line ${line}: time ${how}, from ${seconds(this.#times_s[last])} in line ${this.#lines[last]} to ${seconds(time_s)}`,
      );
    }
    this.#lines.push(line);
    this.#times_s.push(time_s);
    this.#powers_W.push(power_W);
  }

  /**
   * The trace, begun at its first sample.
   * @throws EnergyError for fewer than two samples, and for a gap under the policy `error`.
   */
  trace(gaps: GapPolicy): Trace {
    const [lines, samples_s] = [this.#lines, this.#times_s];
    if (samples_s.length === 0) throw new EnergyError("the trace has no samples");
    if (samples_s.length === 1) {
      throw new EnergyError(`line ${lines[0]}: this is the only sample, where a trace needs at least two`);
    }
    const step_s = medianStep(samples_s);
    const times_s: number[] = [];
    const powers_W: number[] = [];
    for (const [i, sample_s] of samples_s.entries()) {
      const time_s = sample_s - samples_s[0];
      const since_s = i > 0 ? sample_s - samples_s[i - 1] : 0;
      if (since_s > GAP_STEPS * step_s) {
        if (gaps === "error") {
          throw new EnergyError(
            `line ${lines[i]}: a gap of ${seconds(since_s)} after line ${lines[i - 1]}, where a step is ` +
              `${seconds(step_s)}; the gap policy hold or zero would fill it`,
          );
        }
        if (gaps === "zero") {
          times_s.push(samples_s[i - 1] - samples_s[0] + step_s);
          powers_W.push(0);
        }
      }
      times_s.push(time_s);
      powers_W.push(this.#powers_W[i]);
    }
    return {
      times_s: Float64Array.from(times_s),
      power_W: Float64Array.from(powers_W),
      end_s: times_s[times_s.length - 1] + step_s,
    };
  }
}

/** Mean power of a whole trace, W. */
export function meanPower_W({ times_s, power_W, end_s }: Trace): number {
  let e_J = 0;
  for (let i = 0; i < times_s.length; i++) {
    e_J += power_W[i] * ((i + 1 < times_s.length ? times_s[i + 1] : end_s) - times_s[i]);
  }
  return e_J / end_s;
}

function medianStep(times_s: readonly number[]): number {
  const steps = Float64Array.from({ length: times_s.length - 1 }, (_, i) => times_s[i + 1] - times_s[i]).sort();
  return steps[steps.length >> 1];
}

function seconds(time_s: number): string {
  return `${Number(time_s.toPrecision(9))} s`;
}
