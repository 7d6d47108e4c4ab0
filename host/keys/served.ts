/** One AP as its key service sees it: which Modifier its PMKs are made with, and what it has committed of that. */

import { addressKey } from "./address.ts";
import type { ApPort, Grant } from "./link.ts";
import type { ApRecord } from "./store.ts";

export class ServedAp implements ApRecord {
  /** addressKey of its AA. */
  readonly key: number;
  readonly aa: Uint8Array;
  /** Where it is reached; undefined while the AP of a record has not come back yet. */
  port: ApPort | undefined;
  #modifier: Uint8Array | undefined;
  /** It has committed this Modifier. */
  #isAssigned = false;

  /** Copies nothing. */
  constructor({ aa, modifier }: ApRecord) {
    this.key = addressKey(aa);
    this.aa = aa;
    this.#modifier = modifier;
  }

  get modifier(): Uint8Array | undefined {
    return this.#modifier;
  }

  /** Begins an epoch, or the one that it is in anew; `done` when the AP has committed it, and no other has begun. */
  assign(modifier: Uint8Array | undefined, done: () => void): void {
    this.#modifier = modifier;
    this.#isAssigned = false;
    this.port?.assign(modifier, () => {
      if (this.#modifier !== modifier) return;
      this.#isAssigned = true;
      done();
    });
  }

  /** Gives it a grant of this epoch, unless it is not ready for one; `done` when it has committed that, and the epoch lasts. */
  hold(grantOf: (ap: ApRecord) => Grant, done: () => void): void {
    if (!this.#isAssigned) return;
    const modifier = this.#modifier;
    this.port?.hold(grantOf(this), () => {
      if (this.#modifier === modifier) done();
    });
  }
}
