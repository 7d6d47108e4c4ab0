/*
 * What the fuzzed device stands on: NVM in memory, a source of noise, and faults of both. It sees to it that the module
 * asks only when it may, and only for what there is.
 */
import { NVM_OCTETS } from "../../device/abi.ts";
import type { StationHost } from "../../device/host.ts";
import { repairRecord } from "../record.ts";
import type { FAULTS, Step } from "./step.ts";
import { IMAGE, NOISE } from "./world.ts";

/** The module asked for what it may not: a finding. */
export class HostError extends Error {
  override readonly name = "HostError";
}

export class Surroundings implements StationHost {
  readonly nvm = new Uint8Array(NVM_OCTETS);
  /** Imports may be called: amp_boot or amp_receive is running. */
  isAsked = false;
  /** Octets written to NVM in the call that is running. */
  written = 0;
  #cycle = 0;
  #fault: (typeof FAULTS)[number] = "none";
  /** Accesses of the faulty kind that still work. */
  #left = 0;

  /** A new device. */
  reset(): void {
    this.nvm.set(IMAGE);
    this.#cycle = 0;
    this.#fault = "none";
  }

  powerUp(): void {
    this.#cycle++;
    this.#fault = "none";
  }

  breakdown(fault: (typeof FAULTS)[number], after: number): void {
    this.#fault = fault;
    this.#left = after;
  }

  /** Puts octets into the record, as nothing of the device's does; answers what a "nvm" step without repair would put. */
  edit({ a, b, octets }: Step): void {
    const at = a % NVM_OCTETS;
    this.nvm.set(octets.subarray(0, NVM_OCTETS - at), at);
    if ((b & 1) === 1) repairRecord(this.nvm, at);
  }

  entropy(into: Uint8Array): boolean {
    this.#check("entropy");
    into.set(NOISE[this.#cycle % NOISE.length].subarray(0, into.length));
    if (this.#fault === "entropy stuck") into.fill(into[0], Math.min(this.#left, into.length));
    return this.#fault !== "entropy fails";
  }

  nvmRead(offset: number, into: Uint8Array): boolean {
    this.#check("nvmRead", offset, into.length);
    if (this.#fails("read fails")) return false;
    into.set(this.nvm.subarray(offset, offset + into.length));
    return true;
  }

  /** One that fails has written half of its octets. */
  nvmWrite(offset: number, octets: Uint8Array): boolean {
    this.#check("nvmWrite", offset, octets.length);
    const failed = this.#fails("write fails");
    const complete = failed ? octets.length >> 1 : octets.length;
    this.nvm.set(octets.subarray(0, complete), offset);
    this.written += complete;
    return !failed;
  }

  #fails(fault: (typeof FAULTS)[number]): boolean {
    if (this.#fault !== fault) return false;
    if (this.#left === 0) return true;
    this.#left--;
    return false;
  }

  #check(name: string, offset = 0, length = 0): void {
    if (!this.isAsked) throw new HostError(`${name} was called from neither amp_boot nor amp_receive`);
    if (offset < 0 || offset + length > NVM_OCTETS) {
      throw new HostError(`${name} asked for octets ${offset} .. ${offset + length - 1} of the record`);
    }
  }
}
