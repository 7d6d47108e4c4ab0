/**
 * One root update of one device on the key service's side (PROTOCOL.md section 6), from its beginning to its proof:
 *
 *     begun -> committed() -> acknowledged(ap) by every AP -> UPDATE may be handed out -> isProof() -> over
 *
 * There is no way round a step: UPDATE is made by the object that has seen all of them, and T not before.
 */

import type { Crypto } from "../crypto/crypto.ts";
import { type Answer, emitCommand } from "../wire/command.ts";
import { authenticatorOf, proofOf, rootAfter } from "./roots.ts";
import type { DeviceRecord, UpdateRecord } from "./store.ts";

export class RootUpdate implements UpdateRecord {
  readonly generation: number;
  readonly modifierPrime: Uint8Array;
  /** root_{g+1}: nothing may be made of it for others before the commit. */
  readonly root: Uint8Array;
  readonly #crypto: Crypto;
  readonly #spa: Uint8Array;
  readonly #rootBefore: Uint8Array;
  /** APs, by address, that have not committed their PMK of the new generation; undefined before the commit. */
  #outstanding: Set<number> | undefined;
  #command: Uint8Array | undefined;

  /** `device` is as it was before the update; its root is used until the proof, and not wiped here. */
  constructor(crypto: Crypto, device: Omit<DeviceRecord, "update">, { generation, modifierPrime }: UpdateRecord) {
    const { spa } = device;
    this.#crypto = crypto;
    this.#spa = spa;
    this.#rootBefore = device.root;
    this.generation = generation;
    this.modifierPrime = modifierPrime;
    this.root = rootAfter(crypto, device.root, { modifierPrime, generation, spa });
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

  /** Step 3: UPDATE, as the payload of an M3; undefined before steps 1 and 2 are done. */
  get command(): Uint8Array | undefined {
    if (this.#outstanding === undefined || this.#outstanding.size > 0) return undefined;
    this.#command ??= this.#makeCommand();
    return this.#command;
  }

  /** Step 4, which alone ends it: does the device have the new root? The comparison takes the same time either way. */
  isProof({ generation, proof }: Answer): boolean {
    if (!this.isCommitted || generation !== this.generation) return false;
    return this.#crypto.equal(proof, proofOf(this.#crypto, this.root, generation, this.#spa));
  }

  #makeCommand(): Uint8Array {
    const { generation, modifierPrime } = this;
    const T = authenticatorOf(this.#crypto, this.#rootBefore, { modifierPrime, generation, spa: this.#spa });
    return emitCommand({ command: "UPDATE", generation, modifierPrime, T });
  }
}
