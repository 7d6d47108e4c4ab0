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

/** Of one MN, by MISF IDs of PoSs. */
export interface Location {
  readonly servedBy?: string;
  /** Of a station without a battery: who was made a key for it since it is where it is. */
  readonly goesTo: readonly string[];
  /** Sequence number of the newest proof of presence; 0: there was none. */
  readonly shown: number;
}

export interface LocationOptions {
  readonly crypto: RsnCrypto;
  readonly tree: KeyTree;
  /** By MISF ID. */
  readonly leaves: ReadonlyMap<string, number>;
  /** By MISF ID of an MN, as it was before a restart or is at the beginning. */
  readonly locations?: ReadonlyMap<string, Location>;
  /** Told before anybody is answered. */
  readonly onMoved?: (mn: string, location: Location) => void;
}

const NOWHERE: Location = { goesTo: [], shown: 0 };

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
    const location = this.#of(mn);
    if (!this.#isSilent(mn) || location.goesTo.includes(pos)) return;
    this.#set(mn, { ...location, goesTo: [...location.goesTo, pos] });
  }

  /** That PoS says that it serves that MN, with the MN's proof if it gave one. Does it? */
  isServedBy(mn: string, pos: string, proof?: Uint8Array): boolean {
    const location = this.#of(mn);
    if (this.#isSilent(mn)) {
      if (location.goesTo.includes(pos)) this.#set(mn, { ...location, servedBy: pos, goesTo: [] });
    } else {
      const sequence = proof && this.#sequenceOf(mn, pos, proof);
      if (sequence !== undefined && sequence > location.shown) {
        this.#set(mn, { servedBy: pos, goesTo: [], shown: sequence });
      }
    }
    return this.servingOf(mn) === pos;
  }

  #of(mn: string): Location {
    return this.#locations.get(mn) ?? NOWHERE;
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
