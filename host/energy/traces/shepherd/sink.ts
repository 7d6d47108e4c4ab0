/* Where samples go as they are read: to something that never holds more of them than it will give back. */
import type { Recording } from "../recording.ts";

export interface Sink {
  /** The next sample of the group under way: a point of its own, a pair of Isc and Voc, a curve. */
  take(v_V: number, i_A: number): void;
  /** The group is whole: it held from one instant to the other. The next begins there or, behind a hole, later. */
  close(from_s: number, to_s: number): void;
  /** All groups, the last of which ended at end_s. */
  recording(end_s: number): Recording;
}
