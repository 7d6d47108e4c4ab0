/*
 * One RSN station in the simulator: the device with its supply, its radio and the little firmware around the module. Its
 * time is its own, and never ahead of what it knows.
 *
 *     off ── V_on ──> boot ──> scanning ── Beacon ──> sending ⇄ waiting ── port open ──> asleep ── sending a reading ...
 *     and from everywhere to off, at V_off
 *
 * Assumption: the radio holds what comes while the module computes, and a station that has its keys sleeps between two
 * readings; no key is renewed in the life of a battery-less station.
 */
import type { Nvm } from "../../device/nvm.ts";
import type { Phase } from "../../device/phase.ts";
import { readingOf } from "../../sim/reading.ts";
import type { Supply } from "../../sim/supply.ts";
import { ETHERTYPE, emitMsdu } from "../frames/llc.ts";
import { RSN_STATES } from "../station/abi.ts";
import type { RsnDevice } from "../station/device.ts";
import { type RsnLife, RsnTally } from "./tally.ts";

/** A station that hears nothing for that long begins anew; an AP sends M1, M3 and a Request again before (docs/RSN.md 7). */
const PATIENCE_s = 4;

const BSS_KNOWN = RSN_STATES.indexOf("BSS known");
const PORT_OPEN = RSN_STATES.indexOf("port open");

type Mode = "off" | "scanning" | "sending" | "waiting" | "asleep";

export interface RsnStationOptions {
  readonly index: number;
  readonly spa: Uint8Array;
  readonly device: RsnDevice;
  readonly nvm: Nvm;
  readonly supply: Supply;
  readonly reading_octets: number;
  /** From one reading to the next while the port is open. */
  readonly period_s: number;
  /** Hears of every life that ends. */
  readonly onLife?: (life: RsnLife) => void;
}

export class SimulatedRsnStation {
  readonly index: number;
  readonly spa: Uint8Array;
  readonly supply: Supply;
  readonly nvm: Nvm;
  readonly tally = new RsnTally();
  readonly #device: RsnDevice;
  readonly #options: RsnStationOptions;
  #mode: Mode = "off";
  #next_s = Number.POSITIVE_INFINITY;
  #frame: Uint8Array | undefined;
  /** The MSDU of the frame to send, when it is a reading's. */
  #msdu: Uint8Array | undefined;
  #samples = 0;
  #nextReading_s = 0;
  /** Of the device, after its last call. */
  #state = 0;

  constructor(options: RsnStationOptions) {
    this.#options = options;
    this.index = options.index;
    this.spa = options.spa;
    this.supply = options.supply;
    this.nvm = options.nvm;
    this.#device = options.device;
  }

  get t_s(): number {
    return this.supply.t_s;
  }

  /** When it next does something of its own accord. */
  get next_s(): number {
    return this.#next_s;
  }

  /** What is to go on the air when next_s has come. */
  get frame(): Uint8Array | undefined {
    return this.#mode === "sending" ? this.#frame : undefined;
  }

  /** The MSDU in it, if it is a reading's. */
  get msdu(): Uint8Array | undefined {
    return this.#msdu;
  }

