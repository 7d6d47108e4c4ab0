/*
 * One station that can be looked at: its course, what happened to it, and the calls of its module with all that they
 * began with.
 */
import type { Beginning } from "../../device/microscope.ts";
import { Nvm } from "../../device/nvm.ts";
import { PHASES, type Phase } from "../../device/phase.ts";
import type { CallEnd, CallWork, Onlooker } from "../../device/powered.ts";
import type { StationEvent, Watcher } from "../../sim/record/track.ts";
import type { Life } from "../../sim/tally.ts";
import { Course } from "./course.ts";
import { Ring } from "./ring.ts";

/** A call of the module, whole or not. */
export interface Call extends Beginning {
  /** Counts through the run. */
  readonly n: number;
  readonly from_s: number;
  readonly from_J: number;
  readonly station: number;
  readonly life: number;
  /** When it ended. */
  to_s: number;
  /** The last frame that the station had heard when it began. */
  readonly heard: Uint8Array | undefined;
  /** How it ended; undefined: it still goes on. */
  end?: CallEnd;
}

/** What a power cycle's keys follow from: its noise, and the frames of its last session. */
export interface Made {
  readonly noise?: Uint8Array;
  readonly m1?: Uint8Array;
  readonly m2?: Uint8Array;
  /** NVM before that M2 was made. */
  readonly before?: Uint8Array;
}

/** A life that power failed in, with all that there is to be seen of its end. */
export interface Death {
  readonly life: Life;
  readonly t_s: number;
  readonly phase: Phase;
  readonly e_J: number;
  readonly nvm: Uint8Array;
  readonly made: Made;
  /** The call that it failed in. */
  readonly call?: Call;
}

/** Of a station: its latest calls, lives, and deaths with all that there is to be seen. */
const CALLS = 64;
const LIVES = 2 ** 17;
const DEATHS = 2000;
const TURNS = 256;

const PHASE_NAMES = Object.keys(PHASES) as readonly Phase[];

export class Watched implements Onlooker {
  readonly index: number;
  /** Lives that are over, those that the end of the run cut off too: power-up, end, number in PHASES of its death or -1. */
  readonly lives = new Ring(LIVES, 3);
  readonly deaths: Death[] = [];
  lifeNumber = 0;
  #nvm = new Nvm();
  #course: Course | undefined;
  #peek: (() => Beginning["context"]) | undefined;
  #calls: Call[] = [];
  #count = 0;
  /** Calls that drew noise, and calls that made an M2. */
  readonly #noisy: Call[] = [];
  readonly #sessions: Call[] = [];
  /** When exchanges were confirmed, and lives ended: the latest. */
  readonly #turns = new Ring(TURNS, 1);
  #heard: Uint8Array | undefined;
  #isOn = false;
  #up_s = 0;

  constructor(index: number) {
    this.index = index;
  }

  /** That NVM is its. */
  holding(nvm: Nvm): this {
    this.#nvm = nvm;
    return this;
  }

  get nvm(): Nvm {
    return this.#nvm;
  }

