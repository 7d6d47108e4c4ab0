/** An AP's store of PMKs as the key service sees it, from which one station's PMK is kept back until somebody asks for it. */

import type { ApPort } from "../keys/link.ts";
import { equalOctets } from "../wire/octets.ts";
import type { PmkTable } from "./pmks.ts";

export class Withheld implements ApPort {
  readonly #table: PmkTable;
  readonly #spa: Uint8Array;
  #isKept: boolean;
  #grant: Parameters<ApPort["hold"]>[0] | undefined;

  constructor(table: PmkTable, spa: Uint8Array, isKept: boolean) {
    this.#table = table;
    this.#spa = spa;
    this.#isKept = isKept;
  }

  get aa(): Uint8Array {
    return this.#table.aa;
  }

  assign(...given: Parameters<ApPort["assign"]>): void {
    this.#table.assign(...given);
  }

  hold(grant: Parameters<ApPort["hold"]>[0], done: () => void): void {
    if (!this.#isKept || !equalOctets(grant.spa, this.#spa)) this.#table.hold(grant, done);
    else {
      this.#grant = grant;
      done();
    }
  }

  begin(done: () => void): void {
    this.#table.begin(done);
  }

  /** The key service's answer has come. */
  give(): void {
    this.#isKept = false;
    if (this.#grant) this.#table.hold(this.#grant, () => {});
    this.#grant = undefined;
  }
}
