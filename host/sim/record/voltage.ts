/*
 * A voltage over time in a bounded number of buckets: of each the least and the greatest. Told the stored energy at
 * instants between which it changes evenly enough; V = sqrt(2 E / C) grows with E, so the extremes of E are those of V.
 */
import { voltageOf_V } from "../../energy/storage.ts";

export class VoltageTrack {
  readonly #bucket_s: number;
  readonly #least_J: Float64Array;
  readonly #most_J: Float64Array;
  #t_s = 0;
  #e_J: number;
  #bucket = 0;

  /** `e_J` is stored at t = 0. */
  constructor(buckets: number, bucket_s: number, e_J: number) {
    this.#bucket_s = bucket_s;
    this.#least_J = new Float64Array(buckets).fill(Number.POSITIVE_INFINITY);
    this.#most_J = new Float64Array(buckets).fill(Number.NEGATIVE_INFINITY);
    this.#e_J = e_J;
    this.#put(0, e_J);
  }

  /** `e_J` is stored at `t_s`, which is not before what was told last. */
  step(t_s: number, e_J: number): void {
    const end_s = (this.#bucket + 1) * this.#bucket_s;
    if (t_s >= end_s) this.#across(t_s, e_J);
    else this.#put(this.#bucket, e_J);
    this.#t_s = t_s;
    this.#e_J = e_J;
  }

  /** Least and greatest of each bucket, whole millivolts; buckets after the last instant told stay at the last voltage. */
  series(capacitance_F: number): { vMin_mV: number[]; vMax_mV: number[] } {
    const mV = (e_J: number): number => Math.round(1000 * voltageOf_V(capacitance_F, e_J));
    const filled = (series: Float64Array): number[] =>
      Array.from(series, (e_J) => mV(Number.isFinite(e_J) ? e_J : this.#e_J));
    return { vMin_mV: filled(this.#least_J), vMax_mV: filled(this.#most_J) };
  }

  /** Through the ends of all buckets up to t_s, on a straight line from the last energy to this one. */
  #across(t_s: number, e_J: number): void {
    const slope_W = (e_J - this.#e_J) / (t_s - this.#t_s);
    for (;;) {
      const edge_s = (this.#bucket + 1) * this.#bucket_s;
      if (edge_s > t_s) break;
      const atEdge_J = this.#e_J + slope_W * (edge_s - this.#t_s);
      this.#put(this.#bucket, atEdge_J);
      this.#bucket++;
      this.#put(this.#bucket, atEdge_J);
      if (this.#bucket >= this.#least_J.length) break;
    }
    this.#put(this.#bucket, e_J);
  }

  /** What lies behind the last bucket is not kept: writes outside of a typed array go nowhere. */
  #put(bucket: number, e_J: number): void {
    if (e_J < this.#least_J[bucket]) this.#least_J[bucket] = e_J;
    if (e_J > this.#most_J[bucket]) this.#most_J[bucket] = e_J;
  }
}
