/*
 * How a run goes on: as fast as it was asked to, in slices of a few milliseconds, so that whoever asks something in
 * between is answered at once; or by one step.
 *
 * The simulator lives by events: a station learns of the time that passed when the next one comes. What is shown follows a
 * clock of its own, and the simulator is always a little ahead of it.
 */
import type { RunState, Stride } from "../protocol.ts";
import { Strips } from "./moment.ts";
import type { Run } from "./run.ts";
import { Strip } from "./strip.ts";
import type { Call, Watched } from "./watched.ts";

/** Of real time: less than half a frame of a screen. */
const SLICE_ms = 6;
/** Real time that is made good at most after a pause of the machine's. */
const LATE_ms = 100;

export class Player {
  readonly run: Run;
  state: RunState = "paused";
  /** A call that is gone through instruction by instruction, and the instruction that is next. */
  strip: Strip | undefined;
  at = 0;
  readonly strips = new Strips((call) => this.#stripOf(call));
  /** What is shown. */
  #shown_s = 0;
  /** Virtual seconds a real one; Infinity: as fast as it goes. */
  #speed = 1;
  #last_ms = 0;
  #isGoing = false;
  /** Where a step leads to; undefined: it has not come yet. */
  #goal: () => number | undefined = () => undefined;
  #onEnd: (() => void) | undefined;
  /** Number of the call that was gone through last. */
  #lastCall = -1;
  #watched: Watched;
  readonly #later: (work: () => void) => void;

  /** `later`: does something when messages that wait have been heard. */
  constructor(run: Run, later: (work: () => void) => void) {
    this.run = run;
    this.#later = later;
    const [first] = run.watched.values();
    this.#watched = first;
  }

  /** The station that is looked at: what is shown waits for it. */
  set watched(watched: Watched) {
    if (watched !== this.#watched) this.#leaveStrip();
    this.#watched = watched;
  }

  /** Virtual time of what is shown. */
  get now_s(): number {
    return this.strip ? this.strip.time_s(this.at) : this.#shown_s;
  }

  /** Faster than anybody reads. */
  get isHasty(): boolean {
    return this.state === "running" && this.#speed > 1;
  }

  play(speed: number): void {
    this.#onEnd = undefined;
    this.#leaveStrip();
    this.#speed = speed;
    this.#go("running");
  }

  pause(): void {
    this.#onEnd = undefined;
    if (this.state === "running" || this.state === "stepping") this.state = "paused";
  }

  step(stride: Stride, watched: Watched): void {
    this.pause();
    this.watched = watched;
    if (stride === "frame" || stride === "exchange") {
      this.#leaveStrip();
      const from_s = this.#shown_s;
      this.#goal = () => (stride === "frame" ? this.#frameEnd(from_s) : watched.turnAfter(from_s));
      this.#go("stepping");
      return;
    }
    if (this.strip && this.#within(this.strip, stride)) return;
    if (stride === "back") return;
    const from_s = this.#shown_s;
    this.#goal = () => this.#takes(watched, from_s);
    this.#go("stepping");
  }

  /** Shows the call that a station died in, at the instruction that it died at. */
  magnify(call: Call): void {
    this.pause();
    this.#show(call);
    this.at = Math.max(0, (this.strip?.count ?? 0) - 1);
  }

  #stripOf(call: Call): Strip {
    const { profiles, stations } = this.run.simulation.world;
    return new Strip(this.run.microscope, call, profiles, stations[call.station].supply.loads);
  }

  /** To the end, as fast as it goes, unless something else is asked for before. */
  toTheEnd(onEnd: () => void): void {
    this.play(Number.POSITIVE_INFINITY);
    this.#onEnd = onEnd;
    if (this.state === "ended") this.#ends();
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
      this.at = strip.count;
      this.#leaveStrip();
      return false;
    }
    this.at = next;
    return true;
  }

  /** When the first frame ends behind that instant; undefined: what became of it is not known yet. */
  #frameEnd(from_s: number): number | undefined {
    const end_s = this.run.tape.endAfter(from_s);
    return end_s !== undefined && end_s <= this.run.t_s ? end_s : undefined;
  }

  /** The station's next call; the instant of its first instruction, undefined: it has not come yet. */
  #takes(watched: Watched, from_s: number): number | undefined {
    const call = watched.callAfter(this.#lastCall, from_s);
    if (!call) return undefined;
    this.#show(call);
    return call.from_s;
  }

  #show(call: Call): void {
    this.strip = this.strips.of(call);
    this.at = 0;
    this.#lastCall = call.n;
  }

  /** What is shown goes on from where the strip was left, but never back in the run. */
  #leaveStrip(): void {
    if (this.strip) this.#shown_s = Math.max(this.#shown_s, this.now_s);
    this.strip = undefined;
  }

  #go(state: "running" | "stepping"): void {
    if (this.run.isOver && this.#shown_s >= this.run.t_s) {
      this.state = "ended";
      return;
    }
    this.state = state;
    this.#last_ms = performance.now();
    if (this.#isGoing) return;
    this.#isGoing = true;
    this.#later(() => this.#slice());
  }

  #slice(): void {
    if (this.state === "running") this.#runs();
    else if (this.state === "stepping") this.#steps();
    if (this.state === "running" || this.state === "stepping") this.#later(() => this.#slice());
    else this.#isGoing = false;
    if (this.state === "ended") this.#ends();
  }

  #ends(): void {
    const onEnd = this.#onEnd;
    this.#onEnd = undefined;
    onEnd?.();
  }

  /** What could not be done in a slice is not made good later: the clock that is shown waits. */
  #runs(): void {
    const from_ms = performance.now();
    const passed_ms = Math.min(from_ms - this.#last_ms, LATE_ms);
    this.#last_ms = from_ms;
    const { run } = this;
    const wish_s =
      this.#speed === Number.POSITIVE_INFINITY ? this.#speed : this.#shown_s + (passed_ms * this.#speed) / 1000;
    while (this.#known_s() < wish_s && !run.isOver && performance.now() - from_ms < SLICE_ms) run.advanceByOne();
    this.#shown_s = Math.max(this.#shown_s, Math.min(wish_s, run.isOver ? run.t_s : this.#known_s()));
    if (run.isOver && this.#shown_s >= run.t_s) this.state = "ended";
  }

  #steps(): void {
    const from_ms = performance.now();
    do {
      const goal_s = this.#goal();
      if (goal_s !== undefined) {
        this.#shown_s = Math.max(this.#shown_s, goal_s);
        this.state = "paused";
        return;
      }
      if (!this.run.advanceByOne()) {
        this.#shown_s = this.run.t_s;
        this.state = "ended";
        return;
      }
    } while (performance.now() - from_ms < SLICE_ms);
  }

  /** All before this is known, of the air and of the station that is looked at. */
  #known_s(): number {
    return Math.min(this.run.t_s, this.#watched.course.t_s);
  }
}