  /** What the simulator tells of its capacitor goes here, and on to `inner`. */
  attend(
    duration_s: number,
    storage: { readonly capacitance_F: number; readonly e_J: number },
    inner?: Watcher,
  ): Watcher {
    const course = new Course(duration_s, storage, (event, t_s) => this.#happened(event, t_s));
    this.#course = course;
    return {
      stored: (t_s, e_J) => {
        course.stored(t_s, e_J);
        inner?.stored(t_s, e_J);
      },
      drew: (phase, from_s, from_J, to_s, to_J) => {
        course.drew(phase, from_s, from_J, to_s);
        inner?.drew(phase, from_s, from_J, to_s, to_J);
      },
      poweredUp: () => {
        course.poweredUp();
        inner?.poweredUp();
      },
      happened: (event, t_s) => {
        course.happened(event, t_s);
        inner?.happened(event, t_s);
      },
    };
  }

  get course(): Course {
    if (!this.#course) throw new Error("a station is looked at before it is there");
    return this.#course;
  }

  /** Since when it is on; undefined: it is off. */
  get up_s(): number | undefined {
    return this.#isOn ? this.#up_s : undefined;
  }

  /** RAM and globals now; undefined: it is off. */
  context(): Beginning["context"] | undefined {
    return this.#isOn ? this.#peek?.() : undefined;
  }

  /** The first call behind number n that begins at that instant or later; undefined: it has not come yet. */
  callAfter(n: number, t_s: number): Call | undefined {
    return this.#calls.find((call) => call.n > n && call.from_s >= t_s && call.end !== undefined);
  }

  /** When an exchange next ended after that instant, confirmed or with a death; undefined: not yet. */
  turnAfter(t_s: number): number | undefined {
    for (let row = this.#turns.start; row < this.#turns.end; row++) {
      if (this.#turns.at(row, 0) > t_s) return this.#turns.at(row, 0);
    }
    return undefined;
  }

  /** The number of the life at an instant; undefined: it is off then. At the instant of its death it is. */
  lifeAt(t_s: number): number | undefined {
    let row = this.lives.firstAtLeast(1, t_s);
    if (row < this.lives.end && this.lives.at(row, 1) === t_s) row++;
    if (row < this.lives.end) return this.lives.at(row, 0) <= t_s ? row + 1 : undefined;
    return this.up_s !== undefined && this.up_s <= t_s ? this.lifeNumber : undefined;
  }

  /** Power-ups by an instant: the number of its latest life. */
  livesBy(t_s: number): number {
    const { lives, up_s } = this;
    const row = lives.firstAtLeast(0, t_s);
    const isThen = row < lives.end ? lives.at(row, 0) === t_s : up_s !== undefined && up_s <= t_s;
    return isThen ? Math.min(row + 1, this.lifeNumber) : row;
  }

  /** Those of them that power failed in by then. */
  deathsBy(t_s: number): number {
    const { lives } = this;
    let row = lives.firstAtLeast(1, t_s);
    if (row < lives.end && lives.at(row, 1) === t_s) row++;
    return row > lives.start && lives.at(row - 1, 2) < 0 ? row - 1 : row;
  }

  /** The latest call that began before an instant, and the first after it. */
  around(t_s: number): { readonly before: Call | undefined; readonly after: Call | undefined } {
    const at = this.#calls.findIndex(({ from_s }) => from_s >= t_s);
    return at < 0
      ? { before: this.#calls.at(-1), after: undefined }
      : { before: this.#calls[at - 1], after: this.#calls[at] };
  }

  /** By an instant in that life; of a life long ago, by its death alone. */
  madeBy(t_s: number, life: number): Made {
    const death = this.deathOf(life);
    if (death && t_s >= (death.call?.from_s ?? death.t_s)) return death.made;
    const isIt = (call: Call): boolean => call.life === life && call.from_s <= t_s;
    const session = this.#sessions.findLast(isIt);
    const noise = this.#noisy.findLast(isIt)?.noise[0];
    return { noise, ...(session && { m1: session.heard, m2: m2Of(session), before: session.nvm }) };
  }

  /** undefined: that life ended otherwise, still goes on, or is too long ago. */
  deathOf(life: number): Death | undefined {
    return this.deaths.find((death) => death.life.life === life);
  }

  /** A frame came to it, as it heard it. */
  hears(octets: Uint8Array): void {
    this.#heard = octets;
  }

  poweredUp(peek: () => Beginning["context"]): void {
    this.#peek = peek;
    this.#isOn = true;
  }

  begins(call: string, phase: Phase, work: CallWork): void {
    const context = this.#peek?.();
    if (!context) return;
    const { t_s, e_J } = this.course;
    const from = { n: this.#count++, from_s: t_s, from_J: e_J, to_s: Number.POSITIVE_INFINITY };
    const of = { station: this.index, life: this.lifeNumber, heard: this.#heard };
    const begun: Call = { call, phase, work, context, nvm: this.nvm.octets.slice(), noise: [], ...from, ...of };
    this.#calls.push(begun);
    if (this.#calls.length > CALLS) this.#calls.shift();
  }

  drew(noise: Uint8Array): void {
    (this.#calls.at(-1)?.noise as Uint8Array[] | undefined)?.push(noise.slice());
  }

  ends(end: CallEnd): void {
    const call = this.#calls.at(-1);
    if (!call) return;
    call.end = end;
    call.to_s = this.course.t_s;
    if (call.noise.length > 0) kept(this.#noisy, call);
    if (m2Of(call)) kept(this.#sessions, call);
  }

  /** A life of it is over. */
  lived(life: Life): void {
    this.lives.push(life.up_s, life.down_s, life.death ? PHASE_NAMES.indexOf(life.death.phase) : -1);
    if (!life.death) return;
    this.#isOn = false;
    const call = life.death.call === undefined ? undefined : this.#calls.at(-1);
    const { phase } = life.death;
    const nvm = this.nvm.octets.slice();
    const made = this.madeBy(life.down_s, life.life);
    this.deaths.push({ life, t_s: life.down_s, phase, e_J: this.course.e_J, nvm, made, call });
    if (this.deaths.length > DEATHS) this.deaths.shift();
  }

  #happened(event: StationEvent | "powered up", t_s: number): void {
    if (event === "powered up") {
      this.lifeNumber++;
      this.#up_s = t_s;
    }
    if (event === "confirmed" || event === "died") this.#turns.push(t_s);
  }
}

/** The M2 that a call came to. */
export function m2Of({ call, phase, end }: Call): Uint8Array | undefined {
  const isM1 = call === "receive" && phase === "frame";
  return isM1 ? (end?.answer as { readonly frame?: Uint8Array } | undefined)?.frame : undefined;
}

function kept(calls: Call[], call: Call): void {
  calls.push(call);
  if (calls.length > CALLS) calls.shift();
}
