/**
 * Cookies (004-D13): a PAA that is asked by many keeps nothing of an SCR until its sender has shown that answers reach it.
 *
 *     cookie = BE32 s ‖ first 16 octets of HMAC-SHA-256(Kc, BE32 s ‖ source)        s: when it was made, by the PAA's clock
 */

import type { Crypto } from "../../crypto/crypto.ts";
import { concat } from "../../wire/octets.ts";
import { be32 } from "../wire/header.ts";

const KEY_OCTETS = 32;
const TIME_OCTETS = 4;
const TAG_OCTETS = 16;
/** Assumption: longer than an SCR goes on. */
const LIFETIME_s = 60;

export class Cookies {
  readonly #crypto: Crypto;
  readonly #now_s: () => number;
  /** Of this process. */
  readonly #key: Uint8Array;

  constructor(crypto: Crypto, now_s: () => number) {
    this.#crypto = crypto;
    this.#now_s = now_s;
    this.#key = crypto.randomBytes(KEY_OCTETS);
  }

  for(source: string): Uint8Array {
    return this.#at(Math.floor(this.#now_s()), source);
  }

  isFor(source: string, cookie: Uint8Array): boolean {
    if (cookie.length !== TIME_OCTETS + TAG_OCTETS) return false;
    const made_s = new DataView(cookie.buffer, cookie.byteOffset).getUint32(0);
    const age_s = Math.floor(this.#now_s()) - made_s;
    return age_s >= 0 && age_s <= LIFETIME_s && this.#crypto.equal(this.#at(made_s, source), cookie);
  }

  #at(made_s: number, source: string): Uint8Array {
    const time = be32(made_s);
    const tag = this.#crypto.hmac(this.#key, concat(time, new TextEncoder().encode(source))).slice(0, TAG_OCTETS);
    return concat(time, tag);
  }
}
