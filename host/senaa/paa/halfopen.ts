/**
 * Sessions of whoever has proven nothing yet: a bound of each network of addresses, so that one host does not take all the places,
 * and a bound of all. Of a network its oldest gives way. Where all places are taken the oldest of all does, if sources are known
 * to be true, by their cookies: who would lock others out has to begin anew faster than they come to their end. Else the newcomer
 * is refused: who spoofs addresses would have something sent to each of them.
 */

import { networkOf } from "./devices.node.ts";

export interface HalfOpenLimits {
  readonly halfOpen: number;
  readonly halfOpenOfHost: number;
  readonly hasCookies: boolean;
}

export class HalfOpen<S extends { readonly source: string }> {
  readonly #limits: HalfOpenLimits;
  readonly #ends: (session: S, reason: string) => void;
  /** The oldest first. */
  readonly #all = new Set<S>();
  readonly #ofNetwork = new Map<string, Set<S>>();

  /** `ends`: a session has to give way; it is deleted here by then. */
  constructor(limits: HalfOpenLimits, ends: (session: S, reason: string) => void) {
    this.#limits = limits;
    this.#ends = ends;
  }

  get size(): number {
    return this.#all.size;
  }

  /** Makes room for one from there; false: there is none. */
  hasRoom(source: string): boolean {
    const { halfOpen, halfOpenOfHost, hasCookies } = this.#limits;
    const own = this.#ofNetwork.get(networkOf(source));
    if (own && own.size >= halfOpenOfHost) this.#givesWay(own, "its host has begun too many others");
    if (this.#all.size < halfOpen) return true;
    if (hasCookies) this.#givesWay(this.#all, "too many others have begun");
    return hasCookies;
  }

  add(session: S): void {
    const key = networkOf(session.source);
    this.#all.add(session);
    this.#ofNetwork.set(key, (this.#ofNetwork.get(key) ?? new Set<S>()).add(session));
  }

  /** true: it was one of them. */
  delete(session: S): boolean {
    if (!this.#all.delete(session)) return false;
    const key = networkOf(session.source);
    const own = this.#ofNetwork.get(key);
    own?.delete(session);
    if (own?.size === 0) this.#ofNetwork.delete(key);
    return true;
  }

  #givesWay([oldest]: ReadonlySet<S>, reason: string): void {
    this.delete(oldest);
    this.#ends(oldest, reason);
  }
}
