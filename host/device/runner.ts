/* The AMP station that lives on power: the calls of load.ts, and which phase each is of. */
import { FC } from "../wire/fc.ts";
import type { Answer, Station } from "./load.ts";
import type { Phase } from "./phase.ts";
import { type DeviceOptions, Powered } from "./powered.ts";
import type { Silicon } from "./silicon.ts";
import { TriggerPhase } from "./triggerphase.ts";

export class Device extends Powered<Station> {
  readonly #trigger: TriggerPhase;
  #isTrigger = false;

  constructor(silicon: Silicon, options: DeviceOptions) {
    super(silicon, options);
    this.#trigger = new TriggerPhase(silicon.hasMarks);
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
    if (!this.isOn) return 0;
    return this.look(({ exports }) => exports.amp_received() + exports.amp_trigger_data());
  }

  /** An index of abi.ts STATES, as an onlooker sees it: it costs the station nothing. */
  state(): number {
    return this.isOn ? this.look((station) => station.state()) : 0;
  }

  protected override entered(position: number, fuel: number): void {
    if (!this.#isTrigger) return;
    this.#trigger.enters(position);
    this.turn(this.#trigger.phase, fuel);
  }

  protected override reads(offset: number): void {
    if (!this.#isTrigger) return;
    this.#trigger.reads(offset);
    this.turn(this.#trigger.phase);
  }

  #call<Result>(call: string, phase: Phase, work: (station: Station) => Result, isTrigger = false): Result | undefined {
    this.#isTrigger = isTrigger;
    this.#trigger.start();
    return this.call(call, phase, work);
  }
}

function phaseOf(fc: number): Phase {
  if (fc === FC.Confirm) return "m3";
  return fc === FC.Data ? "data" : "frame";
}
