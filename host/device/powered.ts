/*
 * A module that lives on power: each call into it is paid for as it runs. It knows no joules; what power there is, and what
 * became of it, goes through Power.
 *
 * Every call: fuel is what the power is good for if the CPU runs on. At each import the CPU's part is told first, then
 * the import's own load is drawn, then fuel is set anew. Where power fails the module stops between two instructions, or
 * in the import: memory, NVM and frames are those of a power cut at that instant.
 */
import type { Context, Loaded, RamPolicy, SharedInstance, Tenant } from "./instance.ts";
import { type Nvm, PowerFailure } from "./nvm.ts";
import type { Phase } from "./phase.ts";

/** What a device lives on. Fuel is counted in the unit of the instance's weights, 1/16 cycle. */
export interface Power {
  /** Whole units until the power fails if the CPU runs from now on, 0 .. FULL of meter.ts. */
  fuel(): number;
  /** The CPU ran that much; never more than the last fuel() since its ran() in sum. */
  ran(fuel: number, phase: Phase): void;
  /** The CPU has run all of the last fuel(), and could not go on: the power fails now. */
  died(phase: Phase): void;
  /** Noise octets are drawn. False: the power failed meanwhile. */
  entropy(octets: number, phase: Phase): boolean;
  /** Of the phase "nvm", like nvmWrite. False: the power failed meanwhile. */
  nvmRead(octets: number): boolean;
  /** The octets complete before the power failed; `octets`: all of them, and it did not. */
  nvmWrite(octets: number): number;
}

/** Who looks on as a device works: what it does costs the station nothing and changes nothing. */
export interface Onlooker {
  /** Power is there; `peek` copies RAM and globals, between any two calls of this power cycle. */
  poweredUp(peek: () => Context): void;
  /** A call is about to run: all that it does follows from `work`, RAM, NVM, and the noise that it draws. */
  begins(call: string, phase: Phase, work: CallWork): void;
  /** The noise source gave these octets of the module's memory. */
  drew(noise: Uint8Array): void;
  ends(end: CallEnd): void;
}

/** How a call ended. */
export interface CallEnd {
  /** Used. */
  readonly fuel: number;
  /** undefined: power failed. */
  readonly answer: unknown;
  /** Power failed while the CPU ran, or while the host worked for the module. */
  readonly failed?: "computing" | "in an import";
}

/** Puts a call's operands into any instance of the same module, and calls it. */
export type CallWork = (module: never) => unknown;

export interface DeviceOptions {
  readonly nvm: Nvm;
  readonly power: Power;
  /** Fills `into` with the raw noise of this station's source; false: the source failed. */
  readonly entropy: (into: Uint8Array) => boolean;
  readonly ram: RamPolicy;
  /** In [0, 1): what the NVM octet in flight becomes, and RAM that is "random". */
  readonly random: () => number;
  readonly onlooker?: Onlooker;
}

/** Where power failed. */
export interface Death {
  readonly phase: Phase;
  /** The call that it failed in; undefined: in none, while the station waited or the radio worked. */
  readonly call: string | undefined;
  /** Fuel that the call had used. */
  readonly fuel: number;
  /** Offset in the NVM record of the octet that was in flight, when a write was torn. */
  readonly nvmOffset?: number;
}

