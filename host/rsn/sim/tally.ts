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
  associationsBegun = 0;
  portsOpened = 0;
  readings = 0;
  /** Frames of the AP that the module refused. */
  refused = 0;
  /** Lives that brought a reading, and what the others spent, J: it led to nothing. */
  fruitful = 0;
  fruitless_J = 0;
  #life = { spent_J: 0, readings: 0 };

  poweredUp(spent_J: number): void {
    this.lives++;
    this.#life = { spent_J, readings: this.readings };
  }

  opened(): void {
    this.portsOpened++;
  }

  delivered(): void {
    this.readings++;
  }

  died({ phase }: Death): void {
    this.deaths++;
    count(this.deathsByPhase, phase);
  }

  lifeEnded(state: number, spent_J: number): RsnLife {
    const life = {
      state,
      readings: this.readings - this.#life.readings,
      spent_J: spent_J - this.#life.spent_J,
    };
    if (life.readings > 0) this.fruitful++;
    else this.fruitless_J += life.spent_J;
    return life;
  }
}
