/*
 * What one station's capacitor did: the latest of it point by point, all of it in buckets. Between two points the stored
 * energy changes evenly, as the simulator tells it.
 */
import type { Phase } from "../../device/phase.ts";
import { PHASES } from "../../device/phase.ts";
import { voltageOf_V } from "../../energy/storage.ts";
import type { StationEvent, Watcher } from "../../sim/record/track.ts";
import { VoltageTrack } from "../../sim/record/voltage.ts";
import { Ring } from "./ring.ts";

/** Points and pieces kept one by one: minutes of a lively station. */
const POINTS = 2 ** 18;
const PIECES = 2 ** 15;
/** Of all of a run: a picture twice as wide as a large screen. */
const BUCKETS = 4000;
/** Told of anew at most so often while a run goes on, in steps of the capacitor. */
const STALE = 5000;

const PHASE_NUMBERS = new Map(Object.keys(PHASES).map((phase, number) => [phase as Phase, number]));

export class Course implements Watcher {
  t_s = 0;
  e_J: number;
  phase: Phase | "off" = "off";
  readonly capacitance_F: number;
  readonly #points = new Ring(POINTS, 2);
  /** Number of the phase, from, to. */
  readonly #pieces = new Ring(PIECES, 3);
  readonly #buckets: VoltageTrack;
  readonly #bucket_s: number;
  #series: { vMin_mV: number[]; vMax_mV: number[] } | undefined;
  #age = 0;
  readonly #onEvent: (event: StationEvent, t_s: number) => void;

  constructor(
    duration_s: number,
    { capacitance_F, e_J }: { readonly capacitance_F: number; readonly e_J: number },
    onEvent: (event: StationEvent | "powered up", t_s: number) => void,
  ) {
    this.capacitance_F = capacitance_F;
    this.e_J = e_J;
    this.#bucket_s = duration_s / BUCKETS;
    this.#buckets = new VoltageTrack(BUCKETS, this.#bucket_s, e_J);
    this.#points.push(0, e_J);
    this.#onEvent = onEvent;
    this.poweredUp = () => {
      this.phase = "boot";
      onEvent("powered up", this.t_s);
    };
  }

  readonly poweredUp: () => void;

  stored(t_s: number, e_J: number): void {
    this.t_s = t_s;
    this.e_J = e_J;
    this.#buckets.step(t_s, e_J);
    this.#points.push(t_s, e_J);
    this.#age++;
  }

  drew(phase: Phase, from_s: number, _from_J: number, to_s: number): void {
    this.phase = phase;
    this.#pieces.push(PHASE_NUMBERS.get(phase) ?? 0, from_s, to_s);
  }

  happened(event: StationEvent, t_s: number): void {
    if (event === "died") this.phase = "off";
    this.#onEvent(event, t_s);
  }

  /** Stored at an instant; undefined: too long ago, or not yet. */
  energyAt_J(t_s: number): number | undefined {
    const points = this.#points;
    const after = points.firstAtLeast(0, t_s);
    if (after >= points.end) return t_s <= this.t_s ? this.e_J : undefined;
    if (after === points.start) return points.at(after, 0) === t_s ? points.at(after, 1) : undefined;
    const [t0, e0] = [points.at(after - 1, 0), points.at(after - 1, 1)];
    const [t1, e1] = [points.at(after, 0), points.at(after, 1)];
    return t1 > t0 ? e0 + ((e1 - e0) * (t_s - t0)) / (t1 - t0) : e1;
  }

  voltageAt_V(t_s: number): number | undefined {
    const e_J = this.energyAt_J(t_s);
    return e_J === undefined ? undefined : voltageOf_V(this.capacitance_F, e_J);
  }

  /** Least and greatest of each of `pixels` equal parts of a stretch of time, none later than `now_s`. */
  voltages(
    from_s: number,
    to_s: number,
    pixels: number,
    now_s: number,
  ): { least_V: Float32Array; most_V: Float32Array } {
    const least_V = new Float32Array(pixels).fill(Number.NaN);
    const most_V = new Float32Array(pixels).fill(Number.NaN);
    const points = this.#points;
    const isKept = points.at(points.start, 0) <= Math.max(from_s, 0);
    const put = (pixel: number, v_V: number): void => {
      // NaN is less than nothing and more than nothing.
      if (!(least_V[pixel] <= v_V)) least_V[pixel] = v_V;
      if (!(most_V[pixel] >= v_V)) most_V[pixel] = v_V;
    };
    const width_s = (to_s - from_s) / pixels;
    if (!isKept) {
      const { vMin_mV, vMax_mV } = this.#all();
      for (let pixel = 0; pixel < pixels; pixel++) {
        const [at_s, end_s] = [from_s + pixel * width_s, from_s + (pixel + 1) * width_s];
        if (at_s > now_s || end_s < 0) continue;
        const first = Math.max(0, Math.floor(at_s / this.#bucket_s));
        const last = Math.min(BUCKETS - 1, Math.floor(Math.min(end_s, now_s) / this.#bucket_s));
        for (let bucket = first; bucket <= last; bucket++) {
          put(pixel, vMin_mV[bucket] / 1000);
          put(pixel, vMax_mV[bucket] / 1000);
        }
      }
      return { least_V, most_V };
    }
    // At both edges of each pixel the line is somewhere, and between them at its points.
    for (let pixel = 0; pixel <= pixels; pixel++) {
      const at_s = from_s + pixel * width_s;
      if (at_s < 0 || at_s > now_s) continue;
      const v_V = this.voltageAt_V(at_s);
      if (v_V === undefined) continue;
      if (pixel > 0) put(pixel - 1, v_V);
      if (pixel < pixels) put(pixel, v_V);
    }
    const until_s = Math.min(to_s, now_s);
    for (let i = points.firstAtLeast(0, from_s); i < points.end; i++) {
      const t_s = points.at(i, 0);
      if (t_s > until_s) break;
      put(Math.min(pixels - 1, Math.floor((t_s - from_s) / width_s)), voltageOf_V(this.capacitance_F, points.at(i, 1)));
    }
    return { least_V, most_V };
  }

  /** The phases of a stretch of time, as [number, from, to, ...]; undefined: more than `most`, or no longer kept. */
  pieces(from_s: number, to_s: number, most: number): Float64Array | undefined {
    const pieces = this.#pieces;
    const first = pieces.firstAtLeast(2, from_s);
    const end = pieces.firstAtLeast(1, to_s);
    if (end - first > most || (first === pieces.start && pieces.start > 0)) return undefined;
    const told = new Float64Array(3 * Math.max(0, end - first));
    for (let i = first; i < end; i++) {
      for (let part = 0; part < 3; part++) told[3 * (i - first) + part] = pieces.at(i, part);
    }
    return told;
  }

  /** What it drew for at an instant. */
  phaseAt(t_s: number): Phase | undefined {
    const at = this.#pieces.firstAtLeast(2, t_s);
    if (at >= this.#pieces.end || this.#pieces.at(at, 1) > t_s) return undefined;
    return (Object.keys(PHASES) as Phase[])[this.#pieces.at(at, 0)];
  }

  #all(): { vMin_mV: number[]; vMax_mV: number[] } {
    if (this.#series === undefined || this.#age > STALE) {
      this.#series = this.#buckets.series(this.capacitance_F);
      this.#age = 0;
    }
    return this.#series;
  }
}
