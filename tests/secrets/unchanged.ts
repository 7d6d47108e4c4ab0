/**
 * AMP-R4: a call that refuses has changed nothing but scratch memory, which is wiped: neither another octet of memory,
 * nor a global of the module, nor the NVM record.
 */
import { STATUS } from "../../host/device/abi.ts";
import type { Station } from "../../host/device/load.ts";
import type { Nvm } from "../../host/device/nvm.ts";
import { layoutAt } from "../../host/fuzz/station/layout.ts";
import { Snapshot } from "../../host/fuzz/station/snapshot.ts";
import { globalsIn } from "../support/deviceglobals.ts";
import { equal } from "../twin/bytes.ts";
import { FC } from "../twin/frames.ts";
import type { Made } from "./hand.ts";

/** Behind the MIC of an M3 these refuse its command; the session has moved on. */
const OF_COMMAND: readonly number[] = [STATUS["bad command"], STATUS["NVM failed"]];
/** Before its SNonce an M1 may look at the record and draw noise anew. */
const OF_START: readonly number[] = [STATUS["NVM failed"], STATUS["entropy failed"]];

export class Unchanged {
  readonly #station: Station;
  readonly #nvm: Nvm;
  readonly #snapshot: Snapshot;
  #octets: Uint8Array;

  /** `station`: of a module withGlobals. */
  constructor(station: Station, nvm: Nvm) {
    const { exports, memory } = station;
    this.#station = station;
    this.#nvm = nvm;
    this.#octets = nvm.octets.slice();
    const layout = layoutAt(exports.amp_rx_buffer());
    this.#snapshot = new Snapshot(memory.subarray(0, exports.__heap_base.value), globalsIn(exports), layout);
  }

  before(): void {
    this.#snapshot.take();
    this.#octets = this.#nvm.octets.slice();
  }

  /** What a refused call has changed, in one sentence; undefined: nothing, or it did not refuse. */
  difference({ name, result }: Made): string | undefined {
    if (result >= 0) return undefined;
    const isTrigger = this.#station.memory[this.#station.exports.amp_rx_buffer()] === FC.trigger;
    const isCommand = name === "amp_receive" && !isTrigger && OF_COMMAND.includes(result);
    if (isCommand) return undefined;
    if (!equal(this.#nvm.octets, this.#octets)) return "NVM was written";
    // A boot that fails has wiped all RAM.
    if (name === "amp_boot") return undefined;
    return this.#snapshot.difference(name === "amp_receive" && isTrigger && OF_START.includes(result));
  }
}
