/*
 * A station that lives on power: the calls of load.ts, each paid for as it runs. It knows no joules; what power there is,
 * and what became of it, goes through Power.
 *
 * Every call: fuel is what the power is good for if the CPU runs on. At each import the CPU's part is told first, then
 * the import's own load is drawn, then fuel is set anew. Where power fails the station stops between two instructions, or
 * in the import: memory, NVM and frames are those of a power cut at that instant.
 */
import { FC } from "../wire/fc.ts";
import type { Answer, Station } from "./load.ts";
import { FULL } from "./meter.ts";
import { type Nvm, PowerFailure } from "./nvm.ts";
import type { Phase } from "./phase.ts";
import type { RamPolicy, Silicon, Tenant } from "./silicon.ts";
import { TriggerPhase } from "./triggerphase.ts";

/** What a station lives on. Fuel is counted in the unit of the silicon's weights, 1/16 cycle. */
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

export interface DeviceOptions {
  readonly nvm: Nvm;
  readonly power: Power;
  /** Fills `into` with the raw noise of this station's source; false: the source failed. */
  readonly entropy: (into: Uint8Array) => boolean;
  readonly ram: RamPolicy;
  /** In [0, 1): what the NVM octet in flight becomes, and RAM that is "random". */
  readonly random: () => number;
}

/** Calls of a device, as a death names them. */
export type Call = "boot" | "setPayload" | "receive" | "send" | "received" | "triggerData";

/** Where power failed. */
export interface Death {
  readonly phase: Phase;
  /** undefined: in none, while the station waited or the radio worked. */
  readonly call: Call | undefined;
  /** Fuel that the call had used. */
  readonly fuel: number;
  /** Offset in the NVM record of the octet that was in flight, when a write was torn. */
  readonly nvmOffset?: number;
}

/** Off until powerUp. A call of a device that is off answers undefined, as does one in which power fails. */
export class Device {
  /** Where power failed last. */
  lastDeath: Death | undefined;
  readonly #silicon: Silicon;
  readonly #options: DeviceOptions;
  readonly #power: Power;
  readonly #fuel: WebAssembly.Global;
  readonly #trigger: TriggerPhase;
  /** The module's imports, and its marks. */
  readonly #tenant: Tenant = {
    entropy: (into) => this.#entropy(into),
    nvmRead: (offset, into) => this.#nvmRead(offset, into),
    nvmWrite: (offset, octets) => this.#nvmWrite(offset, octets),
    mark: (position, fuel) => this.#mark(position, fuel),
  };
  #isOn = false;
  #isTrigger = false;
  /** Of what the CPU runs now. */
  #phase: Phase = "boot";
  /** Fuel that was left when something was last told to the power, and what the call used before that. */
  #left = 0;
  #used = 0;
  /** The octet of the record that a write was torn at. */
  #tornAt: number | undefined;

  constructor(silicon: Silicon, options: DeviceOptions) {
    this.#silicon = silicon;
    this.#options = options;
    this.#power = options.power;
    this.#fuel = silicon.fuel;
    this.#trigger = new TriggerPhase(silicon.hasMarks);
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** Power is there: state 0, nothing has run. What was planned for the NVM is over. */
  powerUp(): void {
    this.#options.nvm.powerUp();
    this.#silicon.powerUp(this.#tenant, this.#options.ram, this.#options.random);
    this.#isOn = true;
  }

  /** Power failed outside of any call. */
  powerDown(phase: Phase): void {
    if (this.#isOn) this.#die({ phase, call: undefined, fuel: 0 });
  }

  /** 0 or a status. */
  boot(): number | undefined {
    return this.#call("boot", "boot", (station) => station.boot());
  }

  /** 0 or a status. */
  setPayload(reading: Uint8Array, encrypt: boolean): number | undefined {
    return this.#call("setPayload", "frame", (station) => station.setPayload(reading, encrypt));
  }

  receive(frame: Uint8Array): Answer | undefined {
    const [fc] = frame;
    return this.#call("receive", phaseOf(fc), (station) => station.receive(frame), fc === FC.Trigger);
  }

  send(): Answer | undefined {
    return this.#call("send", "data", (station) => station.send());
  }

  /** The last authenticated DL payload; empty: there is none. */
  received(): Uint8Array | undefined {
    return this.#call("received", "data", (station) => station.received());
  }

  /** The DL data of a confirmed M1; empty: there is none. */
  triggerData(): Uint8Array | undefined {
    return this.#call("triggerData", "data", (station) => station.triggerData());
  }

  /** Octets that `received` and `triggerData` would hand out together, as someone sees it who looks from outside. */
  outlook(): number {
    if (!this.#isOn) return 0;
    this.#fuel.value = FULL;
    return this.#silicon.run(this.#tenant, ({ exports }) => exports.amp_received() + exports.amp_trigger_data());
  }

  /** An index of abi.ts STATES, as an onlooker sees it: it costs the station nothing. */
  state(): number {
    if (!this.#isOn) return 0;
    this.#fuel.value = FULL;
    return this.#silicon.run(this.#tenant, (station) => station.state());
  }

  #call<Result>(call: Call, phase: Phase, work: (station: Station) => Result, isTrigger = false): Result | undefined {
    if (!this.#isOn) return undefined;
    this.#isTrigger = isTrigger;
    this.#trigger.start();
    this.#phase = phase;
    this.#used = 0;
    this.#refuel();
    try {
      const result = this.#silicon.run(this.#tenant, work);
      this.#settle(this.#fuel.value);
      return result;
    } catch (error) {
      // A trap of the module's own, or an answer that is none, is no death.
      if (!(error instanceof PowerFailure) && this.#fuel.value >= 0) throw error;
      if (!(error instanceof PowerFailure)) {
        this.#settle(0);
        this.#power.died(this.#phase);
      }
      this.#die({ phase: this.#phase, call, fuel: this.#used, nvmOffset: this.#tornAt });
      return undefined;
    }
  }

  #die(death: Death): void {
    this.#isOn = false;
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

  #mark(position: number, fuel: number): void {
    if (!this.#isTrigger) return;
    this.#trigger.enters(position);
    this.#turn(fuel);
  }

  /** An M1 may have come to its next phase, with `fuel` left. */
  #turn(fuel: number): void {
    const { phase } = this.#trigger;
    if (phase === this.#phase) return;
    this.#settle(fuel);
    this.#phase = phase;
  }

  #entropy(into: Uint8Array): boolean {
    this.#settle(this.#fuel.value);
    if (!this.#power.entropy(into.length, "snonce")) this.#fail("snonce");
    this.#refuel();
    return this.#options.entropy(into);
  }

  #nvmRead(offset: number, into: Uint8Array): boolean {
    this.#settle(this.#fuel.value);
    if (!this.#power.nvmRead(into.length)) this.#fail("nvm");
    this.#refuel();
    if (this.#isTrigger) {
      this.#trigger.reads(offset);
      this.#turn(this.#left);
    }
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

function phaseOf(fc: number): Phase {
  if (fc === FC.Confirm) return "m3";
  return fc === FC.Data ? "data" : "frame";
}
