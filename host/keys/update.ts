/**
 * One root update of one device on the key service's side (PROTOCOL.md section 6, and docs/RSN.md section 9 for a root that
 * EAP made), from its beginning to its proof:
 *
 *     begun -> committed() -> acknowledged(ap) by every AP -> UPDATE or ADOPT may be handed out -> isProof() -> over
 *
 * There is no way round a step: the command is made by the object that has seen all of them, and T not before.
 */

import type { Crypto } from "../crypto/crypto.ts";
import { type Answer, emitCommand } from "../wire/command.ts";
import { emitAdopt } from "./adoptcommand.ts";
import { authenticatorOf, proofOf, rootBy } from "./roots.ts";
import type { DeviceRecord, UpdateRecord } from "./store.ts";

export class RootUpdate implements UpdateRecord {
  readonly generation: number;
  /** undefined: EAP made the root. */
  readonly modifierPrime: Uint8Array | undefined;
  /** root_{g+1}: nothing may be made of it for others before the commit. */
  readonly root: Uint8Array;
  readonly #crypto: Crypto;
  readonly #spa: Uint8Array;
  readonly #rootBefore: Uint8Array;
  /** APs, by address, that have not committed their PMK of the new generation; undefined before the commit. */
  #outstanding: Set<number> | undefined;
  #command: Uint8Array | undefined;

  /** `device` is as it was before the update; its root is used until the proof, and not wiped here. */
  constructor(crypto: Crypto, device: Omit<DeviceRecord, "update">, update: UpdateRecord) {
    const { spa } = device;
    this.#crypto = crypto;
    this.#spa = spa;
    this.#rootBefore = device.root;
    this.generation = update.generation;
    this.modifierPrime = update.modifierPrime;
    this.root = rootBy(crypto, device.root, update, spa);
  }

  /** Step 1: {g+1, Modifier'} is durable. `aps` is everyone who has to hold a PMK of it before the device does. */
  committed(aps: Iterable<number>): void {
    this.#outstanding ??= new Set(aps);
  }

  get isCommitted(): boolean {
    return this.#outstanding !== undefined;
  }

  /** One AP more, or one that may have lost what it held. */
  awaits(ap: number): void {
    this.#outstanding?.add(ap);
  }

  /** Step 2: this AP has committed its PMK of the new generation, or is served no more. */
  acknowledged(ap: number): void {
    this.#outstanding?.delete(ap);
  }

  /** Steps 1 and 2 are done. */
  get isReady(): boolean {
    return this.#outstanding?.size === 0;
  }

  /** Step 3: UPDATE, as the payload of an M3; undefined before steps 1 and 2 are done, and where EAP made the root. */
  get command(): Uint8Array | undefined {
    const { generation, modifierPrime } = this;
    if (!this.isReady || !modifierPrime) return undefined;
    this.#command ??= emitCommand({
      command: "UPDATE",
      generation,
      modifierPrime,
      T: this.#authenticator(this.#rootBefore),
    });
    return this.#command;
  }

  /** Step 3 where EAP made the root: ADOPT, for the association that it is the PMK of; undefined before, and elsewhere. */
  get adoption(): Uint8Array | undefined {
    const { generation, modifierPrime, root } = this;
    if (!this.isReady || modifierPrime) return undefined;
    this.#command ??= emitAdopt({ generation, T: this.#authenticator(root) });
    return this.#command;
  }

  /** Step 4, which alone ends it: does the device have the new root? The comparison takes the same time either way. */
  isProof({ generation, proof }: Answer): boolean {
    if (!this.isCommitted || generation !== this.generation) return false;
    return this.#crypto.equal(proof, proofOf(this.#crypto, this.root, generation, this.#spa));
  }

  #authenticator(key: Uint8Array): Uint8Array {
    const { generation, modifierPrime } = this;
    return authenticatorOf(this.#crypto, key, { modifierPrime, generation, spa: this.#spa });
  }
}
