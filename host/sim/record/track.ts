/*
 * What is kept of one station that is drawn: its voltage, its frames, its lives, and the last pieces of its life.
 */
import type { Phase } from "../../device/phase.ts";
import type { Life } from "../tally.ts";
import { LatePieces } from "./closeups.ts";
import type { CloseUp, LifeSpan, StationTimeline } from "./timeline.ts";
import { VoltageTrack } from "./voltage.ts";

/** A trigger was heard whole, an uplink frame begun, power failed in one, an M3 verified, power failed. */
export type StationEvent = "heard" | "sent" | "cut" | "confirmed" | "died";

/** Hears what one station does. Instants never go back. */
export interface Watcher {
  /** So much is stored; from the last call to this one it changed evenly. */
  stored(t_s: number, e_J: number): void;
  /** It drew in that phase, beginning and ending with so much stored. */
  drew(phase: Phase, from_s: number, from_J: number, to_s: number, to_J: number): void;
  poweredUp(): void;
  happened(event: StationEvent, t_s: number): void;
}

/** Lives told of a station one by one. */
const LIVES = 1000;

export class Track implements Watcher {
  readonly #buckets: number;
  readonly #bucket_s: number;
  readonly #capacitance_F: number;
  readonly #voltage: VoltageTrack;
  readonly #late: LatePieces;
  readonly #events: Readonly<Record<StationEvent, Uint32Array>>;
  readonly #onConfirmed: () => void;
  readonly #lives: LifeSpan[] = [];
  #livesLeftOut = 0;

  /** `e_J` is stored at t = 0. */
  constructor(
    buckets: number,
    bucket_s: number,
    storage: { readonly capacitance_F: number; readonly e_J: number },
    onConfirmed: () => void,
  ) {
    const series = (): Uint32Array => new Uint32Array(buckets);
    this.#buckets = buckets;
    this.#bucket_s = bucket_s;
    this.#capacitance_F = storage.capacitance_F;
    this.#voltage = new VoltageTrack(buckets, bucket_s, storage.e_J);
    this.#late = new LatePieces(storage.capacitance_F);
    this.#events = { heard: series(), sent: series(), cut: series(), confirmed: series(), died: series() };
    this.#onConfirmed = onConfirmed;
  }

  stored(t_s: number, e_J: number): void {
    this.#voltage.step(t_s, e_J);
  }

  drew(phase: Phase, from_s: number, from_J: number, to_s: number, to_J: number): void {
    this.#late.drew({ phase, from_s, from_J, to_s, to_J });
  }

  poweredUp(): void {
    this.#late.clear();
  }

  happened(event: StationEvent, t_s: number): void {
    // A station may be a little ahead of the end of the run.
    this.#events[event][Math.min(Math.floor(t_s / this.#bucket_s), this.#buckets - 1)]++;
    if (event === "confirmed") this.#onConfirmed();
  }

  lived({ up_s, down_s, death, confirmed }: Life): void {
    if (this.#lives.length < LIVES) this.#lives.push({ up_s, down_s, phase: death?.phase ?? null, confirmed });
    else this.#livesLeftOut++;
  }

  closeUp(kind: CloseUp["kind"], station: number, life: number): CloseUp {
    return { kind, station, life, ...this.#late.closeUp() };
  }

  timeline(station: number): StationTimeline {
    const { heard, sent, cut, confirmed, died } = this.#events;
    return {
      station,
      ...this.#voltage.series(this.#capacitance_F),
      ...{ heard: [...heard], sent: [...sent], cut: [...cut], confirmed: [...confirmed], died: [...died] },
      lives: this.#lives,
      livesLeftOut: this.#livesLeftOut,
    };
  }
}