/** Off until powerUp. A call of a device that is off answers undefined, as does one in which power fails. */
export class Powered<Module extends Loaded> {
  /** Where power failed last. */
  lastDeath: Death | undefined;
  readonly #instance: SharedInstance<Module>;
  readonly #options: DeviceOptions;
  readonly #power: Power;
  readonly #fuel: WebAssembly.Global;
  /** The module's imports, and its marks. */
  readonly #tenant: Tenant = {
    entropy: (into) => this.#entropy(into),
    nvmRead: (offset, into) => this.#nvmRead(offset, into),
    nvmWrite: (offset, octets) => this.#nvmWrite(offset, octets),
    mark: (position, fuel) => this.entered(position, fuel),
  };
  #isOn = false;
  /** Of what the CPU runs now. */
  #phase: Phase = "boot";
  /** Fuel that was left when something was last told to the power, and what the call used before that. */
  #left = 0;
  #used = 0;
  /** The octet of the record that a write was torn at. */
  #tornAt: number | undefined;

  constructor(instance: SharedInstance<Module>, options: DeviceOptions) {
    this.#instance = instance;
    this.#options = options;
    this.#power = options.power;
    this.#fuel = instance.fuel;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** Power is there: state 0, nothing has run. What was planned for the NVM is over. */
  powerUp(): void {
    this.#options.nvm.powerUp();
    this.#instance.powerUp(this.#tenant, this.#options.ram, this.#options.random);
    this.#isOn = true;
    this.#options.onlooker?.poweredUp(() => this.#instance.contextOf(this.#tenant));
  }

  /** Power failed outside of any call. */
  powerDown(phase: Phase): void {
    if (this.#isOn) this.#die({ phase, call: undefined, fuel: 0 });
  }

  /** A call that the power pays for. */
  protected call<Result>(call: string, phase: Phase, work: (module: Module) => Result): Result | undefined {
    if (!this.#isOn) return undefined;
    const { onlooker } = this.#options;
    onlooker?.begins(call, phase, work);
    this.#phase = phase;
    this.#used = 0;
    this.#refuel();
    try {
      const result = this.#instance.run(this.#tenant, work);
      this.#settle(this.#fuel.value);
      onlooker?.ends({ fuel: this.#used, answer: result });
      return result;
    } catch (error) {
      // A trap of the module's own, or an answer that is none, is no death.
      if (!(error instanceof PowerFailure) && this.#fuel.value >= 0) throw error;
      if (!(error instanceof PowerFailure)) {
        this.#settle(0);
        this.#power.died(this.#phase);
      }
      this.#die({ phase: this.#phase, call, fuel: this.#used, nvmOffset: this.#tornAt });
      const failed = error instanceof PowerFailure ? "in an import" : "computing";
      onlooker?.ends({ fuel: this.#used, answer: undefined, failed });
      return undefined;
    }
  }

  /** An onlooker's call of a device that is on: it costs the station nothing. */
  protected look<Result>(work: (module: Module) => Result): Result {
    return this.#instance.look(this.#tenant, work);
  }

  /** A marked function was entered, with `fuel` left. */
  protected entered(_position: number, _fuel: number): void {}

  /** NVM is about to be read from `offset` on. */
  protected reads(_offset: number): void {}

  /** What the CPU does from here on is of that phase; `fuel`: what is left, all that was set last if left out. */
  protected turn(phase: Phase, fuel = this.#left): void {
    if (phase === this.#phase) return;
    this.#settle(fuel);
    this.#phase = phase;
  }

  #die(death: Death): void {
    this.#isOn = false;
    this.#instance.powerDown(this.#tenant, this.#options.ram);
    this.#tornAt = undefined;
    this.lastDeath = death;
  }

  #refuel(): void {
    this.#left = this.#power.fuel();
    this.#fuel.value = this.#left;
  }

  /** Tells the power what the CPU ran until `fuel` was left. */
  #settle(fuel: number): void {
    const ran = this.#left - fuel;
    if (ran === 0) return;
    this.#left = fuel;
    this.#used += ran;
    this.#power.ran(ran, this.#phase);
  }

  #entropy(into: Uint8Array): boolean {
    this.#settle(this.#fuel.value);
    if (!this.#power.entropy(into.length, "snonce")) this.#fail("snonce");
    this.#refuel();
    const works = this.#options.entropy(into);
    this.#options.onlooker?.drew(into);
    return works;
  }

  #nvmRead(offset: number, into: Uint8Array): boolean {
    this.#settle(this.#fuel.value);
    if (!this.#power.nvmRead(into.length)) this.#fail("nvm");
    this.#refuel();
    this.reads(offset);
    return this.#options.nvm.nvmRead(offset, into);
  }

  #nvmWrite(offset: number, octets: Uint8Array): boolean {
    this.#settle(this.#fuel.value);
    const { nvm, random } = this.#options;
    const complete = this.#power.nvmWrite(octets.length);
    if (complete < octets.length) {
      this.#phase = "nvm";
      this.#tornAt = offset + complete;
      nvm.cutAt(complete + 1, Math.floor(256 * random()));
    } else this.#refuel();
    return nvm.nvmWrite(offset, octets);
  }

  #fail(phase: Phase): never {
    this.#phase = phase;
    throw new PowerFailure(`power failed in the phase ${phase}`);
  }
}
