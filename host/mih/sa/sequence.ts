/** The sequence numbers of one direction of an association: where they come from, and which of them are new. */

import { be16, concat, readBe16 } from "../../wire/octets.ts";

export const SEQUENCE_OCTETS = 8;
/** What a number of JavaScript holds exactly. */
export const SEQUENCE_MAX = Number.MAX_SAFE_INTEGER;
/** RFC 4303, 3.4.3: a window of 64 is what IPsec prefers. */
export const WINDOW = 64;

const HIGH = 2 ** 32;

/** A number up to SEQUENCE_MAX as 8 octets, most significant first. */
export function emitSequence(sequence: number): Uint8Array {
  const [high, low] = [Math.floor(sequence / HIGH), sequence % HIGH];
  return concat(be16(high >>> 16), be16(high & 0xffff), be16(low >>> 16), be16(low & 0xffff));
}

/** The inverse, of the 8 octets at `at`; undefined above SEQUENCE_MAX. */
export function readSequence(octets: Uint8Array, at = 0): number | undefined {
  const [a, b, c, d] = [0, 2, 4, 6].map((offset) => readBe16(octets, at + offset));
  const sequence = (a * 2 ** 16 + b) * HIGH + c * 2 ** 16 + d;
  return sequence <= SEQUENCE_MAX ? sequence : undefined;
}

/** 1, 2, ... `last`, each once. */
export class SequenceCounter {
  readonly #last: number;
  #sequence = 0;

  constructor(last: number) {
    this.#last = last;
  }

  /** undefined: there is none left. */
  next(): number | undefined {
    return this.#sequence < this.#last ? ++this.#sequence : undefined;
  }
}

/** Which sequence numbers came in: a number is taken once, and not when it is WINDOW or more behind the greatest. */
export class ReplayWindow {
  #greatest = 0;
  /** Bit i: greatest - i came in. */
  #seen = 0n;

  /** Takes the number of a message that has proven itself, 1 or more; false: it came before, or is too old to tell. */
  take(sequence: number): boolean {
    if (sequence > this.#greatest) {
      const step = Math.min(sequence - this.#greatest, WINDOW);
      this.#seen = BigInt.asUintN(WINDOW, (this.#seen << BigInt(step)) | 1n);
      this.#greatest = sequence;
      return true;
    }
    const behind = this.#greatest - sequence;
    if (behind >= WINDOW) return false;
    const bit = 1n << BigInt(behind);
    if ((this.#seen & bit) !== 0n) return false;
    this.#seen |= bit;
    return true;
  }
}
