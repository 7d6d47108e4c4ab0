/*
 * What feeds a station: a capacitor with its harvest on one side, the station's loads on the other. Time, energy and death
 * come from the same number: every load lasts, the voltage is followed while it does, and V_off is where the station dies.
 */

import { FULL } from "../device/meter.ts";
import type { Phase } from "../device/phase.ts";
import type { Power } from "../device/powered.ts";
import type { Store } from "../energy/store.ts";
import type { Ledger } from "./ledger.ts";
import type { Load, Loads } from "./loads.ts";
import type { Profiles } from "./profiles.ts";
import type { Watcher } from "./record/track.ts";

/** Fuel is counted in sixteenths of a cycle (SIMULATOR.md, "Metering and death"). */
export const FUEL_PER_CYCLE = 16;

export class Supply implements Power {
  readonly capacitor: Store;
  readonly ledger: Ledger;
  readonly loads: Loads;
  /** In sum over the deaths: the CPU still ran for so long on less than a sixteenth of a cycle's worth. */
  lastBits_s = 0;
  #watcher: Watcher | undefined;
  readonly #fuel_s: number;
  readonly #longest: number;
  readonly #longest_s: number;
  readonly #times_s: { readonly boot: number; readonly entropyStart: number; readonly entropy: number } & {
    readonly nvmRead: number;
    readonly nvmWrite: number;
  };

  /** `longest`: more fuel than any call takes; to look further ahead costs time and says nothing. */
  constructor(capacitor: Store, ledger: Ledger, loads: Loads, { mcu, nvm }: Profiles, longest: number) {
    this.capacitor = capacitor;
    this.ledger = ledger;
    this.loads = loads;
    this.#fuel_s = 1 / (mcu.clock_Hz.value * FUEL_PER_CYCLE);
    this.#longest = Math.min(FULL, longest);
    this.#longest_s = this.#longest * this.#fuel_s;
    this.#times_s = {
      boot: mcu.boot_s.value,
      entropyStart: mcu.entropyStart_s.value,
      entropy: mcu.entropyOctet_s.value,
      nvmRead: nvm.readOctet_s.value,
      nvmWrite: nvm.writeOctet_s.value,
    };
  }

  get watcher(): Watcher | undefined {
    return this.#watcher;
  }

  /** From now on it hears of every load, and of what is stored. */
  watch(watcher: Watcher): void {
    this.#watcher = watcher;
    this.capacitor.onStep = (t_s, e_J) => watcher.stored(t_s, e_J);
  }

  /** Now, in seconds of virtual time. */
  get t_s(): number {
    return this.capacitor.t_s;
  }

  /** The load draws until `until_s`, or until V_off: then false, and now is that instant. */
  draw(load: Load, until_s: number, phase: Phase): boolean {
    const from_s = this.capacitor.t_s;
    if (until_s <= from_s) return true;
    const from_J = this.capacitor.e_J;
    const alive = this.capacitor.run(until_s, load.power_W);
    this.ledger.add(phase, load, this.capacitor.t_s - from_s);
    this.#watcher?.drew(phase, from_s, from_J, this.capacitor.t_s, this.capacitor.e_J);
    return alive;
  }

  /** From power-on to the first instruction. */
  boot(): boolean {
    return this.draw(this.loads.boot, this.t_s + this.#times_s.boot, "boot");
  }

  fuel(): number {
    const left_s = this.capacitor.lifetime_s(this.loads.cpu.power_W, this.#longest_s);
    return Math.min(this.#longest, Math.floor(left_s / this.#fuel_s));
  }

  ran(fuel: number, phase: Phase): void {
    this.runs(fuel, phase);
  }

  /** The CPU runs so much fuel; false: power failed before its end. */
  runs(fuel: number, phase: Phase): boolean {
    return this.draw(this.loads.cpu, this.t_s + fuel * this.#fuel_s, phase);
  }

  entropy(octets: number, phase: Phase): boolean {
    const { entropyStart, entropy } = this.#times_s;
    if (!this.draw(this.loads.entropyStart, this.t_s + entropyStart, phase)) return false;
    return this.draw(this.loads.entropy, this.t_s + octets * entropy, phase);
  }

  nvmRead(octets: number): boolean {
    return this.draw(this.loads.nvmRead, this.t_s + octets * this.#times_s.nvmRead, "nvm");
  }

  nvmWrite(octets: number): number {
    const from_s = this.t_s;
    if (this.draw(this.loads.nvmWrite, from_s + octets * this.#times_s.nvmWrite, "nvm")) return octets;
    return Math.min(octets - 1, Math.floor((this.t_s - from_s) / this.#times_s.nvmWrite));
  }

  /** What is left of the last sixteenth of a cycle goes too. */
  died(phase: Phase): void {
    const from_s = this.t_s;
    if (this.draw(this.loads.cpu, from_s + 4 * this.#fuel_s, phase)) {
      throw new Error("a call took more fuel than any call was reckoned to take");
    }
    this.lastBits_s += this.t_s - from_s;
  }
}
