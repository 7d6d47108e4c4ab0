/** One device as its key service knows it: its roots, and what is made of them for others (PROTOCOL.md section 6). */

import type { Crypto } from "../crypto/crypto.ts";
import type { Answer } from "../wire/command.ts";
import { copied } from "../wire/octets.ts";
import { addressKey } from "./address.ts";
import { PROVE } from "./adoptcommand.ts";
import type { Command, Grant } from "./link.ts";
import type { Origin } from "./origin.ts";
import { modifierPrimeOf, nextGeneration, pmkOf, proofOf } from "./roots.ts";
import type { ApRecord, DeviceRecord } from "./store.ts";
import { RootUpdate } from "./update.ts";

export class DeviceKeys implements DeviceRecord {
  readonly spa: Uint8Array;
  /** addressKey of its SPA. */
  readonly key: number;
  /** Its record is durable: nothing is made of its root before. */
  isStored = false;
  readonly #crypto: Crypto;
  #generation: number;
  #root: Uint8Array;
  #update: RootUpdate | undefined;
  #origin: Origin | undefined;

  /** Copies nothing: `spa` and `root` are its own from now on. */
  constructor(crypto: Crypto, { spa, generation, root, update, origin }: DeviceRecord) {
    this.#crypto = crypto;
    this.spa = spa;
    this.key = addressKey(spa);
    this.#generation = generation;
    this.#root = root;
    this.#origin = origin;
    this.#update = update && new RootUpdate(crypto, { spa, generation, root }, update);
  }

  get generation(): number {
    return this.#generation;
  }

  get root(): Uint8Array {
    return this.#root;
  }

  get update(): RootUpdate | undefined {
    return this.#update;
  }

  get origin(): Origin | undefined {
    return this.#origin;
  }

  /** The update to the next generation, which nobody knows of yet; there is none on its way. */
  beginUpdate(master: Uint8Array): RootUpdate {
    const generation = nextGeneration(this.#generation);
    const modifierPrime = modifierPrimeOf(this.#crypto, master, generation, this.spa);
    this.#update = new RootUpdate(this.#crypto, this, { generation, modifierPrime });
    return this.#update;
  }

  /** An update to a root that EAP made, copied, in place of one by EAP that did not arrive. */
  updateByEap(generation: number, root: Uint8Array): RootUpdate {
    this.#update?.root.fill(0);
    this.#update = new RootUpdate(this.#crypto, this, { generation, root });
    return this.#update;
  }

  /** A root that EAP made, copied, in place of all that is here: the device has none of that. It is not proven yet. */
  replaceRoot(generation: number, root: Uint8Array): RootUpdate {
    this.#root.fill(0);
    this.#root = copied(root);
    this.#generation = generation;
    this.#origin = "eap-psk";
    return this.updateByEap(generation, root);
  }

  /** The proof of this update is durable: the root before is dropped. */
  endUpdate(update: RootUpdate): void {
    if (this.#update !== update) return;
    this.#root.fill(0);
    this.#root = update.root;
    this.#generation = update.generation;
    this.#origin = this.originAfter(update);
    this.#update = undefined;
  }

  /** What an update leads to: a root that follows from the one before is of its origin, EAP makes another. */
  originAfter({ modifierPrime }: RootUpdate): Origin | undefined {
    return modifierPrime ? this.#origin : "eap-psk";
  }

  /** Is this the proof of the newest root that is proven already? */
  isKnownProof({ generation, proof }: Answer): boolean {
    if (generation !== this.#generation) return false;
    return this.#crypto.equal(proof, proofOf(this.#crypto, this.#root, generation, this.spa));
  }

  /** Has an AP a right to a PMK of a root whose generation mod 4 is this? */
  hasGeneration(bits: number): boolean {
    return this.#roots().some(({ generation }) => (generation & 3) === bits);
  }

  /** All PMKs of it that this AP may have now. */
  grantFor({ aa, modifier }: ApRecord): Grant {
    const { spa } = this;
    const pmks = this.#roots().map(({ generation, root }) => {
      return { generation, pmk: pmkOf(this.#crypto, root, modifier, { aa, spa }) };
    });
    return { spa, pmks };
  }

  /** What M3s may carry, by the generation of their session: UPDATE once every AP is ready, PROVE if its answer was lost. */
  get commands(): readonly Command[] {
    const update = this.#update;
    if (!update?.isCommitted) return [];
    const prove = { generation: update.generation, octets: PROVE };
    const { command } = update;
    return command ? [{ generation: this.#generation, octets: command }, prove] : [prove];
  }

  /** Nothing is made of a root before its record is durable, be it the first one or one in place of another. */
  get isGrantable(): boolean {
    const isReplaced = this.#update?.generation === this.#generation;
    return this.isStored && (!isReplaced || this.#update?.isCommitted === true);
  }

  /** That of an update counts from its commit on. */
  #roots(): { readonly generation: number; readonly root: Uint8Array }[] {
    const root = { generation: this.#generation, root: this.#root };
    const update = this.#update;
    return update?.isCommitted && update.generation !== this.#generation ? [root, update] : [root];
  }
}
