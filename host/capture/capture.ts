/**
 * Everything on the air of a run as a pcapng file: a sink of a tap. An interface a channel; times are virtual, from 0 s.
 *
 * A frame is written when nothing more can become of it and none before it can come: `hold_s` later. So memory holds the
 * frames of that span and no more, and the file is in the order of time though channels are told of one after the other.
 */

import type { Air, Party } from "../channel/medium.ts";
import type { Outcome, Sink, Tapped } from "../channel/tap.ts";
import { commentOf } from "./fate.ts";
import { enhancedPacket, interfaceDescription, sectionHeader } from "./pcapng.ts";
import { type Whole, wholeOf } from "./whole.ts";

export interface CaptureOptions {
  readonly channels: number;
  /** Longer than any frame is told of before its turn, or is still carried after it. */
  readonly hold_s: number;
  /** Gets the file piece by piece, each a whole number of blocks. */
  readonly write: (octets: Uint8Array) => void;
  /** What wrote it, and what it is a capture of. */
  readonly application: string;
  readonly comment: string;
}

interface Held {
  readonly air: Air;
  readonly fates: Map<Party, Outcome>;
}

export class Capture implements Sink {
  /** Frames written. */
  frames = 0;
  readonly #options: CaptureOptions;
  /** Oldest first. */
  readonly #held: Held[] = [];
  readonly #byAir = new Map<Air, Held>();
  #newest_s = 0;

  constructor(options: CaptureOptions) {
    this.#options = options;
    const { channels, write, application, comment } = options;
    write(sectionHeader(application, comment));
    for (let channel = 0; channel < channels; channel++) write(interfaceDescription(`AMP channel ${channel}`));
  }

  sent(air: Air): void {
    const held: Held = { air, fates: new Map() };
    this.#byAir.set(air, held);
    let at = this.#held.length;
    while (at > 0 && this.#held[at - 1].air.from_s > air.from_s) at--;
    this.#held.splice(at, 0, held);
    this.#newest_s = Math.max(this.#newest_s, air.from_s);
    this.#writeUntil(this.#newest_s - this.#options.hold_s);
  }

  carried({ air, to, outcome }: Tapped): void {
    this.#byAir.get(air)?.fates.set(to, outcome);
  }

  /** Writes what is held; nothing comes after it. */
  end(): void {
    this.#writeUntil(Number.POSITIVE_INFINITY);
  }

  #writeUntil(end_s: number): void {
    let written = 0;
    for (const { air, fates } of this.#held) {
      if (air.from_s >= end_s) break;
      this.#options.write(packetOf(air, fates));
      this.#byAir.delete(air);
      written++;
    }
    this.#held.splice(0, written);
    this.frames += written;
  }
}

function packetOf(air: Air, fates: Held["fates"]): Uint8Array {
  const { channel, direction, from_s, octets } = air;
  const cutOf = cutFrom(air);
  return enhancedPacket({
    channel,
    direction,
    time_ns: Math.round(from_s * 1e9),
    octets,
    whole_octets: cutOf?.octets ?? octets.length,
    comment: commentOf(air, fates, cutOf),
  });
}

/**
 * The whole frame, if this is less of it. Only a station loses power in a frame, and a station's frames are as long as
 * they say: what a stranger sends is shown as it is.
 */
function cutFrom({ from, octets }: Air): Whole | undefined {
  if (typeof from !== "number") return undefined;
  const whole = wholeOf(octets);
  return octets.length < whole.octets ? whole : undefined;
}
