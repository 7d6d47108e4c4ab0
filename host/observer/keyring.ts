/*
 * Every key of one device, as someone knows them who holds its PSK and the key service's master key: roots of all
 * generations, PMKs of all APs, the PTK of each exchange.
 */
import type { Crypto } from "../crypto/crypto.ts";
import { hmacMidstates } from "../keys/midstate.ts";
import { modifierPrimeOf, nextGeneration, pmkOf, rootAfter } from "../keys/roots.ts";
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

/** Generations after the PSK's that one device goes through here: what is beyond is nobody's. */
const GENERATIONS = 4;

export class Keyring {
  readonly #crypto: Crypto;
  readonly #secrets: Secrets;
  /** By generation. */
  readonly #roots: readonly Uint8Array[];
  readonly #midstates: (Uint8Array | undefined)[] = [];
  readonly #pmks = new Map<string, Uint8Array>();

  constructor(crypto: Crypto, secrets: Secrets) {
    this.#crypto = crypto;
    this.#secrets = secrets;
    this.#roots = rootsOf(crypto, secrets);
  }

  /** The keys that an M2 with this SNonce is made under if its root is of that generation. */
  sessionKeys({ aa, aNonce, modifier }: Trigger, sNonce: Uint8Array, generation: number): SessionKeys {
    const { spa } = this.#secrets;
    return deriveSessionKeys(this.#crypto, this.#pmk(generation, aa, modifier), { aa, spa, aNonce, sNonce });
  }

  /** Generations whose number modulo 4 is this. */
  candidates(bits: number): number[] {
    return this.#roots.map((_, generation) => generation).filter((generation) => (generation & 3) === bits);
  }

  /** Does a root slot of the NVM record (PROTOCOL.md section 7: inner ‖ outer behind 4 octets) hold that root? */
  isRoot(generation: number, slot: Uint8Array): boolean {
    const root = this.#roots[generation];
    if (root === undefined) return false;
    this.#midstates[generation] ??= midstatesOf(root);
    return compareOctets(slot.subarray(4, 68), this.#midstates[generation]) === 0;
  }

  #pmk(generation: number, aa: Uint8Array, modifier: Uint8Array | undefined): Uint8Array {
    const key = String.fromCharCode(generation, ...aa, ...(modifier ?? []));
    let pmk = this.#pmks.get(key);
    if (pmk === undefined) {
      pmk = pmkOf(this.#crypto, this.#roots[generation], modifier, { aa, spa: this.#secrets.spa });
      this.#pmks.set(key, pmk);
    }
    return pmk;
  }
}

function rootsOf(crypto: Crypto, { spa, psk, master }: Secrets): Uint8Array[] {
  const roots: Uint8Array[] = [psk.slice()];
  for (let generation = 0; generation < GENERATIONS; generation++) {
    const next = nextGeneration(generation);
    const modifierPrime = modifierPrimeOf(crypto, master, next, spa);
    roots.push(rootAfter(crypto, roots[generation], { modifierPrime, generation: next, spa }));
  }
  return roots;
}

function midstatesOf(root: Uint8Array): Uint8Array {
  const { inner, outer } = hmacMidstates(root);
  return concat(inner, outer);
}
