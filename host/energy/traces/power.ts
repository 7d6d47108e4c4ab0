/*
 * What power a recording stands for where nothing else stands between source and storage: the power itself, V I of a
 * point, the maximum of V I on a curve. Assumption: a converter that loses nothing, and on curves one that always sits
 * at the maximum power point; it is the upper bound of what any converter makes of the recording.
 */
import type { CurveRecording, Recording } from "./recording.ts";
import type { Trace } from "./trace.ts";

export function powerOf(recording: Recording): Trace {
  const { times_s, end_s } = recording;
  switch (recording.kind) {
    case "power":
      return { times_s, power_W: recording.power_W, end_s };
    case "points":
      return { times_s, power_W: recording.v_V.map((v_V, i) => v_V * recording.i_A[i]), end_s };
    case "curves":
      return { times_s, power_W: Float64Array.from(times_s, (_, row) => maximumPower_W(recording, row)), end_s };
  }
}

/**
 * The most that curve `row` gives, W. Between two voltages the current is linear, I = a - b V, and V I = a V - b V^2 has
 * its maximum at V = a / 2b where that lies between them.
 */
export function maximumPower_W({ v_V, i_A }: CurveRecording, row: number): number {
  const at = row * v_V.length;
  let most_W = 0;
  for (let k = 0; k < v_V.length; k++) {
    most_W = Math.max(most_W, v_V[k] * i_A[at + k]);
    if (k + 1 === v_V.length) break;
    const b = (i_A[at + k] - i_A[at + k + 1]) / (v_V[k + 1] - v_V[k]);
    const a = i_A[at + k] + b * v_V[k];
    const best_V = a / (2 * b);
    if (best_V > v_V[k] && best_V < v_V[k + 1]) most_W = Math.max(most_W, best_V * (a - b * best_V));
  }
  return most_W;
}
