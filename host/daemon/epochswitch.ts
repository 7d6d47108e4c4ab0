/** An AP's table of PMKs, which goes over to a new epoch only between two rounds: that would end those that are open. */

import type { PmkTable } from "../ap/pmks.ts";
import type { ApPort, Grant } from "../keys/link.ts";

export class EpochSwitch implements ApPort {
  readonly aa: Uint8Array;
  readonly #table: PmkTable;
  readonly #between: (begin: () => void) => void;
  /** One more with each epoch that is told: only the last may begin. */
  #epoch = 0;

  /** `between` calls back when no round is open. */
  constructor(table: PmkTable, between: (begin: () => void) => void) {
    this.aa = table.aa;
    this.#table = table;
    this.#between = between;
  }

  assign(modifier: Uint8Array | undefined, done: () => void): void {
    this.#epoch++;
    this.#table.assign(modifier, done);
  }

  hold(grant: Grant, done: () => void): void {
    this.#table.hold(grant, done);
  }

  begin(done: () => void): void {
    const epoch = this.#epoch;
    this.#between(() => {
      if (epoch === this.#epoch) this.#table.begin(done);
    });
  }
}
