/*
 * The medium: what becomes of a frame between its sender and each of its receivers. The plain one loses frames; what else
 * happens on the air (faults.ts, attacker.ts, tap.ts) is a medium around a medium, and they are put together in any order:
 *
 *     new Tap(new Attacked(new Faulty(new Lossy(...), ...), plan), sink)
 */

/** From an AP to stations, and from them to an AP. */
export const DIRECTIONS = ["down", "up"] as const;
/** One of DIRECTIONS. */
export type Direction = (typeof DIRECTIONS)[number];
/** One value for each direction. */
export type PerDirection<Value> = Readonly<Record<Direction, Value>>;

/** Number of a station, from 0; the channel's AP. */
export type Party = number | "ap";

/** A frame on the air. Times are seconds of virtual time. */
export interface Air {
  readonly direction: Direction;
  readonly channel: number;
  /** Who sends it; undefined: a stranger. */
  readonly from: Party | undefined;
  readonly from_s: number;
  readonly end_s: number;
  /**
   * The octets that were sent: fewer than the frame has when its sender lost power, none when it did so before the first
   * was complete. Nobody changes them in place.
   */
  readonly octets: Uint8Array;
}

export interface Medium {
  /** A frame goes on the air. To be called once for each, before it is carried to anyone. */
  put(air: Air): void;
  /** What `to` gets of it, an octet at least; undefined: nothing. To be called once for each receiver, in a fixed order. */
  carry(air: Air, to: Party): Uint8Array | undefined;
  /** What strangers send that starts in from_s <= t < until_s, in ascending order; each is then put and carried, too. */
  strangers(from_s: number, until_s: number): readonly Air[];
}

/**
 * Every frame is lost, for each of its receivers, with the probability of its direction. One that was cut before its first
 * octet was complete is lost to all: there was a sync, or less, and nothing behind it.
 */
export class Lossy implements Medium {
  readonly #loss: PerDirection<number>;
  readonly #random: PerDirection<() => number>;

  /** `random`: one number in [0, 1) is drawn for each carry, whatever the probability. */
  constructor(loss: PerDirection<number>, random: PerDirection<() => number>) {
    this.#loss = loss;
    this.#random = random;
  }

  put(): void {}

  carry({ direction, octets }: Air): Uint8Array | undefined {
    const isLost = this.#random[direction]() < this.#loss[direction];
    return isLost || octets.length === 0 ? undefined : octets;
  }

  strangers(): readonly Air[] {
    return [];
  }
}
