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
  readonly from_s: number;
  readonly from_J: number;
  readonly station: number;
  /** The last frame that the station had heard when it began. */
  readonly heard: Uint8Array | undefined;
  /** How it ended; undefined: it still goes on. */
  end?: CallEnd;
}

/** A life that power failed in, with all that there is to be seen of its end. */
export interface Death {
  readonly life: Life;
  readonly t_s: number;
  readonly phase: Phase;
  readonly e_J: number;
  readonly nvm: Uint8Array;
  /** The call that it failed in. */
  readonly call?: Call;
}

/** Of a station: its latest calls, lives, and deaths with all that there is to be seen. */
const CALLS = 32;
const LIVES = 2 ** 17;
const DEATHS = 2000;

const PHASE_NAMES = Object.keys(PHASES) as readonly Phase[];

export class Watched implements Onlooker {
  readonly index: number;
  /** Lives that are over, those that the end of the run cut off too: power-up, end, number in PHASES of its death or -1. */
  readonly lives = new Ring(LIVES, 3);
  readonly deaths: Death[] = [];
  /** The last trigger that it took, as it heard it, and the M2 that it answered with. */
  m1: Uint8Array | undefined;
  m2: Uint8Array | undefined;
  /** Entropy of this power cycle. */
  noise: Uint8Array | undefined;
  lifeNumber = 0;
  /** Calls that nobody has stepped through yet; kept only if someone steps. */
  readonly fresh: Call[] = [];
  isStepped = false;
  exchanges = 0;
  #nvm = new Nvm();
  #course: Course | undefined;
  #peek: (() => Beginning["context"]) | undefined;
  #calls: Call[] = [];
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

  /** A frame came to it, as it heard it. */
  hears(octets: Uint8Array): void {
    this.#heard = octets;
  }

  poweredUp(peek: () => Beginning["context"]): void {
    this.#peek = peek;
    this.#isOn = true;
    this.m1 = undefined;
    this.m2 = undefined;
    this.noise = undefined;
  }

  begins(call: string, phase: Phase, work: CallWork): void {
    const context = this.#peek?.();
    if (!context) return;
    const { t_s, e_J } = this.course;
    const from = { from_s: t_s, from_J: e_J, station: this.index, heard: this.#heard };
    const begun: Call = { call, phase, work, context, nvm: this.nvm.octets.slice(), noise: [], ...from };
    this.#calls.push(begun);
    if (this.#calls.length > CALLS) this.#calls.shift();
    if (this.isStepped) this.fresh.push(begun);
  }

  drew(noise: Uint8Array): void {
    const copy = noise.slice();
    (this.#calls.at(-1)?.noise as Uint8Array[] | undefined)?.push(copy);
    this.noise = copy;
  }

  ends(end: CallEnd): void {
    const call = this.#calls.at(-1);
    if (!call) return;
    call.end = end;
    const frame = call.call === "receive" ? (end.answer as { frame?: Uint8Array } | undefined)?.frame : undefined;
    if (frame && call.phase === "frame" && this.#heard) {
      this.m1 = this.#heard;
      this.m2 = frame;
    }
  }

  /** A life of it is over. */
  lived(life: Life): void {
    this.lives.push(life.up_s, life.down_s, life.death ? PHASE_NAMES.indexOf(life.death.phase) : -1);
    if (!life.death) return;
    this.#isOn = false;
    const call = life.death.call === undefined ? undefined : this.#calls.at(-1);
    const { phase } = life.death;
    const nvm = this.nvm.octets.slice();
    this.deaths.push({ life, t_s: life.down_s, phase, e_J: this.course.e_J, nvm, call });
    if (this.deaths.length > DEATHS) this.deaths.shift();
  }

  #happened(event: StationEvent | "powered up", t_s: number): void {
    if (event === "powered up") {
      this.lifeNumber++;
      this.#up_s = t_s;
    }
    if (event === "confirmed" || event === "died") this.exchanges++;
  }
}
