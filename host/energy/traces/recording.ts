/*
 * What a source gave, as it was recorded. Some recordings say what power came into the storage; others say what voltages
 * and currents the source offered, and leave it to a converter what becomes of them.
 *
 * Each entry holds from its instant until the next; the first is at 0, the last ends at end_s.
 */
import type { Trace } from "./trace.ts";

export type Recording = PowerRecording | PointRecording | CurveRecording;

/** Watts, with nothing left to convert. */
export interface PowerRecording extends Trace {
  readonly kind: "power";
}

/** The one point of its I-V curve that the source was held at. */
export interface PointRecording {
  readonly kind: "points";
  /** Strictly ascending from 0. */
  readonly times_s: Float64Array;
  readonly end_s: number;
  /** As long as times_s; >= 0. */
  readonly v_V: Float64Array;
  readonly i_A: Float64Array;
}

/** Whole I-V curves, all over the same voltages. */
export interface CurveRecording {
  readonly kind: "curves";
  /** Strictly ascending from 0. */
  readonly times_s: Float64Array;
  readonly end_s: number;
  /** Strictly ascending, >= 0, at least two. */
  readonly v_V: Float64Array;
  /** Row by row: the current at v_V[k] in curve i is i_A[i * v_V.length + k]; >= 0. Between voltages it is linear. */
  readonly i_A: Float64Array;
}
