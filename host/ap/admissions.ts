/**
 * Devices that another AP sent here (docs/PROTOCOL.md section 9): the handover PMK of each, and the name that an M1 asks for
 * it by. They are no part of an epoch: a key service need not serve this AP.
 */

import type { Crypto } from "../crypto/crypto.ts";
import { addressKey, checkAddress } from "../keys/address.ts";
import { checkNumber, checkOctets, equalOctets } from "../wire/octets.ts";
import { MODIFIER_OCTETS } from "../wire/trigger.ts";
import { KnownDevice } from "./knowndevice.ts";

const PMK_OCTETS = 32;

/** What a handover left at the next AP. */
export interface HandoverGrant {
  readonly spa: Uint8Array;
  /** Of the device's root in the session in which it was told, 0..255. */
  readonly generation: number;
  /** 8 octets. */
  readonly name: Uint8Array;
  /** 32 octets; the caller's to wipe. */
  readonly pmk: Uint8Array;
}

export interface Admission {
  /** With the handover PMK, and no other. */
  readonly device: KnownDevice;
  /** The Modifier of its M1s; the same object for as long as the admission lasts. */
  readonly name: Uint8Array;
}

export class Admissions {
  readonly #hash: Pick<Crypto, "sha256">;
  /** By addressKey of the SPA. */
  readonly #byAddress = new Map<number, Admission>();
  /** In the order in which they came. */
  readonly #byId = new Map<number, Set<KnownDevice>>();

  constructor(hash: Pick<Crypto, "sha256">) {
    this.#hash = hash;
  }

  of(spa: Uint8Array): Admission | undefined {
    return this.#byAddress.get(addressKey(spa));
  }

  /** Has one of them that ID? */
  has(id: number): boolean {
    return this.#byId.has(id);
  }

  /** Those that a frame with that ID may be from, in the order in which they came. */
  sharing(id: number): Iterable<KnownDevice> {
    return this.#byId.get(id) ?? [];
  }

  /**
   * In place of the one before. The same once more changes nothing: the device may be about to answer.
   * @throws RangeError naming the field.
   */
  admit({ spa, generation, name, pmk }: HandoverGrant): void {
    checkAddress("spa", spa);
    checkNumber("generation", generation, 0, 0xff);
    checkOctets("name", name, MODIFIER_OCTETS);
    checkOctets("pmk", pmk, PMK_OCTETS);
    const known = this.of(spa);
    if (known?.device.newest === generation && equalOctets(known.name, name)) return;
    this.forget(spa);
    const device = new KnownDevice(this.#hash, { spa, pmks: [{ generation, pmk: pmk.slice() }] });
    this.#byAddress.set(device.key, { device, name: name.slice() });
    const sharing = this.#byId.get(device.id) ?? new Set();
    this.#byId.set(device.id, sharing.add(device));
  }

  /** Wipes its PMK; nothing happens if it was not admitted. */
  forget(spa: Uint8Array): void {
    const device = this.of(spa)?.device;
    if (device === undefined) return;
    this.#byAddress.delete(device.key);
    const sharing = this.#byId.get(device.id);
    sharing?.delete(device);
    if (sharing?.size === 0) this.#byId.delete(device.id);
    device.replace([]);
  }
}
