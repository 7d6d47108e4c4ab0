/*
 * Is memory flat? Of samples over time, the first quarter left out, in which code is compiled and pools fill:
 *
 *     slope -+ t s_slope          least squares, 95 %, over the means of BLOCKS stretches of time
 *
 * Neighbouring samples are alike, so it is the means of long stretches that count as independent. Not flat is what grows for
 * certain, and by more than LIMIT of itself an hour: the interval's lower end, an hour of it over the mean. Surely flat is
 * what cannot be said of: the interval's upper end is below that, too, which takes a long time of samples.
 */
import { T_975 } from "../handshake/interval.ts";

export interface Sample {
  readonly t_s: number;
  readonly octets: number;
}

export interface Flatness {
  /** Means of the quarters after the first and before the end. */
  readonly second_octets: number;
  readonly last_octets: number;
  /** Of the slope, octets an hour. */
  readonly slope: number;
  readonly low: number;
  readonly high: number;
  readonly isFlat: boolean;
  readonly isSurelyFlat: boolean;
}

const BLOCKS = 12;
/** A leak of a hundredth of a kilobyte a reading would be far above it at ten thousand readings a second. */
const LIMIT = 0.05;
const HOUR_s = 3600;

/** @throws RangeError for fewer samples than two a block. */
export function flatness(samples: readonly Sample[]): Flatness {
  const settled = samples.slice(Math.floor(samples.length / 4));
  if (settled.length < 2 * BLOCKS) throw new RangeError(`samples: ${settled.length} are too few for ${BLOCKS} blocks`);
  const blocks = Array.from({ length: BLOCKS }, (_, n) =>
    meanOf(settled.slice(Math.floor((n * settled.length) / BLOCKS), Math.floor(((n + 1) * settled.length) / BLOCKS))),
  );
  const { t_s, octets } = meanOf(blocks);
  const squares = sum(blocks.map((block) => (block.t_s - t_s) ** 2));
  const slope = sum(blocks.map((block) => (block.t_s - t_s) * (block.octets - octets))) / squares;
  const rest = sum(blocks.map((block) => (block.octets - octets - slope * (block.t_s - t_s)) ** 2));
  const half = T_975[BLOCKS - 3] * Math.sqrt(rest / (BLOCKS - 2) / squares);
  const third = Math.floor(settled.length / 3);
  return {
    second_octets: meanOf(settled.slice(0, third)).octets,
    last_octets: meanOf(settled.slice(-third)).octets,
    slope: slope * HOUR_s,
    low: (slope - half) * HOUR_s,
    high: (slope + half) * HOUR_s,
    isFlat: (slope - half) * HOUR_s <= LIMIT * octets,
    isSurelyFlat: (slope + half) * HOUR_s <= LIMIT * octets,
  };
}

function meanOf(samples: readonly Sample[]): Sample {
  const n = samples.length;
  return { t_s: sum(samples.map(({ t_s }) => t_s)) / n, octets: sum(samples.map(({ octets }) => octets)) / n };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
