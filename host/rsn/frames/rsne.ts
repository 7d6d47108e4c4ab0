/**
 * The RSNE (IEEE Std 802.11-2020, 9.4.2.24), its information without ID and Length:
 *
 *     Version(2) ‖ group(4) ‖ n(2) ‖ pairwise(4n) ‖ m(2) ‖ AKM(4m) ‖ capabilities(2) ‖ s(2) ‖ PMKID(16s) ‖ group management(4)
 *
 * Everything behind Version may be left out from some field on; numbers are LE, a suite is OUI(3) ‖ type(1).
 */

import type { Malformed } from "../../wire/malformed.ts";
import { checkLength, checkNumber, checkOctets, concat, le16, readLe16 } from "../../wire/octets.ts";

export const RSNE_VERSION = 1;
export const PMKID_OCTETS = 16;
const VERSION_OCTETS = 2;
const SUITE_OCTETS = 4;

/** Cipher suites 00-0F-AC:n, Table 9-149. */
export const CIPHER = {
  useGroup: 0x000fac00,
  WEP40: 0x000fac01,
  TKIP: 0x000fac02,
  CCMP: 0x000fac04,
  WEP104: 0x000fac05,
  GCMP: 0x000fac08,
} as const;

/** AKM suites 00-0F-AC:n, Table 9-151. */
export const AKM_SUITE = {
  "802.1X": 0x000fac01,
  PSK: 0x000fac02,
  "802.1X-SHA256": 0x000fac05,
  "PSK-SHA256": 0x000fac06,
};

/** RSN Capabilities, 9.4.2.24.4. */
export const RSN_CAPABILITY = { preauthentication: 0x0001, mfpRequired: 0x0040, mfpCapable: 0x0080 } as const;

export interface Rsne {
  /** Suite selectors as 32-bit numbers, the OUI in the high octets. */
  readonly group: number;
  readonly pairwise: readonly number[];
  readonly akms: readonly number[];
  readonly capabilities: number;
  readonly pmkids: readonly Uint8Array[];
  readonly groupManagement?: number;
}

/** What fields left out stand for (9.4.2.24.1). */
const LEFT_OUT: Rsne = {
  group: CIPHER.CCMP,
  pairwise: [CIPHER.CCMP],
  akms: [AKM_SUITE["802.1X"]],
  capabilities: 0,
  pmkids: [],
};

/** Reads one field after the other: one that is left out is what it stands for, one that is there in part breaks the rest. */
class Fields {
  readonly #octets: Uint8Array;
  #at: number;
  #isBroken = false;

  constructor(octets: Uint8Array, at: number) {
    this.#octets = octets;
    this.#at = at;
  }

  /** Was every octet read, and every field there as a whole? */
  get isWhole(): boolean {
    return !this.#isBroken && this.#isAtEnd;
  }

  get #isAtEnd(): boolean {
    return this.#at === this.#octets.length;
  }

  number(leftOut: number): number {
    return this.#isAtEnd ? leftOut : readLe16(this.#take(2), 0);
  }

  suite<T>(leftOut: T): number | T {
    return this.#isAtEnd ? leftOut : this.#suite();
  }

  /** A list of suites without a suite is none. */
  suites(leftOut: readonly number[]): readonly number[] {
    if (this.#isAtEnd) return leftOut;
    const suites = this.#list(() => this.#suite());
    if (suites.length === 0) this.#isBroken = true;
    return suites;
  }

  pmkids(): readonly Uint8Array[] {
    return this.#isAtEnd ? [] : this.#list(() => this.#take(PMKID_OCTETS));
  }

  #suite(): number {
    return new DataView(this.#take(SUITE_OCTETS).buffer).getUint32(0);
  }

  /** A count and so many items, as far as they are there. */
  #list<T>(item: () => T): readonly T[] {
    const count = readLe16(this.#take(2), 0);
    const items: T[] = [];
    while (items.length < count && !this.#isBroken) items.push(item());
    return items;
  }

  /** A copy of so many octets; zeros when they are not all there. */
  #take(length: number): Uint8Array {
    if (this.#isBroken || this.#at + length > this.#octets.length) {
      this.#isBroken = true;
      return new Uint8Array(length);
    }
    this.#at += length;
    return this.#octets.slice(this.#at - length, this.#at);
  }
}

/** "bad version": not 1, and then nothing is known of the rest. */
export function parseRsne(information: Uint8Array): Rsne | Malformed | "bad version" {
  if (information.length < VERSION_OCTETS) return "too short";
  if (readLe16(information, 0) !== RSNE_VERSION) return "bad version";
  const fields = new Fields(information, VERSION_OCTETS);
  const rsne: Rsne = {
    group: fields.suite(LEFT_OUT.group),
    pairwise: fields.suites(LEFT_OUT.pairwise),
    akms: fields.suites(LEFT_OUT.akms),
    capabilities: fields.number(LEFT_OUT.capabilities),
    pmkids: fields.pmkids(),
    groupManagement: fields.suite(undefined),
  };
  return fields.isWhole ? rsne : "bad length";
}

/**
 * All fields up to the capabilities; PMKIDs and the group management suite only if there are any.
 * @throws RangeError for what its field does not hold.
 */
export function emitRsne({ group, pairwise, akms, capabilities, pmkids, groupManagement }: Rsne): Uint8Array {
  checkNumber("capabilities", capabilities, 0, 0xffff);
  for (const pmkid of pmkids) checkOctets("pmkids", pmkid, PMKID_OCTETS);
  const parts = [le16(RSNE_VERSION), suite(group), suites(pairwise), suites(akms), le16(capabilities)];
  if (pmkids.length > 0 || groupManagement !== undefined) parts.push(le16(pmkids.length), ...pmkids);
  if (groupManagement !== undefined) parts.push(suite(groupManagement));
  const information = concat(...parts);
  checkLength("rsne", information.length, 0, 255);
  return information;
}

function suites(selectors: readonly number[]): Uint8Array {
  return concat(le16(selectors.length), ...selectors.map(suite));
}

function suite(selector: number): Uint8Array {
  checkNumber("suite", selector, 0, 0xffff_ffff);
  return Uint8Array.of(selector >>> 24, selector >>> 16, selector >>> 8, selector);
}
