/** A module of the device's primitives, and its memory: what goes in, what comes out, and what nobody may touch. */
import assert from "node:assert/strict";

type FunctionName =
  | ("advance" | "ccm" | "cmac" | "crc16" | "crc32" | "encrypt")
  | ("hash" | "kdf" | "mac" | "setInitial" | "setKey");
type AddressName =
  | ("blocks" | "digest" | "input" | "key" | "lane0" | "lane1" | "mic" | "midstates")
  | ("scratch" | "scratchSize");

/** What tests/unit/primitives.ts exports. */
export type PrimitivesExports = { readonly memory: WebAssembly.Memory } & Readonly<
  Record<FunctionName, (...operands: number[]) => number> & Record<AddressName, WebAssembly.Global>
>;

/** Octets of a pair of midstates: all that a primitive may write outside the scratch. */
const MIDSTATES_SIZE = 64;

export class DeviceMemory {
  readonly #exports: PrimitivesExports;
  readonly #octets: Uint8Array;
  #soil = 0;

  constructor(exports: PrimitivesExports) {
    this.#exports = exports;
    this.#octets = new Uint8Array(exports.memory.buffer);
  }

  at(name: AddressName): number {
    return this.#exports[name].value;
  }

  /** Fills the scratch with what a primitive must not depend on, other octets each time. */
  soil(): void {
    const start = this.at("scratch");
    for (let i = 0; i < this.at("scratchSize"); i++) {
      this.#soil = (this.#soil * 25_173 + 13_849) & 0xffff;
      this.#octets[start + i] = this.#soil >> 8;
    }
  }

  /** Puts the octets there, and zeros behind them up to `size`. */
  write(address: number, octets: Uint8Array, size = octets.length): void {
    this.#octets.fill(0, address, address + size);
    this.#octets.set(octets, address);
  }

  read(address: number, length: number): Uint8Array {
    return this.#octets.slice(address, address + length);
  }

  /** Runs a primitive. What lies outside the scratch (its arguments, its constants, the rest) must stay as it was. */
  call(name: FunctionName, ...operands: number[]): number {
    const before = this.#outside();
    const result = this.#exports[name](...operands);
    assert.ok(before.equals(this.#outside()), `${name} writes outside the scratch`);
    return result;
  }

  /** All memory but the scratch and the midstates. */
  #outside(): Buffer {
    const outside = Buffer.from(this.#octets);
    outside.fill(0, this.at("scratch"), this.at("scratch") + this.at("scratchSize"));
    outside.fill(0, this.at("midstates"), this.at("midstates") + MIDSTATES_SIZE);
    return outside;
  }
}
