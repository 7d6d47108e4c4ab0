/*
 * One station: the device with its supply, its radio and the little firmware around the module. It has a time of its own,
 * which is never ahead of what it knows: the cell (cell.ts) says what is on the air, the station lives up to there.
 *
 *     off ── V_on ──> boot ──> listening <── round over ── asleep
 *                                 └── M1 ──> answering ── slot ──> M2 sent ── M3 ──> confirmed
 *     and from everywhere to off, at V_off
 */
import { statusName } from "../device/abi.ts";
import type { Answer } from "../device/load.ts";
import type { Nvm } from "../device/nvm.ts";
import type { Phase } from "../device/phase.ts";
import type { Device } from "../device/runner.ts";
import type { Observer } from "../observer/observer.ts";
import { FC } from "../wire/fc.ts";
import { readingOf } from "./reading.ts";
import type { StationEvent } from "./record/track.ts";
import type { Supply } from "./supply.ts";
import { count, type Life, Tally } from "./tally.ts";

/** amp_state of a station with a session. */
const SECURE = 3;

export interface StationOptions {
  readonly index: number;
  readonly spa: Uint8Array;
  /** As it stands in MAC headers. */
  readonly id: number;
  /** What an AP receives of it, dBm. */
  readonly power_dBm: number;
  readonly device: Device;
  readonly nvm: Nvm;
  readonly supply: Supply;
  readonly observer: Observer;
  readonly reading: { readonly octets: number; readonly encrypt: boolean };
  /** Data frames that it sends after each M3. */
  readonly dataFrames: number;
  /** Hears of every life that ends. */
  readonly onLife?: (life: Life) => void;
}

export class Station {
  readonly index: number;
  readonly spa: Uint8Array;
  readonly id: number;
  readonly power_dBm: number;
  readonly dataFrames: number;
  readonly supply: Supply;
  readonly nvm: Nvm;
  readonly tally = new Tally();
  readonly #options: StationOptions;
  readonly #device: Device;
  #isUp = false;
  #samples = 0;
  #reading: Uint8Array = new Uint8Array();
  /** The start of this life, and of the wait for the next confirmed M3, with what was counted then. */
  #life = { up_s: 0, m1Heard: 0, m2Sent: 0, confirmed: 0, spent_J: 0 };
  #wait = { since_s: 0, lives: 0, countedLife: 0 };
  /** Spent when it heard the trigger that it is busy with. */
  #attemptFrom_J: number | undefined;
  /** In this attempt. */
  #hasCollided = false;

  constructor(options: StationOptions) {
    this.#options = options;
    this.index = options.index;
    this.spa = options.spa;
    this.id = options.id;
    this.power_dBm = options.power_dBm;
    this.dataFrames = options.dataFrames;
    this.supply = options.supply;
    this.nvm = options.nvm;
    this.#device = options.device;
  }

