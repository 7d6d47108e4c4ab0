/**
 * The lives of a bridged device: it is powered up, booted and given a reading; when it does not answer any more, or says
 * what it must not, its power has failed, and it is powered up again, later each time that it died young.
 *
 *     off ── wait ──> powered ── boot, reading ──> up ── a call fails, or the device is gone ──> off
 */

import { statusName } from "../../device/abi.ts";
import type { AmpConsole } from "../../mcu/console.ts";
import { McuError } from "../../mcu/translate.ts";
import type { BridgedDevice } from "./device.ts";

/** From a death to the next power-up, s; a life of the longest of these makes the next wait the shortest again. */
const WAIT_s = { first: 0.1, factor: 2, last: 5 } as const;

export interface LivesOptions {
  readonly device: BridgedDevice;
  /** It has booted: its firmware begins. */
  readonly onUp: (station: AmpConsole) => Promise<void>;
  /** It was up since then, and is no more: its power failed, or it was switched off. */
  readonly onDown: (up_s: number, why: string) => void;
  readonly onDeath: (why: string) => void;
  /** It cannot be powered or does not boot; told once for each reason. */
  readonly onTrouble: (why: string) => void;
  /** It can go on no more: a mistake of this program, or of the file system. */
  readonly onFailure: (error: unknown) => void;
  /** Real seconds, from any beginning. */
  readonly now_s: () => number;
}

export class Lives {
  /** Octets of the device's that belonged to no answer, in all lives that are over. */
  #garbage_octets = 0;
  readonly #options: LivesOptions;
  #station: AmpConsole | undefined;
  #up_s: number | undefined;
  #wait_s: number = WAIT_s.first;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #trouble = "";

  constructor(options: LivesOptions) {
    this.#options = options;
  }

  get garbage_octets(): number {
    return this.#garbage_octets + (this.#station?.garbage_octets ?? 0);
  }

  /** Power-up for the first time. @throws McuError when it cannot be powered; whatever comes later is tried again. */
  async start(): Promise<void> {
    await this.#boot(await this.#options.device.powerUp());
  }

  /** Does that with the station; undefined: it is not up, or its power failed in it. One work at a time. */
  async use<Result>(work: (station: AmpConsole) => Promise<Result>): Promise<Result | undefined> {
    const station = this.#station;
    if (station === undefined || this.#up_s === undefined) return undefined;
    try {
      return await work(station);
    } catch (error) {
      if (!(error instanceof McuError)) throw error;
      this.#died(station, error);
      return undefined;
    }
  }

  /** Switched off, for good. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    const station = this.#station;
    try {
      if (station) this.#down(station, "switched off");
    } finally {
      await station?.off();
    }
  }

  async #boot(station: AmpConsole): Promise<void> {
    const { onUp, onTrouble, now_s } = this.#options;
    this.#station = station;
    station.ended.then((why) => this.#died(station, why));
    try {
      const status = await station.boot();
      if (status !== 0) throw new McuError(`it does not boot: ${statusName(status) ?? `status ${status}`}`);
      await onUp(station);
      // It may have died meanwhile.
      if (this.#station === station) this.#up_s = now_s();
      this.#trouble = "";
    } catch (error) {
      if (!(error instanceof McuError)) throw error;
      if (error.message !== this.#trouble) onTrouble(error.message);
      this.#trouble = error.message;
      this.#died(station, error);
    }
  }

  #died(station: AmpConsole, why: Error): void {
    if (station !== this.#station) return;
    const { onDeath, onFailure } = this.#options;
    try {
      if (this.#up_s !== undefined) onDeath(why.message);
      this.#down(station, why.message);
    } catch (error) {
      onFailure(error);
    }
    // Not before what is left of it is gone: two over one NVM would be two devices.
    station.off().then(() => this.#again(), onFailure);
  }

  #down(station: AmpConsole, why: string): void {
    const { onDown, now_s } = this.#options;
    const up_s = this.#up_s;
    this.#station = undefined;
    this.#up_s = undefined;
    this.#garbage_octets += station.garbage_octets;
    if (up_s === undefined) return;
    if (now_s() - up_s >= WAIT_s.last) this.#wait_s = WAIT_s.first;
    onDown(up_s, why);
  }

  #again(): void {
    if (this.#isStopped) return;
    const { device, onTrouble, onFailure } = this.#options;
    const wait_s = this.#wait_s;
    this.#wait_s = Math.min(wait_s * WAIT_s.factor, WAIT_s.last);
    this.#timer = setTimeout(async () => {
      try {
        const station = await device.powerUp();
        if (this.#isStopped) await station.off();
        else await this.#boot(station);
      } catch (error) {
        if (!(error instanceof McuError)) return onFailure(error);
        if (error.message !== this.#trouble) onTrouble(error.message);
        this.#trouble = error.message;
        this.#again();
      }
    }, 1000 * wait_s);
  }
}
