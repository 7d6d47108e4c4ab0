/*
 * The station's NVM in memory: the record that survives power loss, and everything that can go wrong with it. It follows
 * PROTOCOL.md section 7: a write goes octet by octet, ascending; when power fails in it, the octets before the cut are
 * new, the octet in flight has any value, the later ones are old.
 */
import { checkIsOctets, checkNumber, copied } from "../wire/octets.ts";
import { NVM_OCTETS, ROAMING_NVM_OCTETS } from "./abi.ts";
import type { StationHost } from "./host.ts";

/** Thrown out of an import at the instant power fails: the instance that called is dead and must not be used again. */
export class PowerFailure extends Error {
  override readonly name = "PowerFailure";
}

/** What the octet in flight becomes: its old value, its new one, or that number (0x00, 0xFF, a random one). */
export type Torn = "old" | "new" | number;

/** One nvmWrite: as asked for, and how many of its octets were reached. */
export interface NvmWrite {
  readonly offset: number;
  readonly octets: Uint8Array;
  readonly written: number;
}

/** An access that fails (-1): how many of a write's octets are written all the same. */
export interface NvmFault {
  readonly written: number;
}

/** The NVM of one station: what outlives its power. */
export class Nvm implements Pick<StationHost, "nvmRead" | "nvmWrite"> {
  /** The octets themselves. A test may change them between two power cycles. */
  readonly octets: Uint8Array;
  /** Every write since this was set to a list; undefined: none is kept. */
  log: NvmWrite[] | undefined;
  /** Octets reached by writes since the last powerUp, the torn one included. */
  written = 0;
  /** Answers true: this read fails. */
  failRead: ((offset: number, length: number) => boolean) | undefined;
  /** Answers a fault: this write fails. */
  failWrite: ((offset: number, octets: Uint8Array) => NvmFault | undefined) | undefined;
  #cut: { at: number; torn: Torn } | undefined;
  #powered = true;

  /**
   * `image`: what to start from, copied; all zeros if left out. `octets`: how many a record has; if left out an AMP
   * station's, or a roaming one's when the image is of that size.
   */
  constructor(image?: Uint8Array, octets = image?.length === ROAMING_NVM_OCTETS ? ROAMING_NVM_OCTETS : NVM_OCTETS) {
    if (image !== undefined) checkIsOctets("image", image);
    if (image && image.length !== octets)
      throw new RangeError(`an NVM image has ${octets} octets, not ${image.length}`);
    this.octets = image ? copied(image) : new Uint8Array(octets);
  }

  /**
   * Power will fail while the n-th octet written from now on is in flight; n >= 1. Then every access throws until powerUp.
   * @throws RangeError for what is no such octet, or nothing that one can become.
   */
  cutAt(n: number, torn: Torn): void {
    if (!(Number.isInteger(n) && n >= 1)) throw new RangeError(`there is no octet ${n} to cut at: they count from 1`);
    if (torn !== "old" && torn !== "new") checkNumber("torn", torn, 0, 0xff);
    this.#cut = { at: this.written + n, torn };
  }

  /** Power is back; nothing is planned any more: no cut, no faults. */
  powerUp(): void {
    this.#cut = undefined;
    this.#powered = true;
    this.written = 0;
    this.failRead = undefined;
    this.failWrite = undefined;
  }

  nvmRead(offset: number, into: Uint8Array): boolean {
    this.#check(offset, into.length);
    if (this.failRead?.(offset, into.length)) return false;
    into.set(this.octets.subarray(offset, offset + into.length));
    return true;
  }

  nvmWrite(offset: number, octets: Uint8Array): boolean {
    this.#check(offset, octets.length);
    const fault = this.failWrite?.(offset, octets);
    const length = fault ? Math.min(fault.written, octets.length) : octets.length;
    const beforeCut = this.#cut ? this.#cut.at - this.written : Number.POSITIVE_INFINITY;
    const reached = Math.min(length, beforeCut);
    this.log?.push({ offset, octets: octets.slice(), written: reached });
    this.written += reached;
    const inFlight = offset + reached - 1;
    const old = this.octets[inFlight];
    this.octets.set(octets.subarray(0, reached), offset);
    if (this.#cut && reached === beforeCut) {
      const { torn } = this.#cut;
      if (torn !== "new") this.octets[inFlight] = torn === "old" ? old : torn;
      this.#powered = false;
      throw new PowerFailure(`power failed while NVM octet ${inFlight} was written`);
    }
    return fault === undefined;
  }

  #check(offset: number, length: number): void {
    if (!this.#powered) throw new PowerFailure("the NVM has no power");
    if (offset < 0 || offset + length > this.octets.length) {
      const roaming = this.octets.length === NVM_OCTETS ? `, and a roaming station's ${ROAMING_NVM_OCTETS}` : "";
      throw new RangeError(
        `NVM octets ${offset} .. ${offset + length - 1} are outside the record, which has ${this.octets.length}${roaming}`,
      );
    }
  }
}
