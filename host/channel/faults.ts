/*
 * Faults of the air, by chance: bits that flip, frames that break off, frames that come again in place of another. Each
 * has a probability a frame and receiver, and direction.
 */
import { type Air, DIRECTIONS, type Medium, type Party, type PerDirection } from "./medium.ts";

/** Probabilities, applied in this order to what the medium within lets through. */
export interface Faults {
  /** An earlier frame of this direction and channel comes in place of this one. */
  readonly replay: number;
  /** Only its first octets come, 0 .. all but one; of none nothing is received. */
  readonly truncate: number;
  /** 1 to FLIPS_MAX of its bits are inverted. */
  readonly flip: number;
}

const FLIPS_MAX = 8;
/** Frames of a direction and channel that may come again. */
const REMEMBERED = 16;

export class Faulty implements Medium {
  readonly #inner: Medium;
  readonly #faults: PerDirection<Faults>;
  readonly #random: PerDirection<() => number>;
  /** Newest last; by direction, then channel. */
  readonly #earlier: PerDirection<Map<number, Air[]>> = { down: new Map(), up: new Map() };

  /** `random`: in [0, 1), three numbers for each frame that arrives and those that its faults take. */
  constructor(inner: Medium, faults: PerDirection<Faults>, random: PerDirection<() => number>) {
    for (const direction of DIRECTIONS) {
      for (const [name, value] of Object.entries(faults[direction])) {
        if (!(value >= 0 && value <= 1)) throw new RangeError(`${name}: ${value} is no probability`);
      }
    }
    this.#inner = inner;
    this.#faults = faults;
    this.#random = random;
  }

  put(air: Air): void {
    this.#inner.put(air);
    if (air.octets.length === 0) return;
    const earlier = this.#of(air);
    earlier.push(air);
    // One more than may come again: the newest is the one that is being carried.
    if (earlier.length > REMEMBERED + 1) earlier.shift();
  }

  carry(air: Air, to: Party): Uint8Array | undefined {
    const carried = this.#inner.carry(air, to);
    if (carried === undefined) return undefined;
    const { replay, truncate, flip } = this.#faults[air.direction];
    const random = this.#random[air.direction];
    const [isReplayed, isTruncated, isFlipped] = [random() < replay, random() < truncate, random() < flip];
    let octets = isReplayed ? this.#replayed(air, carried, random) : carried;
    if (isTruncated) octets = octets.subarray(0, Math.floor(random() * octets.length));
    if (isFlipped && octets.length > 0) octets = flipped(octets, random);
    return octets.length > 0 ? octets : undefined;
  }

  strangers(from_s: number, until_s: number): readonly Air[] {
    return this.#inner.strangers(from_s, until_s);
  }

  /** One of the frames before `air`; `carried` when there is none. */
  #replayed(air: Air, carried: Uint8Array, random: () => number): Uint8Array {
    const earlier = this.#of(air).filter(({ from_s }) => from_s < air.from_s);
    return earlier.length === 0 ? carried : earlier[Math.floor(random() * earlier.length)].octets;
  }

  #of({ direction, channel }: Air): Air[] {
    const channels = this.#earlier[direction];
    const earlier = channels.get(channel) ?? [];
    channels.set(channel, earlier);
    return earlier;
  }
}

function flipped(octets: Uint8Array, random: () => number): Uint8Array {
  const copy = octets.slice();
  const flips = new Set(
    Array.from({ length: 1 + Math.floor(random() * FLIPS_MAX) }, () => Math.floor(random() * 8 * copy.length)),
  );
  for (const bit of flips) copy[bit >> 3] ^= 1 << (bit & 7);
  return copy;
}
