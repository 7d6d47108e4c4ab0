/*
 * The SNonces that a station has used, eight octets each in one flat table (open addressing, at most two thirds full): a
 * Set of strings takes five times as much and a pointer each, and a run of an hour has millions.
 *
 * What is kept is a mix of the first 16 octets, 64 bits of it. A repetition is always seen. Two that differ look the same
 * with probability 2^-64, so that among 10^6 of a station there is a false alarm in one of 3 x 10^7 runs.
 */

const MIXED_OCTETS = 16;
const FIRST_SLOTS = 64;

export class NonceLog {
  /** Two words a slot; both 0: free. */
  #table = new Uint32Array(2 * FIRST_SLOTS);
  #size = 0;

  /** Takes in the nonce whose first 16 octets stand at `at`; false: it was there before. */
  add(octets: Uint8Array, at: number): boolean {
    let low = 0;
    let high = 0;
    for (let i = at; i < at + MIXED_OCTETS; i += 4) {
      const word = octets[i] | (octets[i + 1] << 8) | (octets[i + 2] << 16) | (octets[i + 3] << 24);
      // Odd factors, so that no bit of a word gets lost; different ones, so that the halves go different ways.
      low = Math.imul(low ^ word, 0x9e3779b1);
      low ^= low >>> 15;
      high = Math.imul(high + word, 0x85ebca6b);
      high ^= high >>> 13;
    }
    if (low === 0 && high === 0) low = 1;
    if (!put(this.#table, low >>> 0, high >>> 0)) return false;
    this.#size++;
    if (3 * this.#size > this.#table.length) this.#grow();
    return true;
  }

  #grow(): void {
    const old = this.#table;
    this.#table = new Uint32Array(2 * old.length);
    for (let i = 0; i < old.length; i += 2) if (old[i] || old[i + 1]) put(this.#table, old[i], old[i + 1]);
  }
}

/** False: it is in there. There is a free slot. */
function put(table: Uint32Array, low: number, high: number): boolean {
  const mask = table.length - 2;
  for (let at = (2 * low) & mask; ; at = (at + 2) & mask) {
    if (table[at] === low && table[at + 1] === high) return false;
    if (table[at] === 0 && table[at + 1] === 0) {
      table[at] = low;
      table[at + 1] = high;
      return true;
    }
  }
}
