/*
 * What was on the air, the latest of it: every frame with what each receiver got, as a tap around the air tells it.
 */
import type { Air, Party } from "../../channel/medium.ts";
import type { Sink, Tapped } from "../../channel/tap.ts";
import { type FrameType, typeOf } from "../../wire/fc.ts";
import type { Fate, FrameMark } from "../protocol.ts";

export interface Taped {
  readonly n: number;
  readonly air: Air;
  readonly got: Map<Party, Pick<Tapped, "outcome" | "got">>;
}

/** Kept: minutes of one AP, or less where many stations hear every frame. */
const FRAMES = 20_000;
/** What single receivers got, of all frames that are kept. */
const RECEIPTS = 500_000;

const SHORT: Readonly<Record<FrameType, string>> = {
  Trigger: "M1",
  Response: "M2",
  Confirm: "M3",
  Data: "Data",
  Ack: "Ack",
};

export class Tape implements Sink {
  /** In all. */
  count = 0;
  readonly #frames: Taped[] = [];
  readonly #latest = new Map<Air, Taped>();
  #receipts = 0;
  readonly #onHeard: (to: number, octets: Uint8Array) => void;

  /** `onHeard`: a station got a frame, these octets of it. */
  constructor(onHeard: (to: number, octets: Uint8Array) => void) {
    this.#onHeard = onHeard;
  }

  sent(air: Air): void {
    const taped: Taped = { n: this.count++, air, got: new Map() };
    this.#frames.push(taped);
    this.#latest.set(air, taped);
    if (this.#frames.length <= FRAMES && this.#receipts <= RECEIPTS) return;
    for (const old of this.#frames.splice(0, Math.ceil(this.#frames.length / 4))) {
      this.#latest.delete(old.air);
      this.#receipts -= old.got.size;
    }
  }

  carried({ air, to, outcome, got }: Tapped): void {
    const taped = this.#latest.get(air);
    if (taped) {
      taped.got.set(to, { outcome, got });
      this.#receipts++;
    }
    if (to !== "ap" && outcome !== "lost") this.#onHeard(to, got ?? air.octets);
  }

  /** undefined: it was never there, or is no longer. */
  frame(n: number): Taped | undefined {
    return this.#frames[n - (this.#frames[0]?.n ?? 0)];
  }

  /** When the first frame ends that ends later than an instant; undefined: none has come yet. */
  endAfter(t_s: number): number | undefined {
    let found: number | undefined;
    for (let i = this.#frames.length - 1; i >= 0; i--) {
      const { end_s } = this.#frames[i].air;
      if (end_s > t_s) found = Math.min(end_s, found ?? end_s);
      else if (end_s < t_s - ORDER_s) break;
    }
    return found;
  }

  /** The latest that were on the air by then, the latest first; at most `most`. */
  latest(now_s: number, most: number, isWanted: (air: Air) => boolean): Taped[] {
    const found: Taped[] = [];
    for (let i = this.#frames.length - 1; i >= 0 && found.length < most; i--) {
      const taped = this.#frames[i];
      if (taped.air.from_s <= now_s && isWanted(taped.air)) found.push(taped);
    }
    return found;
  }

  /**
   * Those in a stretch of time, the latest first. Of several in one of its `cells` in one direction the first is told
   * that `rank` says most of: a picture has no room for more.
   */
  between(
    from_s: number,
    to_s: number,
    cells: number,
    isWanted: (air: Air) => boolean,
    rank: (taped: Taped) => number,
  ): Taped[] {
    const found = new Map<string, Taped>();
    for (let i = this.#frames.length - 1; i >= 0; i--) {
      const taped = this.#frames[i];
      const { air } = taped;
      // Frames of several channels come a little out of order.
      if (air.end_s < from_s - ORDER_s) break;
      if (air.from_s > to_s || air.end_s < from_s || !isWanted(air)) continue;
      const cell = `${air.direction} ${Math.floor(((air.from_s - from_s) / (to_s - from_s)) * cells)}`;
      const other = found.get(cell);
      if (other === undefined || rank(taped) > rank(other)) found.set(cell, taped);
    }
    return [...found.values()];
  }
}
const ORDER_s = 1;

/** As the page shows it to who looks at that station at that instant. */
export function markOf({ n, air, got }: Taped, station: number, now_s: number): FrameMark {
  const { from_s, end_s, direction, from, octets } = air;
  const type = octets.length > 0 ? typeOf(octets[0]) : undefined;
  return {
    n,
    from_s,
    end_s,
    direction,
    title: type ? SHORT[type] : "?",
    from: from === undefined ? "a stranger" : from === "ap" ? "AP" : `station ${from + 1}`,
    isOwn: from === station,
    octets: octets.length,
    fate: air.end_s > now_s ? "flying" : fateOf(air, got, station),
  };
}

function fateOf({ direction, octets }: Air, got: Taped["got"], station: number): Fate {
  const outcome = got.get(direction === "up" ? "ap" : station)?.outcome;
  if (outcome !== undefined) return octets.length === 0 ? "cut" : outcome;
  if (octets.length === 0) return "cut";
  return direction === "up" ? "collided" : "";
}
