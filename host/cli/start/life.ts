/*
 * One power cycle of the metered module over an NVM that outlives it.
 */

import { loadStation, type Station } from "../../device/load.ts";
import { FULL, fuelOf, hasDied } from "../../device/meter.ts";
import { type Nvm, PowerFailure } from "../../device/nvm.ts";

export class Life {
  readonly station: Station;
  /** Instructions executed, by calls that returned. */
  instructions = 0;

  /** `entropy`: what the noise source says in this life. */
  constructor(metered: WebAssembly.Module, nvm: Nvm, entropy: Uint8Array) {
    const host = {
      entropy: (into: Uint8Array) => {
        into.set(entropy);
        return true;
      },
      nvmRead: (offset: number, into: Uint8Array) => nvm.nvmRead(offset, into),
      nvmWrite: (offset: number, octets: Uint8Array) => nvm.nvmWrite(offset, octets),
    };
    this.station = loadStation(metered, host, { extraExports: true });
    // Loading has asked for the buffers' addresses.
    this.#fuel.value = FULL;
  }

  get #fuel(): WebAssembly.Global {
    return fuelOf(this.station.exports);
  }

  /** Makes one call and says what it took: the meter takes one for every instruction. */
  run<Result>(call: (station: Station) => Result): { readonly result: Result; readonly instructions: number } {
    const before = this.#fuel.value as number;
    const result = call(this.station);
    const instructions = before - (this.#fuel.value as number);
    this.instructions += instructions;
    return { result, instructions };
  }

  /** Power for so many instructions from now on. */
  powerFor(instructions: number): void {
    this.#fuel.value = instructions;
  }

  /** Runs it; true if power failed in it, by fuel or by the NVM. Any other trap is a bug, and passes. */
  diesIn(calls: () => void): boolean {
    try {
      calls();
      return false;
    } catch (error) {
      if (error instanceof PowerFailure || hasDied(this.station.exports)) return true;
      throw error;
    }
  }
}
