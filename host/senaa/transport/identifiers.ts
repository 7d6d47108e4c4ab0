/**
 * Hop-by-Hop and End-to-End Identifier of one's own requests. Deviation: RFC 6733 section 3 lets both count up; whoever is not
 * on the path must not guess which answer is waited for, so Hop-by-Hop is drawn anew for each.
 *
 *     End-to-End = seconds(12) ‖ counter(20), from a random start: a restart repeats none of the last 4 minutes
 */

import type { Crypto } from "../../crypto/crypto.ts";
import type { Ids } from "../wire/header.ts";

const COUNTER_MAX = 0xf_ffff;
const SECONDS_MAX = 0xfff;

/** 0 to 2^32 - 1, of the platform's CSPRNG. */
export function random32Of(crypto: Pick<Crypto, "randomBytes">): () => number {
  return () => new DataView(crypto.randomBytes(4).buffer).getUint32(0);
}

export class Identifiers {
  readonly #random32: () => number;
  readonly #now_ms: () => number;
  #counter: number;

  /** `random32`: 0 to 2^32 - 1, from a CSPRNG; `now_ms`: of any beginning. */
  constructor(random32: () => number, now_ms: () => number) {
    this.#random32 = random32;
    this.#now_ms = now_ms;
    this.#counter = random32() & COUNTER_MAX;
  }

  /** `isTaken`: that Hop-by-Hop Identifier is waited for. */
  next(isTaken: (hopByHop: number) => boolean): Ids {
    let hopByHop = this.#random32() >>> 0;
    while (isTaken(hopByHop)) hopByHop = (hopByHop + 1) >>> 0;
    this.#counter = (this.#counter + 1) & COUNTER_MAX;
    const seconds = Math.floor(this.#now_ms() / 1000) & SECONDS_MAX;
    return { hopByHop, endToEnd: ((seconds << 20) | this.#counter) >>> 0 };
  }
}
