/*
 * I-V curves out of voltage ramps, all over one grid of voltages: that of the first ramp.
 *
 * Samples of a ramp are put into bins around the grid's voltages, and a curve runs straight through the centres of
 * gravity (mean V, mean I) of the bins; noise is averaged, a straight part stays what it is, and it does not matter
 * whether the ramp rises, falls or waits. Where several curves fall into one window of time, the window has their mean
 * current at each voltage: the charge at a held voltage is kept. The maximum of a mean curve is at most the mean of the
 * maxima, which a tracker faster than the window would reach.
 */
import { EnergyError } from "../../error.ts";
import type { CurveRecording } from "../recording.ts";
import type { Sink } from "./sink.ts";
import { Windows } from "./windows.ts";

/** Voltages of a curve: as many as there are bins of two samples, within limits. */
const POINTS_MAX = 101;

/** The voltages of all curves, ascending. */
export function gridOf(ramp_V: Float64Array): Float64Array {
  const [low_V, high_V] = [ramp_V.reduce((a, b) => Math.min(a, b)), ramp_V.reduce((a, b) => Math.max(a, b))];
  if (!(high_V > low_V)) {
    throw new EnergyError(`the first curve has the one voltage ${low_V} V, where a ramp of voltages is needed`);
  }
  const points = Math.min(POINTS_MAX, Math.max(2, ramp_V.length >> 1));
  const v_V = Float64Array.from({ length: points }, (_, k) => low_V + ((high_V - low_V) * k) / (points - 1));
  if (v_V.some((v, k) => k > 0 && !(v > v_V[k - 1]))) {
    throw new EnergyError(`the first curve runs from ${low_V} V to ${high_V} V, where a wider ramp is needed`);
  }
  return v_V;
}

/** The ramp under way, in bins. */
class Ramp {
  readonly #v_V: Float64Array;
  readonly #counts: Uint32Array;
  readonly #sums_V: Float64Array;
  readonly #sums_A: Float64Array;
  readonly #perBin: number;

  constructor(v_V: Float64Array) {
    this.#v_V = v_V;
    this.#counts = new Uint32Array(v_V.length);
    this.#sums_V = new Float64Array(v_V.length);
    this.#sums_A = new Float64Array(v_V.length);
    this.#perBin = (v_V.length - 1) / (v_V[v_V.length - 1] - v_V[0]);
  }

  take(v_V: number, i_A: number): void {
    const at = Math.floor((v_V - this.#v_V[0]) * this.#perBin + 0.5);
    const bin = at < 0 ? 0 : at >= this.#counts.length ? this.#counts.length - 1 : at;
    this.#counts[bin]++;
    this.#sums_V[bin] += v_V;
    this.#sums_A[bin] += i_A;
  }

  /** The currents at the grid's voltages; the next ramp begins. */
  close(into: Float64Array): void {
    const used = [...this.#counts.keys()].filter((k) => this.#counts[k] > 0);
    const centres = used.map((k) => [this.#sums_V[k] / this.#counts[k], this.#sums_A[k] / this.#counts[k]] as const);
    let right = 1;
    for (let k = 0; k < into.length; k++) {
      while (right < centres.length - 1 && centres[right][0] < this.#v_V[k]) right++;
      into[k] = Math.max(0, along(centres[right - 1], centres[right] ?? centres[right - 1], this.#v_V[k]));
    }
    this.#counts.fill(0);
    this.#sums_V.fill(0);
    this.#sums_A.fill(0);
  }
}

type Point = readonly [v_V: number, i_A: number];

/** The straight line through two points, at v_V. */
function along([v0_V, i0_A]: Point, [v1_V, i1_A]: Point, v_V: number): number {
  return v1_V > v0_V ? i0_A + ((i1_A - i0_A) * (v_V - v0_V)) / (v1_V - v0_V) : i0_A;
}

/** One curve a window of step_s. */
export class MeanCurves implements Sink {
  readonly #v_V: Float64Array;
  readonly #ramp: Ramp;
  readonly #windows: Windows;
  readonly #currents: Float64Array;

  constructor(v_V: Float64Array, step_s: number, end_s: number) {
    this.#v_V = v_V;
    this.#ramp = new Ramp(v_V);
    this.#windows = new Windows(step_s, end_s, v_V.length);
    this.#currents = new Float64Array(v_V.length);
  }

  take(v_V: number, i_A: number): void {
    this.#ramp.take(v_V, i_A);
  }

  close(from_s: number, to_s: number): void {
    this.#ramp.close(this.#currents);
    this.#windows.add(from_s, to_s, this.#currents);
  }

  recording(end_s: number): CurveRecording {
    const { times_s, rows } = this.#windows.means(end_s);
    return { kind: "curves", times_s, end_s, v_V: this.#v_V, i_A: rows };
  }
}
