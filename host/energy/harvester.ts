/*
 * Where on its I-V curve a source is held, when there is a boost converter that chooses:
 *
 *     mppt_opt   the voltage of the greatest V I: between two recorded ones, where I = a - b V, at most at V = a / 2b
 *     mppt_voc   a fraction of the open-circuit voltage, V_oc: the least voltage above all currents
 *     cv         a constant voltage
 *
 * Assumption: a harvester is always where it wants to be; sampling V_oc takes neither time nor energy (a BQ25570 is away
 * from the source for 256 ms in 16 s, 1.6 %).
 */
import type { CurveRecording } from "./traces/recording.ts";

export type Harvester =
  | { readonly kind: "mppt_opt" }
  /** 0 < fraction <= 1. */
  | { readonly kind: "mppt_voc"; readonly fraction: number }
  | { readonly kind: "cv"; readonly v_V: number };

/** The point of curve i that the harvester takes. */
export function pointOn(recording: CurveRecording, i: number, harvester: Harvester): { v_V: number; i_A: number } {
  switch (harvester.kind) {
    case "mppt_opt":
      return optimum(recording, i);
    case "mppt_voc":
      return at(recording, i, harvester.fraction * openCircuit_V(recording, i));
    case "cv":
      return at(recording, i, harvester.v_V);
  }
}

function optimum(recording: CurveRecording, i: number): { v_V: number; i_A: number } {
  const { v_V, i_A } = recording;
  const first = i * v_V.length;
  let best = { v_V: v_V[0], i_A: i_A[first] };
  const consider = (at_V: number, at_A: number): void => {
    if (at_V * at_A > best.v_V * best.i_A) best = { v_V: at_V, i_A: at_A };
  };
  for (let k = 1; k < v_V.length; k++) {
    const [low_V, high_V] = [v_V[k - 1], v_V[k]];
    const [low_A, high_A] = [i_A[first + k - 1], i_A[first + k]];
    consider(high_V, high_A);
    const b = (low_A - high_A) / (high_V - low_V);
    const a = low_A + b * low_V;
    const between_V = a / (2 * b);
    if (between_V > low_V && between_V < high_V) consider(between_V, a - b * between_V);
  }
  return best;
}

/** The voltage from which on no current comes; where the curve ends before, its last. 0 of a source that is dark. */
export function openCircuit_V({ v_V, i_A }: CurveRecording, i: number): number {
  const first = i * v_V.length;
  let k = v_V.length - 1;
  while (k >= 0 && i_A[first + k] === 0) k--;
  if (k < 0) return 0;
  return v_V[Math.min(k + 1, v_V.length - 1)];
}

function at(recording: CurveRecording, i: number, v_V: number): { v_V: number; i_A: number } {
  return { v_V, i_A: currentAt_A(recording, i, v_V) };
}

/** Linear between two voltages. Assumption: below the first it stays what it is there, above the last there is none. */
export function currentAt_A({ v_V, i_A }: CurveRecording, i: number, wish_V: number): number {
  const first = i * v_V.length;
  const last = v_V.length - 1;
  if (wish_V > v_V[last]) return 0;
  if (wish_V <= v_V[0]) return i_A[first];
  let k = 1;
  while (v_V[k] < wish_V) k++;
  const part = (wish_V - v_V[k - 1]) / (v_V[k] - v_V[k - 1]);
  return i_A[first + k - 1] + part * (i_A[first + k] - i_A[first + k - 1]);
}
