/*
 * What a run looked like over time: the part of a result that pictures are made of. It is bounded whatever the run lasts,
 * and it forgets no dip: of every bucket the least and the greatest voltage are kept.
 */
import type { Phase } from "../../device/phase.ts";

/** The course of up to four stations. */
export interface Timeline {
  /** Bucket k of every series is from k bucket_s until (k + 1) bucket_s. */
  readonly bucket_s: number;
  readonly stations: readonly StationTimeline[];
  readonly closeUps: readonly CloseUp[];
  readonly lives: LifeHistograms;
  /** Deaths within calls of the module, by call and phase: how far into the call, in cycles, each was. */
  readonly deathsInCalls: readonly DeathsInCall[];
}

export interface StationTimeline {
  readonly station: number;
  /** Least and greatest voltage in each bucket, mV. */
  readonly vMin_mV: readonly number[];
  readonly vMax_mV: readonly number[];
  /** Frames in each bucket: triggers heard, uplink frames begun, those of them that power failed in, M3s verified. */
  readonly heard: readonly number[];
  readonly sent: readonly number[];
  readonly cut: readonly number[];
  readonly confirmed: readonly number[];
  /** Power failures in each bucket. */
  readonly died: readonly number[];
  /** The first of its lives, and how many there were after those. */
  readonly lives: readonly LifeSpan[];
  readonly livesLeftOut: number;
}

export interface LifeSpan {
  readonly up_s: number;
  readonly down_s: number;
  /** Where it died; null: the run ended before it did. */
  readonly phase: Phase | null;
  readonly confirmed: number;
}

/** A stretch of one station's life in full: each piece ends at `to_us` after `from_s`, with that voltage. */
export interface CloseUp {
  /** "exchange": it ends with a verified M3. "death": with a power failure. */
  readonly kind: "exchange" | "death";
  readonly station: number;
  readonly life: number;
  readonly from_s: number;
  readonly v_mV: number;
  readonly pieces: readonly { readonly phase: Phase; readonly to_us: number; readonly v_mV: number }[];
}

export interface LifeHistograms {
  readonly duration_s: Histogram;
  readonly spent_J: Histogram;
  /** Lives by the readings that were confirmed in them. */
  readonly confirmed: Histogram;
}

/** Values from edges[i] (included) to edges[i + 1] are counted in counts[i]: one edge more than counts, or none of either. */
export interface Histogram {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

export interface DeathsInCall {
  readonly call: string;
  readonly phase: Phase;
  /** Ascending; the first so many of the run. */
  readonly cycles: readonly number[];
  readonly leftOut: number;
}
