/*
 * A station on a supply without end, and what each thing that is done to it costs: joules, seconds, NVM writes.
 */
import type { Answer } from "../device/load.ts";
import { Nvm, type NvmWrite } from "../device/nvm.ts";
import { Device } from "../device/runner.ts";
import type { Silicon } from "../device/silicon.ts";
import { Capacitor } from "../energy/capacitor.ts";
import { constant } from "../energy/harvest.ts";
import { valuesOf } from "../energy/profiles/profile.ts";
import { encodeRecord } from "../keys/record.ts";
import { Ledger } from "../sim/ledger.ts";
import { loadsOf } from "../sim/loads.ts";
import { Supply } from "../sim/supply.ts";
import { type Energy, withBand } from "../sim/tolerance.ts";
import { responseAirtime_s, triggerAirtime_s } from "./attacker.ts";
import type { Kit } from "./kit.ts";

/** As much storage as no attack empties. */
const ENDLESS_F = 1e3;

/** What something took. */
export interface Cost extends Energy {
  readonly t_s: number;
}

export interface Heard {
  /** undefined: it gave no answer to send. */
  readonly answer: Answer | undefined;
  readonly cost: Cost;
  /** What was written to NVM. */
  readonly writes: readonly NvmWrite[];
  /** When the last of it was durable, from the start of the frame on; 0 if there was none. */
  readonly written_s: number;
}

export interface VictimOptions {
  readonly spa: Uint8Array;
  readonly psk: Uint8Array;
  /** Of its noise. */
  readonly name: string;
  /** Another module than the kit's, on the same MCU. */
  readonly silicon?: Silicon;
  readonly reading_octets?: number;
}

export class Victim {
  readonly nvm: Nvm;
  readonly spa: Uint8Array;
  readonly #kit: Kit;
  readonly #supply: Supply;
  readonly #device: Device;
  readonly #reading: Uint8Array;

  constructor(kit: Kit, { spa, psk, name, silicon = kit.silicon, reading_octets }: VictimOptions) {
    const { profiles, plan, scenario, streams } = kit;
    this.#kit = kit;
    this.spa = spa;
    this.nvm = new Nvm(encodeRecord({ spa, psk, counter: 0 }));
    const storage = { ...valuesOf(profiles.storage), capacitance_F: ENDLESS_F, leak_Ohm: Number.POSITIVE_INFINITY };
    const capacitor = new Capacitor(storage, constant(0), storage.vMax_V);
    this.#supply = new Supply(capacitor, new Ledger(), loadsOf(profiles), profiles, 4 * plan.longestCall);
    const noise = streams(`noise ${name}`);
    this.#device = new Device(silicon, {
      nvm: this.nvm,
      power: this.#supply,
      entropy: (into) => noise.fill(into).length > 0,
      ram: "random",
      random: streams(`RAM ${name}`).uniform,
    });
    this.#reading = new Uint8Array(reading_octets ?? scenario.stations.reading_octets).fill(0x52);
  }

  get state(): number {
    return this.#device.state();
  }

  /** Power-up to state 1, with a reading to say. */
  wake(): Cost {
    return this.#priced(() => {
      this.#device.powerUp();
      this.#supply.boot();
      this.#device.boot();
      this.#device.setPayload(this.#reading, this.#kit.scenario.stations.encrypt);
    }).cost;
  }

  /** Another reading. */
  reads(octets: Uint8Array): void {
    this.#device.setPayload(octets, this.#kit.scenario.stations.encrypt);
  }

  /**
   * A downlink frame is received and worked on; an answer is sent, and behind an M2 an M3 is waited for. The wait for the
   * slot is left out: the attacker can make it as short as the station is fast.
   */
  hears(frame: Uint8Array): Heard {
    const { plan } = this.#kit;
    const { loads } = this.#supply;
    const from_s = this.#supply.t_s;
    let written_s = 0;
    const writes: NvmWrite[] = [];
    this.nvm.log = writes;
    // Asked before each write, when its power has been drawn: no write fails here, but the instant is seen.
    this.nvm.failWrite = () => {
      written_s = this.#supply.t_s - from_s;
      return undefined;
    };
    const { result, cost } = this.#priced(() => {
      this.#draw("rx", triggerAirtime_s(plan, frame.length));
      const answer = this.#device.receive(frame);
      if (!answer?.frame) return answer;
      this.#draw("tx", responseAirtime_s(plan, answer.frame.length));
      this.#supply.draw(loads.listen, this.#supply.t_s + plan.m3Wait_s, "listen");
      return answer;
    });
    this.nvm.log = undefined;
    this.nvm.failWrite = undefined;
    return { answer: result, cost, writes, written_s };
  }

  #draw(load: "rx" | "tx", dt_s: number): void {
    this.#supply.draw(this.#supply.loads[load], this.#supply.t_s + dt_s, load);
  }

  #priced<Result>(work: () => Result): { result: Result; cost: Cost } {
    const { ledger } = this.#supply;
    const before = new Ledger();
    before.addAll(ledger);
    const from_s = this.#supply.t_s;
    const result = work();
    const energy = withBand((source) => ledger.ofSource(source) - before.ofSource(source), this.#kit.profiles);
    return { result, cost: { ...energy, t_s: this.#supply.t_s - from_s } };
  }
}
