/*
 * A source that feels the voltage of the storage that it feeds: consecutive segments from t = 0, in each of which the
 * power follows from that voltage alone.
 */
import type { Harvest } from "./harvest.ts";

export interface Feed {
  /** Into how many bands of equal width 0 .. V_max is cut, the power simple in each (course.ts); 1: it is constant. */
  readonly bands: number;
  /** Absolute end of segment i = 0, 1, ..., s: strictly increasing; Infinity in the last, if there is a last. */
  end_s(i: number): number;
  /** In segment i the power jumps here (a diode that closes), so that no band reaches across it; Infinity: nowhere. */
  edge_V(i: number): number;
  /** Into a storage at v_V during segment i, W, >= 0. */
  power_W(i: number, v_V: number): number;
}

/** A harvest that comes whatever the voltage is. */
export function steady(harvest: Harvest): Feed {
  return {
    bands: 1,
    end_s: (i) => harvest.end_s(i),
    edge_V: () => Number.POSITIVE_INFINITY,
    power_W: (i) => harvest.power_W(i),
  };
}