  /** Lives on until `t_s`: charging, booting, listening or asleep. */
  advanceTo(t_s: number): void {
    while (this.supply.t_s < t_s) {
      if (this.#mode !== "off") this.#draw(this.#mode === "asleep" ? "sleep" : "listen", t_s);
      else if (this.supply.capacitor.charge(t_s)) this.#powerUp();
    }
  }

  /** A Beacon is on the air from now on; only who looks for one listens to it. */
  isScanningAt(t_s: number): boolean {
    this.advanceTo(t_s);
    return this.#mode === "scanning" && this.supply.t_s <= t_s;
  }

  /** Does it wait for an answer, at `t_s` or as soon as it has computed? The instant; undefined: it does not. */
  readyAt(t_s: number): number | undefined {
    this.advanceTo(t_s);
    return this.#mode === "waiting" ? Math.max(t_s, this.supply.t_s) : undefined;
  }

  /** A frame for it is on the air until `end_s`, and comes through or not. */
  receives(frame: Uint8Array | undefined, end_s: number): void {
    if (!this.#draw("rx", end_s) || frame === undefined) return;
    this.#takes(frame);
  }

  /** Its frame is on the air from now on until `end_s`; false: power failed in it. */
  sends(end_s: number): boolean {
    return this.#draw("tx", end_s);
  }

  /** The AP has its frame; what answers it comes within the time that a station waits. */
  wasHeard(isAnswered: boolean): void {
    const { period_s } = this.#options;
    if (this.#msdu === undefined) {
      this.#waits();
      return;
    }
    this.#frame = this.#msdu = undefined;
    this.#nextReading_s += period_s * Math.max(1, Math.ceil((this.supply.t_s - this.#nextReading_s) / period_s));
    // Whatever answers a reading comes while the radio still waits for its acknowledgement.
    this.#mode = isAnswered ? "waiting" : "asleep";
    this.#next_s = isAnswered ? this.supply.t_s + PATIENCE_s : this.#nextReading_s;
  }

  /** The frame was lost as often as an MPDU is sent: it is given up. */
  gaveUp(): void {
    this.#starts();
  }

  /** next_s has come and there is nothing to send: the next reading, or nobody has answered. */
  wakes(): void {
    if (this.#mode === "asleep") this.#reads();
    else if (this.#mode === "waiting") this.#starts();
  }

  /** The AP took that reading. */
  delivered(): void {
    this.tally.delivered();
  }

  /** It is in another AP's cell from now on. Assumption: its firmware begins anew, as after a reset, and keeps its power. */
  moves(): void {
    if (this.#mode === "off") return;
    this.#mode = "scanning";
    this.#next_s = Number.POSITIVE_INFINITY;
    this.#frame = this.#msdu = undefined;
    this.#paid(this.#device.boot());
  }

  /** The run is over. */
  end(): void {
    if (this.#mode !== "off") this.#tellLife();
  }

  #takes(frame: Uint8Array): void {
    const answer = this.#paid(this.#device.receive(frame));
    if (answer === undefined) return;
    if (answer.status < 0) this.tally.refused++;
    if (answer.frame) {
      if (this.#state === PORT_OPEN) this.tally.opened();
      this.#queues(answer.frame);
    } else if (this.#state === BSS_KNOWN) this.#starts();
  }

  /** Authentication; also after a refusal or a Deauthentication. */
  #starts(): void {
    this.#msdu = undefined;
    const answer = this.#paid(this.#device.start());
    if (answer === undefined) return;
    this.tally.associationsBegun++;
    if (answer.frame) this.#queues(answer.frame);
  }

  /** A sample becomes a reading on its way. */
  #reads(): void {
    const { index, reading_octets } = this.#options;
    this.#msdu = emitMsdu({
      etherType: ETHERTYPE.reading,
      data: readingOf(index, this.#samples++, reading_octets),
    });
    const answer = this.#paid(this.#device.send(this.#msdu));
    if (answer?.frame) this.#queues(answer.frame);
    else if (answer !== undefined) this.#starts();
  }

  #queues(frame: Uint8Array): void {
    this.#frame = frame;
    this.#mode = "sending";
    this.#next_s = this.supply.t_s;
  }

  /** With the port open nothing is waited for: a reading is next. */
  #waits(): void {
    this.#frame = undefined;
    if (this.#state === PORT_OPEN) {
      this.#nextReading_s = this.supply.t_s;
      this.#mode = "asleep";
      this.#next_s = this.supply.t_s;
      return;
    }
    this.#mode = "waiting";
    this.#next_s = this.supply.t_s + PATIENCE_s;
  }

  #powerUp(): void {
    this.tally.poweredUp(this.supply.capacitor.spent_J);
    this.#mode = "scanning";
    this.#next_s = Number.POSITIVE_INFINITY;
    this.#frame = this.#msdu = undefined;
    this.#state = 0;
    this.#device.powerUp();
    if (!this.supply.boot()) {
      this.#powerFailed("boot");
      return;
    }
    const status = this.#paid(this.#device.boot());
    if (status !== undefined && status !== 0) throw new Error(`the RSN station did not boot: ${status}`);
  }

  /** What a call of the device answered; undefined is a death. */
  #paid<T>(answer: T | undefined): T | undefined {
    if (answer !== undefined) this.#state = this.#device.state();
    else if (this.#mode !== "off") this.#died();
    return answer;
  }

  #draw(load: "listen" | "rx" | "sleep" | "tx", until_s: number): boolean {
    if (this.#mode === "off") return false;
    if (this.supply.draw(this.supply.loads[load], until_s, load)) return true;
    this.#powerFailed(load);
    return false;
  }

  /** Outside of the module's calls. */
  #powerFailed(phase: Phase): void {
    this.#device.powerDown(phase);
    this.#died();
  }

  #died(): void {
    const { lastDeath } = this.#device;
    if (!lastDeath) throw new Error("a station died and its device knows of no death");
    this.tally.died(lastDeath);
    this.#tellLife();
    this.#mode = "off";
    this.#next_s = Number.POSITIVE_INFINITY;
  }

  #tellLife(): void {
    const life = this.tally.lifeEnded(this.#state, this.supply.capacitor.spent_J);
    this.#options.onLife?.(life);
  }
}
