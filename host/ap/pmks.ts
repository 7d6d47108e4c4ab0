/**
 * What an AP holds for each device (PROTOCOL.md section 1): SPA and PMK, the newest and the one before until the key
 * service has it dropped. In memory, and as durable as that: AccessPoint.restart() does not touch it.
 */

import type { Crypto } from "../crypto/crypto.ts";
import { addressKey } from "../keys/address.ts";
import { type ApPort, type Grant, isSameModifier } from "../keys/link.ts";
import { copied } from "../wire/octets.ts";
import { type Admission, Admissions, type HandoverGrant } from "./admissions.ts";
import { KnownDevice } from "./knowndevice.ts";

const NOBODY: readonly KnownDevice[] = [];

/** All devices under one Modifier. */
class Epoch {
  /** undefined: direct mode. */
  readonly modifier: Uint8Array | undefined;
  readonly byAddress = new Map<number, KnownDevice>();
  /** Whoever an M2 with that ID may be from, in the order in which they came. */
  readonly byId = new Map<number, KnownDevice[]>();

  constructor(modifier: Uint8Array | undefined) {
    this.modifier = modifier && copied(modifier);
  }

  hold(hash: Pick<Crypto, "sha256">, grant: Grant): void {
    const known = this.byAddress.get(addressKey(grant.spa));
    if (known) {
      known.replace(grant.pmks);
      return;
    }
    const device = new KnownDevice(hash, grant);
    this.byAddress.set(device.key, device);
    const sharing = this.byId.get(device.id);
    if (sharing) sharing.push(device);
    else this.byId.set(device.id, [device]);
  }

  wipe(): void {
    for (const device of this.byAddress.values()) device.replace([]);
    this.byAddress.clear();
    this.byId.clear();
  }
}

export class PmkTable implements ApPort {
  readonly aa: Uint8Array;
  readonly #hash: Pick<Crypto, "sha256">;
  #epoch = new Epoch(undefined);
  /** That which is being given; the one in use if that is given anew. */
  #given = this.#epoch;
  readonly #admissions: Admissions;

  /** `aa`: the AP's own address, copied. */
  constructor(aa: Uint8Array, hash: Pick<Crypto, "sha256">) {
    this.aa = copied(aa);
    this.#hash = hash;
    this.#admissions = new Admissions(hash);
  }

  /** 8 octets, the same object for as long as the epoch lasts; undefined: direct mode. */
  get modifier(): Uint8Array | undefined {
    return this.#epoch.modifier;
  }

  /** Devices that it has a PMK of; those that were only admitted do not count. */
  get size(): number {
    return this.#epoch.byAddress.size;
  }

  candidates(id: number): readonly KnownDevice[] {
    return this.#epoch.byId.get(id) ?? NOBODY;
  }

  device(spa: Uint8Array): KnownDevice | undefined {
    return this.#epoch.byAddress.get(addressKey(spa));
  }

  /** Whoever a frame with that ID may be from in a session: the candidates, and who was only admitted. */
  *peers(id: number): Iterable<KnownDevice> {
    yield* this.candidates(id);
    for (const device of this.#admissions.sharing(id)) if (!this.#epoch.byAddress.has(device.key)) yield device;
  }

  /** May a frame with that ID be from a device of this AP? */
  serves(id: number): boolean {
    return this.candidates(id).length > 0 || this.#admissions.has(id);
  }

  admitted(spa: Uint8Array): Admission | undefined {
    return this.#admissions.of(spa);
  }

  /**
   * A device that another AP sends here; the AP need not have an ordinary PMK of it. The same handover once more changes
   * nothing. The octets are copied.
   * @throws RangeError naming the field.
   */
  admit(handover: HandoverGrant): void {
    this.#admissions.admit(handover);
  }

  /** Wipes what `admit` left; the ordinary PMK stays. */
  forget(spa: Uint8Array): void {
    this.#admissions.forget(spa);
  }

  assign(modifier: Uint8Array | undefined, done: () => void): void {
    if (this.#given !== this.#epoch) this.#given.wipe();
    this.#given = isSameModifier(this.#epoch.modifier, modifier) ? this.#epoch : new Epoch(modifier);
    done();
  }

  hold(grant: Grant, done: () => void): void {
    this.#given.hold(this.#hash, grant);
    done();
  }

  begin(done: () => void): void {
    if (this.#given !== this.#epoch) this.#epoch.wipe();
    this.#epoch = this.#given;
    done();
  }
}
