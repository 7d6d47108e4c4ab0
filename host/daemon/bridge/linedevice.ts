/**
 * A board of anybody's behind a line as a bridged device. It has its NVM, its power and, as it likes, its noise.
 *
 * Assumption: it computes as long as its maker says. What a call takes in real time says nothing, for most of it is the
 * line's: 60 octets at 115,200 baud are 5 ms.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { AmpConsole } from "../../mcu/console.ts";
import type { BridgedDevice } from "./device.ts";
import { openLine, type Place, placeText } from "./line.ts";

export interface LineDeviceOptions {
  readonly place: Place;
  readonly entropy: (into: Uint8Array) => boolean;
  /** From a frame to the answer, at the longest, by the device's clock. */
  readonly compute_s: number;
  /** Whoever has not answered a call by then, over the line, has no power, s; left out: 2. */
  readonly patience_s?: number;
}

const PATIENCE_s = 2;
/** Longer than a board waits for the rest of a call. */
const SILENCE_ms = 250;
/** In one life: more than a line in trouble says between two calls, far less than one that talks of something else. */
const GARBAGE_MAX_octets = 4096;

export class LineDevice implements BridgedDevice {
  readonly name: string;
  readonly pid = undefined;
  readonly #options: LineDeviceOptions;

  constructor(options: LineDeviceOptions) {
    this.#options = options;
    this.name = placeText(options.place);
  }

  async powerUp(): Promise<AmpConsole> {
    const { place, entropy, patience_s = PATIENCE_s } = this.#options;
    const line = await openLine(place);
    const station = new AmpConsole(line, { entropy, patience_s, garbageMax_octets: GARBAGE_MAX_octets });
    await sleep(SILENCE_ms);
    return station;
  }

  took_s(): number {
    return this.#options.compute_s;
  }

  async m2_s(): Promise<number> {
    return this.#options.compute_s;
  }

  /** Its NVM is its own: what an answer says was written is written. */
  flush(): void {}
}
