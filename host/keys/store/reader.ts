/** Octets of a record, read from the first to the last: nothing is read beyond the end, and nothing may be left over. */

export class RecordReader {
  readonly #octets: Uint8Array;
  #at = 0;

  constructor(octets: Uint8Array) {
    // Of a Buffer, too, slice is to copy.
    this.#octets = new Uint8Array(octets.buffer, octets.byteOffset, octets.length);
  }

  /** The next ones, as a copy. @throws RangeError when there are fewer. */
  take(count: number): Uint8Array {
    const end = this.#at + count;
    if (end > this.#octets.length) {
      throw new RangeError(`it ends after ${this.#octets.length} octets, where ${end} or more are expected`);
    }
    const taken = this.#octets.slice(this.#at, end);
    this.#at = end;
    return taken;
  }

  octet(): number {
    return this.take(1)[0];
  }

  /** Eight octets, most significant first. @throws RangeError for a number that a double does not hold. */
  number(): number {
    const value = new DataView(this.take(8).buffer).getBigUint64(0);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError(`the number ${value} is too large`);
    return Number(value);
  }

  /** Octets that are still to come. */
  get left(): number {
    return this.#octets.length - this.#at;
  }

  /** @throws RangeError when octets are left over. */
  end(): void {
    if (this.left > 0) throw new RangeError(`${this.left} octets too many`);
  }
}

/** The eight octets that RecordReader.number reads. */
export function be64(value: number): Uint8Array {
  const octets = new Uint8Array(8);
  new DataView(octets.buffer).setBigUint64(0, BigInt(value));
  return octets;
}