  get t_s(): number {
    return this.supply.t_s;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** The reading that goes into the next M2. */
  get reading(): Uint8Array {
    return this.#reading;
  }

  /** Lives on until `t_s`, listening, charging or booting; true: it listens then, and has for no less than an instant. */
  advanceTo(t_s: number): boolean {
    while (this.supply.t_s < t_s) {
      if (this.#isUp) this.#draw("listen", t_s);
      else if (this.supply.capacitor.charge(t_s)) this.#powerUp();
    }
    return this.#isUp && this.supply.t_s <= t_s;
  }

  /** A downlink frame is on the air until `end_s`; false: power failed in it. */
  receiveUntil(end_s: number): boolean {
    return this.#draw("rx", end_s);
  }

  listenUntil(t_s: number): boolean {
    return this.#draw("listen", t_s);
  }

  /** With the receiver off. */
  sleepUntil(t_s: number): boolean {
    return this.#draw("sleep", t_s);
  }

  /** Sends until `end_s`; the instant at which it ended, earlier if power failed in it. */
  transmitUntil(end_s: number): number {
    this.#happened("sent");
    if (!this.#draw("tx", end_s)) {
      this.tally.framesCut++;
      this.#happened("cut");
    }
    return Math.min(end_s, this.supply.t_s);
  }

  /** A trigger that it can answer was heard whole: a life with one counts for the reading that it waits to get rid of. */
  heardTrigger(isOwn = true): void {
    this.attemptOver();
    this.#attemptFrom_J = this.supply.capacitor.spent_J;
    this.#hasCollided = false;
    this.#happened("heard");
    if (!isOwn) {
      this.tally.m1Strange++;
      return;
    }
    this.tally.m1Heard++;
    if (this.#wait.countedLife === this.tally.lives) return;
    this.#wait.countedLife = this.tally.lives;
    this.#wait.lives++;
  }

  /** The slots of a trigger are over, or the station is: what it spent since it heard the trigger led to no M3. */
  attemptOver(): void {
    if (this.#attemptFrom_J === undefined) return;
    const wasted_J = this.supply.capacitor.spent_J - this.#attemptFrom_J;
    this.tally.wasted_J += wasted_J;
    if (this.#hasCollided) this.tally.collided_J += wasted_J;
    this.#attemptFrom_J = undefined;
  }

  /** Others in its slot drowned its M2, which it does not know. */
  collided(): void {
    this.tally.m2Collided++;
    this.#hasCollided = true;
  }

  /** Hands in a frame as it was heard; `m1`: it is that M1, as its AP sent it. undefined: power failed meanwhile. */
  take(frame: Uint8Array, m1?: Uint8Array): Answer | undefined {
    const before = this.#device.state();
    const { written } = this.nvm;
    const answer = this.#paid(this.#device.receive(frame));
    if (answer === undefined) return undefined;
    const after = this.#device.state();
    this.#refused(answer.status);
    if (after !== SECURE && frame[0] !== FC.Ack) this.#options.observer.withholds(this, this.#device.outlook(), after);
    this.#options.observer.took(this, frame, answer, { before, after, wrote: this.nvm.written - written }, m1);
    if (before !== SECURE && after === SECURE) this.#confirmed();
    return answer;
  }

  /** One more Data frame with the reading; undefined: none, power failed or the module refused. */
  makeData(): Uint8Array | undefined {
    const answer = this.#paid(this.#device.send());
    if (answer === undefined) return undefined;
    this.#refused(answer.status);
    if (answer.frame) this.#options.observer.sentData(this, answer.frame, this.#reading);
    return answer.frame;
  }

  /** The AP is authenticated: the firmware takes the DL data of M1 and of M3 out of the module. */
  readOut(): void {
    const triggerData = this.#paid(this.#device.triggerData());
    const received = triggerData && this.#paid(this.#device.received());
    if (received) this.#options.observer.released(this, { triggerData, received }, this.#device.state());
  }

  /** A new sample becomes the reading. */
  sample(): boolean {
    const { index, reading } = this.#options;
    this.#reading = readingOf(index, this.#samples++, reading.octets);
    return this.#paid(this.#device.setPayload(this.#reading, reading.encrypt)) !== undefined;
  }

  /** The run is over: the life that goes on is told too. */
  end(): void {
    const { tally, supply } = this;
    this.attemptOver();
    tally.longestWait_s = Math.max(tally.longestWait_s, supply.t_s - this.#wait.since_s);
    if (this.#isUp) this.#tellLife();
    const spent_J = supply.capacitor.spent_J;
    const unaccounted = spent_J > 0 ? Math.abs(supply.ledger.total_J() - spent_J) / spent_J : 0;
    this.#options.observer.balances(this, supply.capacitor.imbalance(), unaccounted);
  }

  #powerUp(): void {
    const { tally, supply } = this;
    this.#isUp = true;
    supply.watcher?.poweredUp();
    tally.lives++;
    const { m1Heard, m2Sent, confirmed } = tally;
    this.#life = { up_s: supply.t_s, m1Heard, m2Sent, confirmed, spent_J: supply.capacitor.spent_J };
    this.#device.powerUp();
    if (!supply.boot()) {
      this.#powerFailed("boot");
      return;
    }
    const status = this.#paid(this.#device.boot());
    if (status === undefined) return;
    this.#refused(status);
    this.#options.observer.booted(this, status, this.#device.state());
    this.sample();
  }

  #confirmed(): void {
    const { tally, supply } = this;
    const waited_s = supply.t_s - this.#wait.since_s;
    tally.confirmed++;
    tally.first_s ??= supply.t_s;
    this.#happened("confirmed");
    tally.useful_J += supply.capacitor.spent_J - (this.#attemptFrom_J ?? supply.capacitor.spent_J);
    this.#attemptFrom_J = undefined;
    count(tally.livesPerReading, String(this.#wait.lives));
    tally.waited_s += waited_s;
    tally.longestWait_s = Math.max(tally.longestWait_s, waited_s);
    this.#wait = { since_s: supply.t_s, lives: 0, countedLife: 0 };
  }

  /** What a call of the device answered; undefined is a death, which is told. */
  #paid<T>(answer: T | undefined): T | undefined {
    if (answer === undefined && this.#isUp) this.#died();
    return answer;
  }

  #draw(load: "listen" | "rx" | "sleep" | "tx", until_s: number): boolean {
    if (!this.#isUp) return false;
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
    const { tally } = this;
    const death = this.#device.lastDeath;
    if (!death) throw new Error("a station died and its device knows of no death");
    tally.deaths++;
    this.#happened("died");
    count(tally.deathsByPhase, death.phase);
    const { cause } = this.supply.capacitor;
    if (cause) count(tally.deathsByCause, cause);
    if (death.call) tally.instants.add(`${death.call} ${death.fuel}`);
    this.attemptOver();
    this.#tellLife();
    this.#isUp = false;
  }

  #tellLife(): void {
    const { tally, supply } = this;
    const { up_s, m1Heard, m2Sent, confirmed, spent_J } = this.#life;
    tally.up_s += supply.t_s - up_s;
    this.#options.onLife?.({
      station: this.index,
      life: tally.lives,
      up_s,
      down_s: supply.t_s,
      vDown_V: supply.capacitor.v_V,
      death: this.#device.isOn ? undefined : this.#device.lastDeath,
      m1Heard: tally.m1Heard - m1Heard,
      m2Sent: tally.m2Sent - m2Sent,
      confirmed: tally.confirmed - confirmed,
      spent_J: supply.capacitor.spent_J - spent_J,
    });
  }

  #happened(event: StationEvent): void {
    this.supply.watcher?.happened(event, this.supply.t_s);
  }

  #refused(status: number): void {
    const name = statusName(status);
    if (name) count(this.tally.refusals, name);
  }
}
