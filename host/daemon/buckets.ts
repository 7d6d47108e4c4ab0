/**
 * Token buckets, one a key: so many at once, so many a second over time. Bounded: of the keys that it is asked about it
 * remembers the last so many; one that was forgotten begins with a full bucket.
 */

export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

interface Bucket {
  tokens: number;
  at_s: number;
}

export class Buckets<Key> {
  readonly #rate: Rate;
  readonly #most: number;
  /** The one that was asked about longest ago first. */
  readonly #buckets = new Map<Key, Bucket>();

  /** `most`: keys that are remembered. */
  constructor(rate: Rate, most: number) {
    this.#rate = rate;
    this.#most = most;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** One of that key, now: may it pass? A clock that goes back fills nothing. */
  takes(key: Key, now_s: number): boolean {
    const bucket = this.#filled(key, now_s);
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    return true;
  }

  /** Might one of that key pass now? */
  has(key: Key, now_s: number): boolean {
    return this.#filled(key, now_s).tokens >= 1;
  }

  #filled(key: Key, now_s: number): Bucket {
    const { perSecond, burst } = this.#rate;
    const bucket = this.#buckets.get(key) ?? { tokens: burst, at_s: now_s };
    bucket.tokens = Math.min(burst, bucket.tokens + Math.max(0, now_s - bucket.at_s) * perSecond);
    bucket.at_s = now_s;
    this.#buckets.delete(key);
    if (this.#buckets.size >= this.#most) this.#buckets.delete(this.#buckets.keys().next().value as Key);
    this.#buckets.set(key, bucket);
    return bucket;
  }
}
