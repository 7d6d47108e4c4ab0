/** One AP as its key service sees it: which Modifier its PMKs are made with, and what it has committed of that. */

import { addressKey } from "./address.ts";
import type { ApPort, Command, Grant } from "./link.ts";
import type { ApRecord } from "./store.ts";

export class ServedAp implements ApRecord {
  /** addressKey of its AA. */
  readonly key: number;
  readonly aa: Uint8Array;
  /** Where it is reached; undefined while the AP of a record has not come back yet. */
  port: ApPort | undefined;
  /** It is being dismissed: nothing begins for it any more. */
  isLeaving = false;
  #modifier: Uint8Array | undefined;
  /** It has committed this Modifier, and then that it uses it. */
  #isAssigned = false;
  #isBegun = false;
  /** By device: what is committed of an epoch that is not used yet, and counts from its beginning on. */
  readonly #early = new Map<number, () => void>();

  /** Copies nothing. */
  constructor({ aa, modifier }: ApRecord) {
    this.key = addressKey(aa);
    this.aa = aa;
    this.#modifier = modifier;
  }

  get modifier(): Uint8Array | undefined {
    return this.#modifier;
  }

  /** Prepares an epoch, or the one that it is in anew; `done` when the AP has committed it, and no other has been told. */
  assign(modifier: Uint8Array | undefined, done: () => void): void {
    this.#modifier = modifier;
    this.#isAssigned = false;
    this.#isBegun = false;
    this.#early.clear();
    const { port } = this;
    port?.assign(modifier, () => {
      if (!this.#isOf(port, modifier)) return;
      this.#isAssigned = true;
      done();
    });
  }

  /**
   * Gives it a grant of this epoch, unless it is not ready for one. `done`, if anybody wants to know: it has committed that
   * and uses the epoch, which still lasts.
   */
  hold(grantOf: (ap: ApRecord) => Grant, done: (() => void) | undefined): void {
    if (!this.#isAssigned) return;
    const { port } = this;
    const modifier = this.#modifier;
    const grant = grantOf(this);
    const key = addressKey(grant.spa);
    port?.hold(grant, () => {
      if (!done || !this.#isOf(port, modifier)) return;
      if (this.#isBegun) done();
      // Of two for one device the later counts: however often an AP asks, it has one place here.
      else this.#early.set(key, done);
    });
  }

  /** All devices have been given: the epoch may begin; `done` when it has, and still lasts. */
  begin(done: () => void): void {
    const { port } = this;
    const modifier = this.#modifier;
    port?.begin(() => {
      if (!this.#isOf(port, modifier)) return;
      this.#isBegun = true;
      for (const early of this.#early.values()) early();
      this.#early.clear();
      done();
    });
  }

  tell(spa: Uint8Array, commands: readonly Command[]): void {
    this.port?.tell?.(spa, commands);
  }

  /** Is this word of the connection and the epoch that it has now? */
  #isOf(port: ApPort, modifier: Uint8Array | undefined): boolean {
    return this.port === port && this.#modifier === modifier;
  }
}
