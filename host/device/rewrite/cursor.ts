/*
 * A bounded reader of a WebAssembly module's octets. Clauses are those of the WebAssembly Core Specification 1.0
 * (W3C Recommendation, 5 December 2019), which is what "MVP" names.
 *
 * Contract: no read goes past `end`; whatever is malformed throws a ModuleError that says where and what in one sentence.
 */

/** The octets are no plain MVP module, or cannot be rewritten: one sentence for the caller. */
export class ModuleError extends Error {
  override readonly name = "ModuleError";
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export class Cursor {
  readonly octets: Uint8Array;
  readonly end: number;
  /** What is being read, for the error sentence: "the type section", "function 3". */
  readonly what: string;
  at: number;

  constructor(octets: Uint8Array, what: string, at = 0, end = octets.length) {
    this.octets = octets;
    this.what = what;
    this.at = at;
    this.end = end;
  }

  get done(): boolean {
    return this.at === this.end;
  }

  fail(sentence: string, at = this.at): never {
    throw new ModuleError(`octet ${at}, ${this.what}: ${sentence}`);
  }

  u8(): number {
    if (this.at >= this.end) this.fail("it ends too early");
    return this.octets[this.at++];
  }

  /** 5.2.2, uN: LEB128, at most ceil(32/7) = 5 octets, the fifth below 2^4. */
  u32(): number {
    const from = this.at;
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const octet = this.u8();
      value |= (octet & 0x7f) << shift;
      if (octet < 0x80) return value;
    }
    const last = this.u8();
    if (last > 0x0f) this.fail("a number does not fit 32 bits", from);
    return (value | (last << 28)) >>> 0;
  }

  /** 5.2.2, sN for N = 32: the unused bits of a fifth octet repeat the sign. */
  s32(): number {
    const from = this.at;
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const octet = this.u8();
      value |= (octet & 0x7f) << shift;
      if (octet < 0x80) return (value << (25 - shift)) >> (25 - shift);
    }
    const last = this.u8();
    if (last > 0x07 && (last < 0x78 || last > 0x7f)) this.fail("a number does not fit 32 bits", from);
    return value | (last << 28);
  }

  /** 5.2.2, sN for N = 64: at most 10 octets, the tenth is nothing but sign. */
  s64(): bigint {
    const from = this.at;
    let value = 0n;
    for (let shift = 0n; shift < 63n; shift += 7n) {
      const octet = this.u8();
      value |= BigInt(octet & 0x7f) << shift;
      if (octet < 0x80) return BigInt.asIntN(Number(shift) + 7, value);
    }
    const last = this.u8();
    if (last !== 0x00 && last !== 0x7f) this.fail("a number does not fit 64 bits", from);
    return BigInt.asIntN(64, value | (BigInt(last) << 63n));
  }

  /** The next `length` octets, not copied. */
  take(length: number): Uint8Array {
    if (length > this.end - this.at) this.fail(`${length} octets are announced, ${this.end - this.at} are left`);
    const from = this.at;
    this.at += length;
    return this.octets.subarray(from, this.at);
  }

  /** 5.2.4: a name is a vector of octets that is valid UTF-8. */
  name(): string {
    const from = this.at;
    const octets = this.take(this.u32());
    try {
      return utf8.decode(octets);
    } catch {
      return this.fail("a name is not UTF-8", from);
    }
  }

  /** 5.1.3: a vector is its length and then its elements. */
  vector<Element>(element: (index: number) => Element): Element[] {
    const from = this.at;
    const length = this.u32();
    // An element takes one octet at least: an announced length is never believed before the octets are there.
    if (length > this.end - this.at) this.fail(`a vector of ${length} does not fit`, from);
    return Array.from({ length }, (_, index) => element(index));
  }

  /** The next `length` octets as a cursor of their own; this one moves behind them. */
  inner(length: number, what: string): Cursor {
    const from = this.at;
    this.take(length);
    return new Cursor(this.octets, what, from, this.at);
  }

  close(): void {
    if (!this.done) this.fail(`${this.end - this.at} octets are left over`);
  }
}
