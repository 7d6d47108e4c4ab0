/*
 * The instants of a recording as its lines are read, in any clock that only goes forward, and what becomes of the holes
 * between them. What a user may have meant by a bad file is not guessed.
 */
import { EnergyError } from "../error.ts";

/** What a gap is filled with: nothing (it is an error), what the source gave before it, or nothing at all. */
export type GapPolicy = "error" | "hold" | "zero";

export interface GapOptions {
  readonly gaps: GapPolicy;
  /** Is told of each gap that was filled: when it began, counted from the first sample, and how long it lasts. */
  readonly onGap?: (from_s: number, length_s: number) => void;
}

/** A step longer than this many median steps is a gap. Assumption: a logger that jitters stays far below it. */
export const GAP_STEPS = 10;

/** Where each entry of a recording comes from. */
export interface Laid {
  /** The first at 0, strictly ascending. */
  readonly times_s: Float64Array;
  /** As long as times_s: the number of the sample that holds from then on; -1: nothing does. */
  readonly from: Int32Array;
  /** When the last entry ends: the median step after it. */
  readonly end_s: number;
}

export class Stamps {
  readonly #lines: number[] = [];
  readonly #times_s: number[] = [];

  /** @throws EnergyError for a time that does not come after the one before. */
  add(line: number, time_s: number): void {
    const last = this.#times_s.length - 1;
    if (last >= 0 && !(time_s > this.#times_s[last])) {
      const how = time_s === this.#times_s[last] ? "stands still" : "goes back";
      throw new EnergyError(
        `line ${line}: time ${how}, from ${seconds(this.#times_s[last])} in line ${this.#lines[last]} to ${seconds(time_s)}`,
      );
    }
    this.#lines.push(line);
    this.#times_s.push(time_s);
  }

  /**
   * All samples, begun at the first.
   * @throws EnergyError for fewer than two samples, and for a gap under the policy `error`.
   */
  laid({ gaps, onGap }: GapOptions): Laid {
    const [lines, samples_s] = [this.#lines, this.#times_s];
    if (samples_s.length === 0) throw new EnergyError("the trace has no samples");
    if (samples_s.length === 1) {
      throw new EnergyError(`line ${lines[0]}: this is the only sample, where a trace needs at least two`);
    }
    const step_s = medianStep(samples_s);
    const times_s: number[] = [];
    const from: number[] = [];
    const push = (time_s: number, sample: number): void => {
      const before_s = times_s.at(-1) ?? Number.NEGATIVE_INFINITY;
      // Two instants far from the clock's own 0 can be one when they are counted from the first.
      if (!(time_s > before_s)) throw new EnergyError(`line ${lines[Math.max(sample, 0)]}: ${TOO_FINE}`);
      times_s.push(time_s);
      from.push(sample);
    };
    for (const [i, sample_s] of samples_s.entries()) {
      const since_s = i > 0 ? sample_s - samples_s[i - 1] : 0;
      if (since_s > GAP_STEPS * step_s) {
        if (gaps === "error") {
          throw new EnergyError(
            `line ${lines[i]}: a gap of ${seconds(since_s)} after line ${lines[i - 1]}, where a step is ` +
              `${seconds(step_s)}; the gap policy hold or zero would fill it`,
          );
        }
        const begin_s = samples_s[i - 1] - samples_s[0] + step_s;
        onGap?.(begin_s, since_s - step_s);
        if (gaps === "zero") push(begin_s, -1);
      }
      push(sample_s - samples_s[0], i);
    }
    const end_s = times_s[times_s.length - 1] + step_s;
    if (!Number.isFinite(end_s)) throw new EnergyError(`the trace lasts ${end_s} s, where a finite time is needed`);
    return { times_s: Float64Array.from(times_s), from: Int32Array.from(from), end_s };
  }
}

const TOO_FINE = "its time differs from the one before by less than a double can tell";

/** The middle one of the steps between ascending times. */
export function medianStep(times_s: ArrayLike<number>): number {
  const steps = Float64Array.from({ length: times_s.length - 1 }, (_, i) => times_s[i + 1] - times_s[i]).sort();
  return steps[steps.length >> 1];
}

export function seconds(time_s: number): string {
  return `${Number(time_s.toPrecision(9))} s`;
}
