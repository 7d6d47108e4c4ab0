/** One device, as an AP knows it: SPA, ID and the PMKs of one or two generations (PROTOCOL.md section 1). */

import type { Crypto } from "../crypto/crypto.ts";
import { addressKey } from "../keys/address.ts";
import type { Grant, Pmk } from "../keys/link.ts";
import { idOf } from "../wire/id.ts";
import { copied } from "../wire/octets.ts";

export class KnownDevice {
  readonly spa: Uint8Array;
  /** addressKey of its SPA. */
  readonly key: number;
  /** In the MAC header; other devices may have the same. */
  readonly id: number;
  #pmks: readonly Pmk[];

  constructor(hash: Pick<Crypto, "sha256">, { spa, pmks }: Grant) {
    this.spa = copied(spa);
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
