/** PMKs that came of EAP, kept for a station's next association (IEEE Std 802.11-2020, 12.6.10.3; seed rule 000-R12). */

import { toHex } from "../../wire/octets.ts";
import type { RsnCrypto } from "../keys/crypto.ts";
import { PMK_OCTETS, pmkidOf } from "../keys/ptk.ts";
import type { Akm, Suite } from "../keys/suites.ts";

/** dot11RSNAConfigPMKLifetime, its default: 802.11-2020 Annex C. */
const LIFETIME_s = 43_200;
/** The oldest makes room. */
const ENTRIES_MAX = 1024;

interface Pmksa {
  /** By AKM. */
  readonly pmkids: ReadonlyMap<Akm, Uint8Array>;
  readonly pmk: Uint8Array;
  readonly until_s: number;
}

export class PmksaCache {
  readonly #crypto: RsnCrypto;
  readonly #aa: Uint8Array;
  /** By SPA, the oldest first: one a station. */
  readonly #entries = new Map<string, Pmksa>();

  constructor(crypto: RsnCrypto, aa: Uint8Array) {
    this.#crypto = crypto;
    this.#aa = aa;
  }

  /**
   * Takes a copy of the PMK, for each of the suites, in place of what the station had. Of pre-authentication there may be
   * several: the station has not said yet which it will take, and the PMKID that it names says it.
   * @throws RangeError for a PMK that has not 32 octets.
   */
  add(spa: Uint8Array, suites: readonly Suite[], pmk: Uint8Array, now_s: number): void {
    if (pmk.length !== PMK_OCTETS) throw new RangeError(`pmk: ${pmk.length} octets, where ${PMK_OCTETS} are expected`);
    this.forget(spa);
    const pmkids = new Map(suites.map((suite) => [suite.akm, pmkidOf(this.#crypto, suite, pmk, this.#aa, spa)]));
    this.#entries.set(toHex(spa), { pmkids, pmk: pmk.slice(), until_s: now_s + LIFETIME_s });
    if (this.#entries.size <= ENTRIES_MAX) return;
    const [[oldest, { pmk: dropped }]] = this.#entries;
    dropped.fill(0);
    this.#entries.delete(oldest);
  }

  /** A copy of the PMK that one of these PMKIDs names, for that station and suite. */
  find(spa: Uint8Array, suite: Suite, pmkids: readonly Uint8Array[], now_s: number): Uint8Array | undefined {
    const entry = this.#entries.get(toHex(spa));
    const own = entry?.pmkids.get(suite.akm);
    if (entry === undefined || own === undefined) return undefined;
    if (now_s >= entry.until_s) {
      this.forget(spa);
      return undefined;
    }
    return pmkids.some((pmkid) => this.#crypto.equal(pmkid, own)) ? entry.pmk.slice() : undefined;
  }

  forget(spa: Uint8Array): void {
    const key = toHex(spa);
    this.#entries.get(key)?.pmk.fill(0);
    this.#entries.delete(key);
  }
}
