/*
 * The life of a station's keys: which of them stand in its RAM and its NVM now. Nobody asks the station. What the keys are
 * follows from the key service's root and from the frames that went by; whether one is there is looked for, octet by
 * octet, in memory.
 */
import type { Crypto } from "../../crypto/crypto.ts";
import { hmacMidstates } from "../../keys/midstate.ts";
import { decodeRecord } from "../../keys/record.ts";
import { pmkOf, rootBy } from "../../keys/roots.ts";
import type { KeyStore } from "../../keys/store.ts";
import { checkDownlink, checkUplink } from "../../wire/check.ts";
import { compareOctets, equalOctets, toHex } from "../../wire/octets.ts";
import { deriveSessionKeys } from "../../wire/ptk.ts";
import type { KeyRow } from "../protocol.ts";

/** What one session's frames and the root make known. */
export interface Session {
  readonly aNonce: Uint8Array;
  readonly sNonce: Uint8Array;
  readonly pmk: Uint8Array;
  readonly kck: Uint8Array;
  readonly tk: Uint8Array;
  readonly generation: number;
  readonly aa: Uint8Array;
  readonly hasModifier: boolean;
  /** The NVM that the exchange began with had its PMK. */
  readonly isCached: boolean;
}

/** Roots of one device that the key service ever had, the newest last. */
export class Roots {
  readonly #crypto: Crypto;
  readonly #store: KeyStore;
  readonly #spa: Uint8Array;
  readonly #known = new Map<number, Uint8Array>();

  constructor(crypto: Crypto, store: KeyStore, spa: Uint8Array) {
    this.#crypto = crypto;
    this.#store = store;
    this.#spa = spa;
    this.#load();
  }

  /** The root whose generation ends in these two bits. */
  byBits(bits: number): { readonly generation: number; readonly root: Uint8Array } | undefined {
    this.#load();
    const found = [...this.#known].findLast(([generation]) => (generation & 3) === bits);
    return found && { generation: found[0], root: found[1] };
  }

  #load(): void {
    const record = this.#store.load().devices.find(({ spa }) => compareOctets(spa, this.#spa) === 0);
    if (!record) return;
    const { generation, root, update } = record;
    this.#known.set(generation, root);
    if (update) this.#known.set(update.generation, rootBy(this.#crypto, root, update, this.#spa));
  }
}

/** `nvm`: of the station, before its M2. undefined: these are no M1 and M2 of a session that the root opens. */
export function sessionOf(
  crypto: Crypto,
  roots: Roots,
  spa: Uint8Array,
  m1: Uint8Array | undefined,
  m2: Uint8Array | undefined,
  nvm?: Uint8Array,
): Session | undefined {
  if (!m1 || !m2) return undefined;
  const trigger = checkDownlink(m1).frame;
  const response = checkUplink(m2, () => true).frame;
  if (trigger?.type !== "Trigger" || response?.type !== "Response") return undefined;
  const held = roots.byBits(response.generation);
  if (!held) return undefined;
  const { aa, aNonce, modifier } = trigger;
  const { sNonce } = response;
  const pmk = pmkOf(crypto, held.root, modifier, { aa, spa });
  const { kck, tk } = deriveSessionKeys(crypto, pmk, { aa, spa, aNonce, sNonce });
  const { generation } = held;
  const isCached = nvm !== undefined && modifier !== undefined && isInCache(nvm, aa, modifier, generation);
  return { aNonce, sNonce, pmk, kck, tk, generation, aa, hasModifier: modifier !== undefined, isCached };
}

function isInCache(nvm: Uint8Array, aa: Uint8Array, modifier: Uint8Array, generation: number): boolean {
  const { cache } = decodeRecord(nvm);
  const isSame = cache.valid && cache.generation === generation;
  return isSame && equalOctets(cache.aa, aa) && equalOctets(cache.modifier, modifier);
}

/** Where in RAM something stands, ascending. Words of a hash may stand either way round. */
export function addressesOf(ram: Uint8Array, octets: Uint8Array): number[] {
  const found = new Set<number>();
  for (const form of [octets, turned(octets)]) {
    for (let at = ram.indexOf(form[0]); at >= 0; at = ram.indexOf(form[0], at + 1)) {
      if (form.every((octet, i) => ram[at + i] === octet)) found.add(at);
    }
  }
  return [...found].sort((one, other) => one - other);
}

function turned(octets: Uint8Array): Uint8Array {
  return octets.map((_, i) => octets[(i & ~3) + 3 - (i & 3)] ?? octets[i]);
}

/**
 * Of a power cycle's RAM; `ram` is undefined while the station is off. `earlier`: in the midst of a call, or behind a death
 * in one, what stood in RAM until then, by which what is gone is told from what never came.
 */
export function ramRows(
  ram: Uint8Array | undefined,
  session: Session | undefined,
  noise: Uint8Array | undefined,
  earlier?: readonly Uint8Array[],
): KeyRow[] {
  const row = (name: string, octets: Uint8Array | undefined, what: string, gone: string, shown = octets): KeyRow => {
    const hex = shown && toHex(shown);
    if (octets === undefined) return { name, where: "RAM", state: "not yet", told: what };
    const isToCome = earlier && !earlier.some((before) => addressesOf(before, octets).length > 0);
    if (ram === undefined) {
      return isToCome
        ? { name, where: "RAM", state: "not yet", told: what }
        : { name, where: "RAM", state: "lost", told: "gone with the power", octets: hex };
    }
    const places = addressesOf(ram, octets);
    if (places.length === 0 && isToCome) return { name, where: "RAM", state: "not yet", told: what, octets: hex };
    if (places.length === 0) return { name, where: "RAM", state: "wiped", told: gone, octets: hex };
    return { name, where: "RAM", state: "there", told: `${what}, at ${places.join(" and ")}`, octets: hex };
  };
  const pmk = session && hmacMidstates(session.pmk).inner;
  return [
    row("entropy", noise, "the noise of this power cycle, for its SNonces", "used up"),
    row("ANonce", session?.aNonce, "of the trigger, in clear", "the session is over"),
    row("SNonce", session?.sNonce, "of this session, in its M2", "the M2 is no longer kept"),
    row(
      "PMK",
      pmk,
      pmkSays(session),
      session?.isCached ? "out of the cache in NVM, used and gone" : "derived, used and gone",
      session?.pmk,
    ),
    row("KCK", session?.kck, "first half of PTK: MICs of frames in clear", "wiped with the session"),
    row("TK", session?.tk, "second half of PTK: encrypted frames", "wiped with the session"),
  ];
}

function pmkSays(session: Session | undefined): string {
  if (!session) return "of this AP, out of the cache or derived from the root";
  if (!session.hasModifier) return "the root itself, in direct mode";
  if (session.isCached) return "out of the cache in NVM";
  return `derived from root generation ${session.generation}, kept for the cache until M3`;
}
