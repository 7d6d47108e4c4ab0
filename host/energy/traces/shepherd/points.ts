/*
 * Points (V, I) of a recording, as they are or as means over windows of time.
 *
 * In a window of length T with energy E = integral of V I dt and charge Q = integral of I dt:
 *
 *   I = Q / T,   V = E / Q   (the mean voltage weighted by the current; where Q = 0 the plain mean)
 *
 * So a window gives the energy and the charge that were recorded: V I T = E for a converter, I T = Q for a capacitor that
 * is charged directly.
 */
import type { PointRecording } from "../recording.ts";
import type { Sink } from "./sink.ts";
import { Windows } from "./windows.ts";

/** ivsample: every sample is a point. */
export class SampledPoint {
  #v_V = 0;
  #i_A = 0;

  take(v_V: number, i_A: number): void {
    this.#v_V = v_V;
    this.#i_A = i_A;
  }

  close(into: Float64Array): void {
    into[0] = this.#v_V;
    into[1] = this.#i_A;
  }
}

/** Of the open circuit voltage: shepherd's harvester mppt_voc (virtual_harvester_fixture.yaml, setpoint_n). */
const SETPOINT = 0.76;
/**
 * Maximum power / (Voc Isc). Assumption: silicon indoors, 0.6 .. 0.8; nothing in the recording says it.
 */
const FILL_FACTOR = 0.7;

/**
 * isc_voc: samples of the short circuit current and of the open circuit voltage in turn. Assumption: whichever comes
 * first, the greatest voltage of a group is Voc, and its greatest current Isc; the point is V = 0.76 Voc, where a tracker
 * by the open circuit voltage holds the source, and V I = fill factor x Voc x Isc.
 */
export class EstimatedPoint {
  #voc_V = 0;
  #isc_A = 0;

  take(v_V: number, i_A: number): void {
    if (v_V > this.#voc_V) this.#voc_V = v_V;
    if (i_A > this.#isc_A) this.#isc_A = i_A;
  }

  close(into: Float64Array): void {
    into[0] = SETPOINT * this.#voc_V;
    into[1] = (FILL_FACTOR / SETPOINT) * this.#isc_A;
    this.#voc_V = 0;
    this.#isc_A = 0;
  }
}

type PointOf = SampledPoint | EstimatedPoint;

/** Each point an entry of its own. */
export class EveryPoint implements Sink {
  readonly #point: PointOf;
  readonly #times_s: number[] = [];
  readonly #v_V: number[] = [];
  readonly #i_A: number[] = [];
  readonly #values = new Float64Array(2);
  #end_s = 0;

  constructor(point: PointOf) {
    this.#point = point;
  }

  take(v_V: number, i_A: number): void {
    this.#point.take(v_V, i_A);
  }

  close(from_s: number, to_s: number): void {
    // A hole before this entry, which nobody filled.
    if (from_s > this.#end_s && this.#times_s.length > 0) this.#push(this.#end_s, 0, 0);
    this.#point.close(this.#values);
    this.#push(from_s, this.#values[0], this.#values[1]);
    this.#end_s = to_s;
  }

  #push(time_s: number, v_V: number, i_A: number): void {
    this.#times_s.push(time_s);
    this.#v_V.push(v_V);
    this.#i_A.push(i_A);
  }

  recording(end_s: number): PointRecording {
    const column = (values: readonly number[]): Float64Array => Float64Array.from(values);
    return {
      kind: "points",
      times_s: column(this.#times_s),
      end_s,
      v_V: column(this.#v_V),
      i_A: column(this.#i_A),
    };
  }
}

/** One entry a window. */
export class MeanPoints implements Sink {
  readonly #point: PointOf;
  readonly #windows: Windows;
  readonly #values = new Float64Array(2);
  /** V I, I, V. */
  readonly #sums = new Float64Array(3);

  constructor(point: PointOf, step_s: number, end_s: number) {
    this.#point = point;
    this.#windows = new Windows(step_s, end_s, this.#sums.length);
  }

  take(v_V: number, i_A: number): void {
    this.#point.take(v_V, i_A);
  }

  close(from_s: number, to_s: number): void {
    this.#point.close(this.#values);
    const [v_V, i_A] = this.#values;
    this.#sums[0] = v_V * i_A;
    this.#sums[1] = i_A;
    this.#sums[2] = v_V;
    this.#windows.add(from_s, to_s, this.#sums);
  }

  recording(end_s: number): PointRecording {
    const { times_s, rows } = this.#windows.means(end_s);
    const i_A = times_s.map((_, k) => rows[3 * k + 1]);
    const v_V = times_s.map((_, k) => (i_A[k] > 0 ? rows[3 * k] / i_A[k] : rows[3 * k + 2]));
    return { kind: "points", times_s, end_s, v_V, i_A };
  }
}
