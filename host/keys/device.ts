/** One device as its key service knows it: its roots, and what is made of them for others (PROTOCOL.md section 6). */

import type { Crypto } from "../crypto/crypto.ts";
import type { Answer } from "../wire/command.ts";
import { addressKey } from "./address.ts";
import { emitAdopt } from "./adoptcommand.ts";
import type { Grant } from "./link.ts";
import { authenticatorOf, modifierPrimeOf, nextGeneration, pmkOf, proofOf } from "./roots.ts";
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

  /** Copies nothing: `spa` and `root` are its own from now on. */
  constructor(crypto: Crypto, { spa, generation, root, update }: DeviceRecord) {
    this.#crypto = crypto;
    this.spa = spa;
    this.key = addressKey(spa);
    this.#generation = generation;
    this.#root = root;
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

  /** The update to the next generation: the one that is not proven yet, or a new one, which nobody knows of. */
  beginUpdate(master: Uint8Array): RootUpdate {
    if (this.#update === undefined) {
      const generation = nextGeneration(this.#generation);
      const modifierPrime = modifierPrimeOf(this.#crypto, master, generation, this.spa);
      this.#update = new RootUpdate(this.#crypto, this, { generation, modifierPrime });
    }
    return this.#update;
  }

  /** ADOPT for the root that it has here, which EAP made. */
  birth(): Uint8Array {
    const { spa } = this;
    const generation = this.#generation;
    const T = authenticatorOf(this.#crypto, this.#root, { modifierPrime: undefined, generation, spa });
    return emitAdopt({ generation, T });
  }

  /**
   * An update to a root that EAP made, copied, in place of any other: the device has said that it has none of those, in the
   * association that this root is the PMK of.
   */
  replaceUpdate(generation: number, root: Uint8Array): RootUpdate {
    this.#update?.root.fill(0);
    this.#update = new RootUpdate(this.#crypto, this, { generation, root });
    return this.#update;
  }

  /** The proof of this update is durable: the root before is dropped. */
  endUpdate(update: RootUpdate): void {
    if (this.#update !== update) return;
    this.#root.fill(0);
    this.#root = update.root;
    this.#generation = update.generation;
    this.#update = undefined;
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

  /** That of an update counts from its commit on. */
  #roots(): { readonly generation: number; readonly root: Uint8Array }[] {
    const proven = { generation: this.#generation, root: this.#root };
    return this.#update?.isCommitted ? [proven, this.#update] : [proven];
  }
}
