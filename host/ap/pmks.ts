/**
 * What an AP holds for each device (PROTOCOL.md section 1): SPA and PMK, the newest and the one before until the key
 * service has it dropped. In memory, and as durable as that: AccessPoint.restart() does not touch it.
 */

import type { Crypto } from "../crypto/crypto.ts";
import { addressKey } from "../keys/address.ts";
import { type ApPort, type Grant, isSameModifier, type Pmk } from "../keys/link.ts";
import { idOf } from "../wire/id.ts";

export class KnownDevice {
  readonly spa: Uint8Array;
  /** addressKey of its SPA. */
  readonly key: number;
  /** In the MAC header; other devices may have the same. */
  readonly id: number;
  #pmks: readonly Pmk[];

  constructor(hash: Pick<Crypto, "sha256">, { spa, pmks }: Grant) {
    this.spa = spa.slice();
    this.key = addressKey(spa);
    this.id = idOf(hash, spa);
    this.#pmks = pmks;
  }

  /** The newest root generation that the AP has a PMK of, 0..255. */
  get newest(): number {
    return this.#pmks[this.#pmks.length - 1].generation;
  }

  /** The PMK of a root whose generation mod 4 is this: two that are neighbours never share it. */
  pmkOf(bits: number): Pmk | undefined {
    return this.#pmks.find(({ generation }) => (generation & 3) === bits);
  }

  replace(pmks: readonly Pmk[]): void {
    for (const { pmk } of this.#pmks) pmk.fill(0);
    this.#pmks = pmks;
  }
}

const NOBODY: readonly KnownDevice[] = [];

/** All devices under one Modifier. */
class Epoch {
  /** undefined: direct mode. */
  readonly modifier: Uint8Array | undefined;
  readonly byAddress = new Map<number, KnownDevice>();
  /** Whoever an M2 with that ID may be from, in the order in which they came. */
  readonly byId = new Map<number, KnownDevice[]>();

  constructor(modifier: Uint8Array | undefined) {
    this.modifier = modifier?.slice();
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

  /** `aa`: the AP's own address, copied. */
  constructor(aa: Uint8Array, hash: Pick<Crypto, "sha256">) {
    this.aa = aa.slice();
    this.#hash = hash;
  }

  /** 8 octets, the same object for as long as the epoch lasts; undefined: direct mode. */
  get modifier(): Uint8Array | undefined {
    return this.#epoch.modifier;
  }

  /** Devices that it has a PMK of. */
  get size(): number {
    return this.#epoch.byAddress.size;
  }

  candidates(id: number): readonly KnownDevice[] {
    return this.#epoch.byId.get(id) ?? NOBODY;
  }

  device(spa: Uint8Array): KnownDevice | undefined {
    return this.#epoch.byAddress.get(addressKey(spa));
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
