/*
 * A store behind a supervisor that looks at its voltage only now and then, as the BQ25504 and the BQ25570 do each 64 ms:
 *
 *     look k at  t = phase + k check_s,   k = 0, 1, ...
 *     V >= V_on:  the output goes on        V < V_off:  it goes off        between them nothing changes
 *
 * What happens between two looks is the MCU's own affair: below its least supply it browns out, and a dead MCU goes on
 * drawing a current until a look disconnects it. A look that finds V >= V_off has the output on as before, and the MCU
 * starts anew. Assumption: not earlier, as if the supervisor's line released its reset.
 */
import { EnergyError } from "./error.ts";
import type { FedCapacitor } from "./fedcapacitor.ts";
import { energyAt_J } from "./storage.ts";
import type { Cause, Store } from "./store.ts";

export interface Supervisor {
  /** From one look to the next, > 0. */
  readonly check_s: number;
  /** Of the first look, 0 <= phase_s < check_s. */
  readonly phase_s: number;
  /** Below this a look turns the output off: at least the store's own V_off, where the MCU browns out. */
  readonly vOff_V: number;
  /** What a dead MCU draws while it is still connected. */
  readonly brownoutDrain_A: number;
}

/** The drain follows the falling voltage in so many steps a look: 10 uF at 0.5 mA are right to 2e-4 of a volt. */
const DRAIN_STEPS = 128;

export class Supervised implements Store {
  readonly #tank: FedCapacitor;
  readonly #supervisor: Supervisor;
  readonly #eOn_J: number;
  readonly #eOff_J: number;
  /** The next look. */
  #look = 0;
  /** The output is on; the MCU, too. */
  #isConnected = false;
  #isAlive = false;
  #cause: Cause | undefined;

  /**
   * Off at first.
   * @param tank its V_on is the supervisor's, its V_off the voltage at which the MCU browns out.
   * @throws EnergyError for a supervisor that cannot be.
   */
  constructor(tank: FedCapacitor, supervisor: Supervisor) {
    const { check_s, phase_s, vOff_V, brownoutDrain_A } = supervisor;
    const { capacitance_F, vOn_V, vOff_V: brownout_V } = tank.storage;
    const refuse = (what: string): never => {
      throw new EnergyError(`supervisor: ${what}`);
    };
    if (!(check_s > 0 && Number.isFinite(check_s))) {
      refuse(`it looks each ${check_s} s, where a finite number above 0 is needed`);
    }
    if (!(phase_s >= 0 && phase_s < check_s))
      refuse(`its first look is at ${phase_s} s, where 0 .. ${check_s} s is needed`);
    if (!(vOff_V >= brownout_V && vOff_V < vOn_V)) {
      refuse(
        `it turns off below ${vOff_V} V, where at least ${brownout_V} V, at which the MCU browns out, ` +
          `and less than V_on (${vOn_V} V) is needed`,
      );
    }
    if (!(brownoutDrain_A >= 0 && Number.isFinite(brownoutDrain_A))) {
      refuse(`a dead MCU draws ${brownoutDrain_A} A, where a finite number of at least 0 is needed`);
    }
    this.#tank = tank;
    this.#supervisor = supervisor;
    this.#eOn_J = energyAt_J(capacitance_F, vOn_V);
    this.#eOff_J = energyAt_J(capacitance_F, vOff_V);
  }

  get t_s(): number {
    return this.#tank.t_s;
  }

  get e_J(): number {
    return this.#tank.e_J;
  }

  get v_V(): number {
    return this.#tank.v_V;
  }

  get harvested_J(): number {
    return this.#tank.harvested_J;
  }

  /** A dead MCU's current included. */
  get leaked_J(): number {
    return this.#tank.leaked_J;
  }

  get clipped_J(): number {
    return this.#tank.clipped_J;
  }

  get spent_J(): number {
    return this.#tank.spent_J;
  }

  get cause(): Cause | undefined {
    return this.#cause;
  }

  get onStep(): Store["onStep"] {
    return this.#tank.onStep;
  }

  set onStep(hears: Store["onStep"]) {
    this.#tank.onStep = hears;
  }

  run(until_s: number, load_W: number): boolean {
    if (!this.#isAlive) return false;
    const tank = this.#tank;
    for (;;) {
      const look_s = this.#lookAt_s(this.#look);
      if (!tank.run(Math.min(until_s, look_s), load_W)) {
        this.#isAlive = false;
        this.#cause = "brown-out";
        return false;
      }
      if (tank.t_s >= look_s) {
        this.#look++;
        if (tank.e_J < this.#eOff_J) {
          this.#isConnected = false;
          this.#isAlive = false;
          this.#cause = "supervisor";
          return false;
        }
      }
      if (tank.t_s >= until_s) return true;
    }
  }

  charge(until_s: number): boolean {
    if (this.#isAlive) return true;
    const tank = this.#tank;
    while (tank.t_s < until_s) {
      // Nothing comes of a look while V_on has not been reached.
      if (!this.#isConnected) {
        if (!tank.charge(until_s)) return false;
        this.#skipLooks();
      }
      const look_s = this.#lookAt_s(this.#look);
      this.#wait(Math.min(look_s, until_s));
      if (look_s > until_s) return false;
      this.#look++;
      const isOn = tank.e_J >= (this.#isConnected ? this.#eOff_J : this.#eOn_J);
      this.#isConnected = isOn;
      this.#isAlive = isOn;
      if (isOn) return true;
    }
    return false;
  }

  lifetime_s(load_W: number, horizon_s: number): number {
    if (!this.#isAlive) return 0;
    const tank = this.#tank;
    const life_s = tank.lifetime_s(load_W, horizon_s);
    for (let look = this.#look; ; look++) {
      const look_s = this.#lookAt_s(look);
      if (!(look_s - tank.t_s <= life_s)) return life_s;
      if (tank.energyAhead_J(load_W, look_s) < this.#eOff_J) return look_s - tank.t_s;
    }
  }

  imbalance(): number {
    return this.#tank.imbalance();
  }

  #lookAt_s(look: number): number {
    const { phase_s, check_s } = this.#supervisor;
    return phase_s + look * check_s;
  }

  /** The next look is the first that is not over. */
  #skipLooks(): void {
    const { phase_s, check_s } = this.#supervisor;
    const { t_s } = this.#tank;
    this.#look = Math.max(this.#look, Math.floor((t_s - phase_s) / check_s));
    while (this.#lookAt_s(this.#look) < t_s) this.#look++;
  }

  /** Off, until that instant: with a dead MCU on the output, or without. */
  #wait(until_s: number): void {
    const tank = this.#tank;
    const { check_s, brownoutDrain_A } = this.#supervisor;
    if (!this.#isConnected) {
      tank.drain(until_s, 0);
      return;
    }
    while (tank.t_s < until_s) {
      // I V of the middle of the step, as far as the beginning of the step foresees it.
      const step_s = Math.min(until_s - tank.t_s, check_s / DRAIN_STEPS);
      const middle_J = tank.energyAhead_J(brownoutDrain_A * tank.v_V, tank.t_s + step_s / 2);
      const end_s = until_s - tank.t_s <= step_s ? until_s : tank.t_s + step_s;
      if (!tank.drain(end_s, brownoutDrain_A * tank.voltageAt_V(middle_J))) tank.drain(end_s, 0);
    }
  }
}
