/* What is counted of one RSN station while it lives: plain numbers, from which the result is made. */
import type { Phase } from "../../device/phase.ts";
import type { Death } from "../../device/powered.ts";
import { type Counts, count } from "../../sim/tally.ts";

/** One life, from power-up to death (or to the end of the run). */
export interface RsnLife {
  /** The state (docs/RSN.md section 3) that the station was in after its last call. */
  readonly state: number;
  readonly readings: number;
  readonly spent_J: number;
}

export class RsnTally {
  lives = 0;
  deaths = 0;
  readonly deathsByPhase: Counts<Phase> = {};
  /** Deaths in a call, by call and fuel used: how many different instants they were. */
  readonly instants = new Set<string>();
  associationsBegun = 0;
  portsOpened = 0;
  readings = 0;
  /** Frames of the AP that the module refused. */
  refused = 0;
  /** Frames that power failed in, and those that were lost as often as they are sent. */
  framesCut = 0;
  givenUp = 0;
  /** On, s. */
  up_s = 0;
  /** Lives that brought a reading, and what the others spent, J: it led to nothing. */
  fruitful = 0;
  fruitless_J = 0;
  #life = { up_s: 0, spent_J: 0, readings: 0 };

  poweredUp(t_s: number, spent_J: number): void {
    this.lives++;
    this.#life = { up_s: t_s, spent_J, readings: this.readings };
  }

  opened(): void {
    this.portsOpened++;
  }

  delivered(): void {
    this.readings++;
  }

  died({ phase, call, fuel }: Death): void {
    this.deaths++;
    count(this.deathsByPhase, phase);
    if (call) this.instants.add(`${call} ${fuel}`);
  }

  lifeEnded(t_s: number, state: number, spent_J: number): RsnLife {
    const life = {
      state,
      readings: this.readings - this.#life.readings,
      spent_J: spent_J - this.#life.spent_J,
    };
    this.up_s += t_s - this.#life.up_s;
    if (life.readings > 0) this.fruitful++;
    else this.fruitless_J += life.spent_J;
    return life;
  }
}
