/**
 * Who listens to an AP over UDP. A sender is known once it has shown that it receives at the address it sends from: its
 * first hello is answered with a cookie, of the same length as the hello, and nothing is kept; a hello with that cookie
 * makes an entry, and keeps it alive. So a forged source address gets no triggers sent to anybody.
 *
 *     cookie = first 8 octets of HMAC-SHA-256(a key of this process, "address port" ‖ channel)
 */

import type { Crypto } from "../crypto/crypto.ts";
import { be16, concat } from "../wire/octets.ts";
import { COOKIE_OCTETS } from "./datagram.ts";

/** Where a datagram came from: the address and port that an answer goes to. */
export interface Source {
  readonly address: string;
  readonly port: number;
}

export interface Peer extends Source {
  readonly key: string;
  readonly channel: number;
  /** When it last said hello, seconds of real time. */
  heard_s: number;
  /** Rounds in a row in which it had nothing to say in time, not even that. */
  missed: number;
}

export interface PeerLimits {
  readonly most: number;
  /** Without a hello it is forgotten. */
  readonly expire_s: number;
}

export type Greeting = "known" | "new" | "cookie wanted" | "table full";

export class PeerTable {
  readonly #crypto: Pick<Crypto, "hmac" | "equal">;
  readonly #secret: Uint8Array;
  readonly #limits: PeerLimits;
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
  greet(source: Source, channel: number, cookie: Uint8Array, now_s: number): Greeting {
    this.expire(now_s);
    if (!this.#isRight(source, channel, cookie)) return "cookie wanted";
    const key = keyOf(source);
    const known = this.#peers.get(key);
    if (known === undefined && this.#peers.size >= this.#limits.most) return "table full";
    this.#peers.delete(key);
    const { address, port } = source;
    this.#peers.set(key, { key, address, port, channel, heard_s: now_s, missed: known?.missed ?? 0 });
    return known ? "known" : "new";
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
