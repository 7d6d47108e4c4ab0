/**
 * Where each MN is, as a group manager knows it: only the PoS that serves an MN may have keys made for it (003-C15).
 *
 * A device with all its keys shows where it is, by a proof of presence that is newer than every one before. A station without
 * a battery has one key and sends nothing for this: of it the word of a PoS counts that was made a key for it, and for the
 * beginning what the manager was told.
 */

import type { RsnCrypto } from "../../rsn/keys/crypto.ts";
import type { KeyTree } from "../gkb/keytree.ts";
import { presenceIn } from "../gkb/presence.ts";
import { SEQUENCE_PER_ms } from "./clocksequence.ts";

/** A PoS that may say that it has a station, until then. */
export interface Candidate {
  readonly pos: string;
  /** By the wall clock, ms since 1970. */
  readonly until_ms: number;
}

/** Of one MN, by MISF IDs of PoSs. */
export interface Location {
  readonly servedBy?: string;
  /** Of a station without a battery: who was made a key for it, and who had it before, for as long as such a key lives. */
  readonly goesTo: readonly Candidate[];
  /** Sequence number of the newest proof of presence; 0: there was none. */
  readonly shown: number;
}

export interface LocationOptions {
  readonly crypto: RsnCrypto;
  readonly tree: KeyTree;
  /** By MISF ID. */
  readonly leaves: ReadonlyMap<string, number>;
  /** Of a group key, s. */
  readonly keyLifetime_s: number;
  /** By MISF ID of an MN, as it was before a restart or is at the beginning. */
  readonly locations?: ReadonlyMap<string, Location>;
  /** Told before anybody is answered. */
  readonly onMoved?: (mn: string, location: Location) => void;
}

const NOWHERE: Location = { goesTo: [], shown: 0 };
/**
 * Assumption: clocks of a network differ by less. A number of a clock that is further ahead is not taken, as all that are right
 * would be too old behind it.
 */
const AHEAD_ms = 5 * 60_000;

export class LocationRegister {
  readonly #options: LocationOptions;
  readonly #locations: Map<string, Location>;

  constructor(options: LocationOptions) {
    this.#options = options;
    this.#locations = new Map(options.locations);
  }

  /** Who serves that MN, as far as is known here. */
  servingOf(mn: string): string | undefined {
    return this.#of(mn).servedBy;
  }

  /** A key was made for that MN and that PoS. */
  goes(mn: string, pos: string): void {
    if (this.#isSilent(mn)) this.#set(mn, { ...this.#of(mn), goesTo: this.#candidates(mn, pos) });
  }

  /** That PoS says that it serves that MN, with the MN's proof if it gave one. Does it? */
  isServedBy(mn: string, pos: string, proof?: Uint8Array): boolean {
    const location = this.#of(mn);
    if (this.#isSilent(mn)) {
      const isOne = location.goesTo.some((one) => one.pos === pos && one.until_ms > Date.now());
      // Whoever had it before may have it again: it may never have come.
      if (isOne) this.#set(mn, { ...location, servedBy: pos, goesTo: this.#candidates(mn, location.servedBy, pos) });
    } else {
      const sequence = proof && this.#sequenceOf(mn, pos, proof);
      const newest = (Date.now() + AHEAD_ms) * SEQUENCE_PER_ms;
      if (sequence !== undefined && sequence > location.shown && sequence <= newest) {
        this.#set(mn, { servedBy: pos, goesTo: [], shown: sequence });
      }
    }
    return this.servingOf(mn) === pos;
  }

  #of(mn: string): Location {
    return this.#locations.get(mn) ?? NOWHERE;
  }

  /** Those of that MN whose time is not over, with one more, without another. */
  #candidates(mn: string, more: string | undefined, without = more): readonly Candidate[] {
    const now_ms = Date.now();
    const rest = this.#of(mn).goesTo.filter(
      ({ pos, until_ms }) => until_ms > now_ms && pos !== without && pos !== more,
    );
    return more === undefined ? rest : [...rest, { pos: more, until_ms: now_ms + 1000 * this.#options.keyLifetime_s }];
  }

  #isSilent(mn: string): boolean {
    const leaf = this.#options.leaves.get(mn);
    return leaf !== undefined && this.#options.tree.isLeafOnly(leaf);
  }

  #sequenceOf(mn: string, pos: string, proof: Uint8Array): number | undefined {
    const { crypto, tree, leaves } = this.#options;
    const index = leaves.get(mn);
    if (index === undefined) return undefined;
    const leafKey = tree.nodeKey({ level: tree.depth, index });
    const sequence = presenceIn(crypto, leafKey, { mn, pos }, proof);
    leafKey.fill(0);
    return sequence;
  }

  #set(mn: string, location: Location): void {
    this.#locations.set(mn, location);
    this.#options.onMoved?.(mn, location);
  }
}
