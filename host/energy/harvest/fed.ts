/*
 * A source that is connected to the storage through a diode (and a resistor), with no converter between them: what it
 * gives follows from the voltage that it meets there.
 *
 *     curve    V = V_storage + V_drop + I(V) R,  I(V) of the curve
 *     point    a source of the recorded voltage, of no more than the recorded current:
 *              I = min(I_rec, (V_rec - V_drop - V_storage) / R);  with R = 0: I_rec up to V_storage = V_rec - V_drop
 *
 *     P = V_storage I: what the diode and the resistor take has not been harvested.
 */
import type { Feed } from "../feed.ts";
import type { Harvest } from "../harvest.ts";
import type { ConverterProfile } from "../profiles/converter.ts";
import type { CurveRecording, PointRecording } from "../traces/recording.ts";
import { recorded } from "./recorded.ts";

/** Twice as many move no event of a charge or a life by 0.1 %. */
export const BANDS = 256;

export interface Connected {
  /** Begins anew at its end; else there is nothing after it. */
  readonly loop: boolean;
  /** Where in the recording it begins; only one that is looped begins elsewhere than at 0. */
  readonly from_s: number;
  readonly converter: ConverterProfile;
  readonly bands?: number;
}

/** A recorded source, connected. */
export function connected(
  recording: PointRecording | CurveRecording,
  { loop, from_s, converter, bands = BANDS }: Connected,
): Feed {
  const { times_s, end_s } = recording;
  const count = times_s.length;
  // Of this harvest only the instants are asked for.
  const laps = recorded({ times_s, power_W: times_s, end_s }, { loop });
  let first = 0;
  while (laps.end_s(first) <= from_s) first++;
  const endOf_s = (segment: number): number => laps.end_s(first + segment) - from_s;
  const entryOf = (segment: number): number => {
    const entry = first + segment;
    return loop ? entry % count : entry < count ? entry : -1;
  };
  const source = recording.kind === "points" ? pointSource(recording, converter) : curveSource(recording, converter);
  return {
    bands,
    end_s: endOf_s,
    edge_V: (segment) => (entryOf(segment) < 0 ? 0 : source.edge_V(entryOf(segment))),
    power_W: (segment, v_V) => (entryOf(segment) < 0 ? 0 : v_V * source.current_A(entryOf(segment), v_V)),
  };
}

/** A source of power alone that has a voltage, connected: I = P / source_V. */
export function connectedAt(
  harvest: Harvest,
  { inputDrop_V, inputResistance_Ohm }: ConverterProfile,
  source_V: number,
  bands = BANDS,
): Feed {
  const edge_V = source_V - inputDrop_V.value;
  return {
    bands,
    end_s: (i) => harvest.end_s(i),
    edge_V: () => edge_V,
    power_W: (i, v_V) => v_V * limited_A(harvest.power_W(i) / source_V, edge_V - v_V, inputResistance_Ohm.value),
  };
}

interface Source {
  /** Of the storage: from here on nothing comes in entry i. */
  edge_V(i: number): number;
  /** Into a storage at v_V. */
  current_A(i: number, v_V: number): number;
}

function pointSource({ v_V, i_A }: PointRecording, converter: ConverterProfile): Source {
  const { inputDrop_V, inputResistance_Ohm, inputMax_A } = converter;
  const edge_V = (i: number): number => v_V[i] - inputDrop_V.value;
  return {
    edge_V,
    current_A: (i, at_V) => limited_A(Math.min(i_A[i], inputMax_A.value), edge_V(i) - at_V, inputResistance_Ohm.value),
  };
}

/** What flows when left_V are left for the resistor. */
function limited_A(most_A: number, left_V: number, r_Ohm: number): number {
  if (!(left_V > 0)) return 0;
  return r_Ohm > 0 ? Math.min(most_A, left_V / r_Ohm) : most_A;
}

function curveSource(recording: CurveRecording, converter: ConverterProfile): Source {
  const { v_V, i_A } = recording;
  const { inputDrop_V, inputResistance_Ohm, inputMax_A } = converter;
  const [drop_V, r_Ohm, most_A] = [inputDrop_V.value, inputResistance_Ohm.value, inputMax_A.value];
  const last = v_V.length - 1;
  const currentAt = (i: number, k: number): number => Math.min(i_A[i * v_V.length + k], most_A);
  /** What the storage stands at when the source works at its recorded voltage k. */
  const storageAt_V = (i: number, k: number): number => v_V[k] - drop_V - r_Ohm * currentAt(i, k);
  return {
    edge_V: (i) => storageAt_V(i, last),
    current_A(i, at_V) {
      // From the top, where the current is least: the first point that is not above the storage.
      if (at_V >= storageAt_V(i, last)) return 0;
      let k = last - 1;
      while (k >= 0 && storageAt_V(i, k) > at_V) k--;
      if (k < 0) return currentAt(i, 0);
      const [low_V, high_V] = [storageAt_V(i, k), storageAt_V(i, k + 1)];
      const part = (at_V - low_V) / (high_V - low_V);
      return currentAt(i, k) + part * (currentAt(i, k + 1) - currentAt(i, k));
    },
  };
}
