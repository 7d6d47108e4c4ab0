/*
 * How a run goes on: as fast as it was asked to, in slices of a few milliseconds, so that whoever asks something in
 * between is answered at once; or by one step.
 */
import type { RunState, Stride } from "../protocol.ts";
import type { Run } from "./run.ts";
import { Strip } from "./strip.ts";
import type { Call, Watched } from "./watched.ts";

/** Of real time: less than half a frame of a screen. */
const SLICE_ms = 6;
/** Real time that is made good at most after a pause of the machine's. */
const LATE_ms = 100;
/** Parts of a slice: how finely virtual time is cut, so that a slice ends in time. */
const PARTS = 64;

export class Player {
  readonly run: Run;
  state: RunState = "paused";
  /** A call that is gone through instruction by instruction, and the instruction that is next. */
  strip: Strip | undefined;
  at = 0;
  /** Virtual seconds a real one; Infinity: as fast as it goes. */
  #speed = 1;
  #last_ms = 0;
  #target_s = 0;
  #isGoing = false;
  #isDone: (() => boolean) | undefined;
  readonly #later: (work: () => void) => void;

  /** `later`: does something when messages that wait have been heard. */
  constructor(run: Run, later: (work: () => void) => void) {
    this.run = run;
    this.#later = later;
  }

  /** Virtual time of what is shown. */
  get now_s(): number {
    return this.strip ? this.strip.time_s(this.at) : this.run.t_s;
  }

  play(speed: number): void {
    this.#leaveStrip();
    this.#speed = speed;
    this.#go("running", undefined);
  }

  pause(): void {
    if (this.state === "running" || this.state === "stepping") this.state = "paused";
  }

  step(stride: Stride, watched: Watched): void {
    if (this.state === "running") this.pause();
    if (stride === "frame" || stride === "exchange") {
      this.#leaveStrip();
      const { tape } = this.run;
      const [frames, exchanges] = [tape.count, watched.exchanges];
      this.#go("stepping", () => (stride === "frame" ? tape.count > frames : watched.exchanges > exchanges));
      return;
    }
    if (this.strip && this.#within(this.strip, stride)) return;
    if (stride === "back") return;
    watched.isStepped = true;
    if (this.#takes(watched)) return;
    this.#go("stepping", () => this.#takes(watched));
  }

  /** Shows the call that a station died in, at the instruction that it died at. */
  magnify(watched: Watched, call: Call): void {
    this.pause();
    watched.fresh.length = 0;
    this.strip = this.stripOf(call);
    this.at = Math.max(0, this.strip.count - 1);
  }

  /** False: the stride leads out of the call. */
  #within(strip: Strip, stride: Stride): boolean {
    const next =
      stride === "back"
        ? Math.max(0, this.at - 1)
        : stride === "call"
          ? strip.count
          : stride === "instruction"
            ? this.at + 1
            : strip.after(this.at, stride as "function" | "phase");
    if (next >= strip.count) {
      this.strip = undefined;
      return false;
    }
    this.at = next;
    return true;
  }

  /** The station's next call, if one waits. */
  #takes(watched: Watched): boolean {
    const call = watched.fresh.shift();
    if (!call) return false;
    this.strip = this.stripOf(call);
    this.at = 0;
    return true;
  }

  stripOf(call: Call): Strip {
    const { profiles, stations } = this.run.simulation.world;
    return new Strip(this.run.microscope, call, profiles, stations[call.station].supply.loads);
  }

  #leaveStrip(): void {
    this.strip = undefined;
    for (const one of this.run.watched.values()) {
      one.isStepped = false;
      one.fresh.length = 0;
    }
  }

  #go(state: "running" | "stepping", isDone: (() => boolean) | undefined): void {
    if (this.run.isOver) {
      this.state = "ended";
      return;
    }
    this.state = state;
    this.#isDone = isDone;
    this.#last_ms = performance.now();
    this.#target_s = this.run.t_s;
    if (this.#isGoing) return;
    this.#isGoing = true;
    this.#later(() => this.#slice());
  }

  #slice(): void {
    if (this.state === "running") this.#runs();
    else if (this.state === "stepping") this.#steps();
    if (this.run.isOver && (this.state === "running" || this.state === "stepping")) this.state = "ended";
    if (this.state === "running" || this.state === "stepping") this.#later(() => this.#slice());
    else this.#isGoing = false;
  }

  #runs(): void {
    const from_ms = performance.now();
    const passed_ms = Math.min(from_ms - this.#last_ms, LATE_ms);
    this.#last_ms = from_ms;
    this.#target_s =
      this.#speed === Number.POSITIVE_INFINITY ? this.#speed : this.#target_s + (passed_ms * this.#speed) / 1000;
    const { duration_s } = this.run.scenario;
    while (this.run.t_s < this.#target_s && !this.run.isOver && performance.now() - from_ms < SLICE_ms) {
      const part_s = Math.min(this.#target_s - this.run.t_s, duration_s) / PARTS;
      // By an event at least: where nothing happens for long, time is passed at once.
      const next_s = Math.max(this.run.t_s + part_s, Math.min(this.run.simulation.next_s, this.#target_s));
      this.run.advance(next_s > this.run.t_s ? next_s : this.#target_s);
    }
    // What could not be done in time is not made good later.
    if (this.#target_s > this.run.t_s) this.#target_s = this.run.t_s;
  }

  #steps(): void {
    const from_ms = performance.now();
    while (performance.now() - from_ms < SLICE_ms) {
      if (!this.run.advanceByOne()) return;
      if (!this.#isDone?.()) continue;
      this.state = "paused";
      return;
    }
  }
}
