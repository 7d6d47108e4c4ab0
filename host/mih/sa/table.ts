/**
 * The associations of one MISF, by name and by peer. Of one peer there are at most two: the newest, which is sent under, and the
 * one before it, so that what is under way while both ends change over can still be read.
 */

import type { SecurityAssociation } from "./association.ts";
import { type Said, saidText } from "./said.ts";

/** "full": no place, and nothing that has expired. "used": an association had that name before. */
export type PutRefusal = "full" | "used";

const PER_PEER = 2;
/** Assumption: names that are remembered when their associations are gone; the oldest is forgotten first. */
const USED_MAX = 16_384;

export class SaTable {
  readonly #max: number;
  /** Oldest first. */
  readonly #bySaid = new Map<string, SecurityAssociation>();
  readonly #used = new Set<string>();

  /** @param max associations that are held at one time, 1 or more */
  constructor(max: number) {
    if (!Number.isInteger(max) || max < 1) throw new RangeError(`max: ${max} is not 1 or more`);
    this.#max = max;
  }

  get size(): number {
    return this.#bySaid.size;
  }

  /**
   * Takes it, and owns it; of a peer that has two the oldest is wiped. Nobody's association gives way to another peer's: a
   * table that is full refuses. A name serves once: where both ends derive it of their keys, the same name means the same keys,
   * and an association that began with them again, because somebody repeats the message that brought K, would use each nonce
   * twice and take each old message as new.
   */
  put(association: SecurityAssociation): PutRefusal | undefined {
    const name = saidText(association.said);
    if (this.#bySaid.get(name) === association) return undefined;
    if (this.#used.has(name)) return "used";
    this.expire();
    const [oldest, ...others] = this.#ofPeer(association.peer);
    if (others.length >= PER_PEER - 1) this.drop(oldest.said);
    else if (this.#bySaid.size >= this.#max) return "full";
    this.#bySaid.set(name, association);
    this.#used.add(name);
    if (this.#used.size > USED_MAX) this.#used.delete(this.#used.values().next().value as string);
    return undefined;
  }

  /** undefined: there is none, or it has expired. */
  ofSaid(said: Said): SecurityAssociation | undefined {
    const found = this.#bySaid.get(saidText(said));
    return found?.isExpired ? undefined : found;
  }

  /** The newest with that MISF ID that has not expired, and that is one of those which are asked for. */
  ofPeer(
    peer: string,
    isWanted: (association: SecurityAssociation) => boolean = () => true,
  ): SecurityAssociation | undefined {
    return this.#ofPeer(peer).findLast((association) => !association.isExpired && isWanted(association));
  }

  /** Wipes it, if it is there. */
  drop(said: Said): void {
    this.#bySaid.get(saidText(said))?.wipe();
    this.#bySaid.delete(saidText(said));
  }

  /** Wipes what has expired. */
  expire(): void {
    for (const association of [...this.#bySaid.values()]) if (association.isExpired) this.drop(association.said);
  }

  /** Wipes all. */
  clear(): void {
    for (const { said } of [...this.#bySaid.values()]) this.drop(said);
  }

  /** Oldest first. */
  #ofPeer(peer: string): SecurityAssociation[] {
    return [...this.#bySaid.values()].filter((association) => association.peer === peer);
  }
}
