/*
 * Every key of one device, as someone knows them who holds its PSK and the key service's master key: roots of all
 * generations, PMKs of all APs, the PTK of each exchange.
 */
import type { Crypto } from "../crypto/crypto.ts";
import { hmacMidstates } from "../keys/midstate.ts";
import { modifierPrimeOf, pmkOf, rootAfter } from "../keys/roots.ts";
import { compareOctets, concat } from "../wire/octets.ts";
import { deriveSessionKeys, type SessionKeys } from "../wire/ptk.ts";
import type { Trigger } from "../wire/trigger.ts";

export interface Secrets {
  readonly spa: Uint8Array;
  /** Root of generation 0. */
  readonly psk: Uint8Array;
  /** The service master key, of which every update follows. */
  readonly master: Uint8Array;
}

/** Roots are derived this far beyond the newest that was seen in use: what is beyond is nobody's. */
const AHEAD = 4;

export class Keyring {
  readonly #crypto: Crypto;
  readonly #secrets: Secrets;
  /** By generation, counted on where the octet of it wraps. */
  readonly #roots: Uint8Array[] = [];
  readonly #midstates: (Uint8Array | undefined)[] = [];
  readonly #pmks = new Map<string, Uint8Array>();

  constructor(crypto: Crypto, secrets: Secrets) {
    this.#crypto = crypto;
    this.#secrets = secrets;
    this.#roots.push(secrets.psk.slice());
    this.#deriveTo(AHEAD);
  }

  /** A root is in use: those behind it become possible. */
  saw(generation: number): void {
    this.#deriveTo(generation + AHEAD);
  }

  /** The keys that an M2 with this SNonce is made under if its root is of that generation. */
  sessionKeys({ aa, aNonce, modifier }: Trigger, sNonce: Uint8Array, generation: number): SessionKeys {
    const { spa } = this.#secrets;
    return deriveSessionKeys(this.#crypto, this.#pmk(generation, aa, modifier), { aa, spa, aNonce, sNonce });
  }

  /** Generations whose number modulo 4 is this, the newest first. */
  candidates(bits: number): number[] {
    return [...this.#roots.keys()].filter((generation) => (generation & 3) === bits).reverse();
  }

  /** Does a root slot of the NVM record (PROTOCOL.md section 7: inner ‖ outer behind 4 octets) hold a root of that octet? */
  isRoot(octet: number, slot: Uint8Array): boolean {
    return [...this.#roots.keys()].some((generation) => {
      if ((generation & 0xff) !== octet) return false;
      this.#midstates[generation] ??= midstatesOf(this.#roots[generation]);
      return compareOctets(slot.subarray(4, 68), this.#midstates[generation]) === 0;
    });
  }

  #deriveTo(newest: number): void {
    const { master, spa } = this.#secrets;
    while (this.#roots.length <= newest) {
      const generation = this.#roots.length & 0xff;
      const modifierPrime = modifierPrimeOf(this.#crypto, master, generation, spa);
      this.#roots.push(
        rootAfter(this.#crypto, this.#roots[this.#roots.length - 1], { modifierPrime, generation, spa }),
      );
    }
  }

  #pmk(generation: number, aa: Uint8Array, modifier: Uint8Array | undefined): Uint8Array {
    const key = String.fromCharCode(generation & 0xffff, ...aa, ...(modifier ?? []));
    let pmk = this.#pmks.get(key);
    if (pmk === undefined) {
      pmk = pmkOf(this.#crypto, this.#roots[generation], modifier, { aa, spa: this.#secrets.spa });
      this.#pmks.set(key, pmk);
    }
    return pmk;
  }
}

function midstatesOf(root: Uint8Array): Uint8Array {
  const { inner, outer } = hmacMidstates(root);
  return concat(inner, outer);
}
