/**
 * Who listens to an AP over UDP. A sender is known once it has shown that it receives at the address it sends from: its
 * first hello is answered with a cookie, of the same length as the hello, and nothing is kept; a hello with that cookie
 * makes an entry, and keeps it alive. So a forged source address gets no triggers sent to anybody.
 *
 *     cookie = first 8 octets of HMAC-SHA-256(a key of this process, "address port" ‖ channel)
 */

import type { Crypto } from "../crypto/crypto.ts";
import { be16, concat } from "../wire/octets.ts";
import { Buckets } from "./buckets.ts";
import { COOKIE_OCTETS } from "./datagram.ts";

/** Where a datagram came from: the address and port that an answer goes to. */
export interface Source {
  readonly address: string;
  readonly port: number;
}

export interface Peer extends Source {
  readonly key: string;
  channel: number;
  /** When it last said hello, seconds of real time. */
  heard_s: number;
  /** What it may make rounds wait for: a round that it spoke in is worth 1, one that waited for it in vain costs A_WAIT. */
  standing: number;
  /** The short ID of the last reading that was taken from it: a device of that ID speaks there. */
  speaksFor?: number;
}

export interface PeerLimits {
  readonly most: number;
  /** Without a hello it is forgotten. */
  readonly expire_s: number;
}

/** A round waits for whom it can ask that of. */
export const A_WAIT = 8;
/** Nobody has more than this: so many rounds in a row may wait for one who is silent all at once. */
const STANDING_MAX = 3 * A_WAIT;
/** While rounds wait in vain more often, newcomers have no standing: whoever joins anew and anew, and is silent, stops nobody. */
const VAIN = { perSecond: 1, burst: 8 };

export function spoke(peer: Peer): void {
  peer.standing = Math.min(STANDING_MAX, peer.standing + 1);
}

export type Greeting = "known" | "new" | "cookie wanted" | "table full";

/** Of a hello: what came of it, and the cookie that is good for its sender. */
export interface Greeted {
  readonly greeting: Greeting;
  readonly cookie: Uint8Array;
}

export class PeerTable {
  readonly #crypto: Pick<Crypto, "hmac" | "equal">;
  readonly #secret: Uint8Array;
  readonly #limits: PeerLimits;
  readonly #vain = new Buckets<"all">(VAIN, 1);
  /** The one that said hello longest ago first. */
  readonly #peers = new Map<string, Peer>();

  constructor(crypto: Pick<Crypto, "hmac" | "equal" | "randomBytes">, limits: PeerLimits) {
    this.#crypto = crypto;
    this.#secret = crypto.randomBytes(32);
    this.#limits = limits;
  }

  get size(): number {
    return this.#peers.size;
  }

  of(source: Source): Peer | undefined {
    return this.#peers.get(keyOf(source));
  }

  on(channel: number): Peer[] {
    return [...this.#peers.values()].filter((peer) => peer.channel === channel);
  }

  cookieFor(source: Source, channel: number): Uint8Array {
    const message = concat(new TextEncoder().encode(keyOf(source)), be16(channel));
    return this.#crypto.hmac(this.#secret, message).slice(0, COOKIE_OCTETS);
  }

  /** A hello. One that changes its channel is on the new one from then on. */
  greet(source: Source, channel: number, cookie: Uint8Array, now_s: number): Greeted {
    const right = this.cookieFor(source, channel);
    return { greeting: this.#greet(source, channel, this.#crypto.equal(cookie, right), now_s), cookie: right };
  }

  #greet({ address, port }: Source, channel: number, isRight: boolean, now_s: number): Greeting {
    this.expire(now_s);
    if (!isRight) return "cookie wanted";
    const key = keyOf({ address, port });
    const known = this.#peers.get(key);
    if (known === undefined && this.#peers.size >= this.#limits.most && !this.#makeRoom()) return "table full";
    // The same object for as long as it is known: a round may be waiting for it.
    const peer = known ?? {
      key,
      address,
      port,
      channel,
      heard_s: now_s,
      standing: this.#vain.has("all", now_s) ? A_WAIT : 0,
    };
    peer.channel = channel;
    peer.heard_s = now_s;
    this.#peers.delete(key);
    this.#peers.set(key, peer);
    return known ? "known" : "new";
  }

  /** Whoever said hello longest ago of those that no reading was ever taken from goes; false: there is none. */
  #makeRoom(): boolean {
    for (const [key, { speaksFor }] of this.#peers) if (speaksFor === undefined) return this.#peers.delete(key);
    return false;
  }

  /** A round has waited for these, and they said nothing. */
  waitedInVain(silent: Iterable<Peer>, now_s: number): void {
    for (const peer of silent) {
      peer.standing = Math.max(0, peer.standing - A_WAIT);
      this.#vain.takes("all", now_s);
    }
  }

  /** A bye; false: it is nobody's. */
  leave(source: Source, channel: number, cookie: Uint8Array): boolean {
    return this.#isRight(source, channel, cookie) && this.#peers.delete(keyOf(source));
  }

  /** Forgets whoever has not said hello for so long. */
  expire(now_s: number): void {
    for (const [key, { heard_s }] of this.#peers) {
      if (now_s - heard_s < this.#limits.expire_s) return;
      this.#peers.delete(key);
    }
  }

  #isRight(source: Source, channel: number, cookie: Uint8Array): boolean {
    return this.#crypto.equal(cookie, this.cookieFor(source, channel));
  }
}

function keyOf({ address, port }: Source): string {
  return `${address} ${port}`;
}
