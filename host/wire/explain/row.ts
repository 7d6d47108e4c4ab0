/** The lines of an explanation: one a field, one a part of a field. */

import { type BitField, maxOf, readBits } from "../bits.ts";
import { toHex } from "../octets.ts";

/** A field of a frame, or a part of one. */
export interface Row {
  /** Of the first octet, in what is explained. */
  readonly offset: number;
  /** All of the field, or as much of it as there is; of a field of bits, the octets that it stands in. */
  readonly octets: Uint8Array;
  /** The field that it is a part of. */
  readonly of?: string;
  /** A field of bits: its own bits as 0 and 1, others as dots, most significant first. */
  readonly bits?: string;
  readonly field: string;
  /** Empty where the octets say it all. */
  readonly value: string;
  readonly meaning: string;
}

/** What a whole field says. */
interface Told {
  readonly value?: string;
  readonly meaning: string;
}

/** Lays fields over octets from left to right. A field that the octets end in is told as cut; it never fails. */
export class Rows {
  readonly all: Row[] = [];
  readonly #octets: Uint8Array;
  #at = 0;
  #end: number;

  constructor(octets: Uint8Array) {
    this.#octets = octets;
    this.#end = octets.length;
  }

  /** Fields are laid up to `end` from now on: the body stops where the FCS begins. */
  stopAt(end: number): void {
    this.#end = end;
  }

  /** Octets before the end that no field has yet. */
  get left(): number {
    return Math.max(0, this.#end - this.#at);
  }

  /** The next `length` octets are this field; returns them if they are all there. Fields of no octets have no row. */
  take(field: string, length: number, tell: (octets: Uint8Array) => Told, of?: string): Uint8Array | undefined {
    const octets = this.#next(length);
    const isWhole = octets.length === length;
    const { value = "", meaning } = isWhole
      ? tell(octets)
      : { meaning: `cut off: ${octets.length} of ${length} octets` };
    if (octets.length > 0) this.all.push({ offset: this.#at, octets, of, field, value, meaning });
    this.#at += octets.length;
    return isWhole ? octets : undefined;
  }

  /** A row for a group of fields that are taken after it. */
  head(field: string, length: number, meaning: string): void {
    const octets = this.#next(length);
    if (octets.length > 0) this.all.push({ offset: this.#at, octets, field, value: "", meaning });
  }

  /** The next octets, at most so many. */
  #next(length: number): Uint8Array {
    return this.#octets.subarray(this.#at, Math.min(this.#at + length, this.#end));
  }

  /** The parts of the field that was taken last: `word` is its number, `meanings` go with the fields of the table. */
  parts<Name extends string>(
    of: string,
    word: number,
    fields: Readonly<Record<Name, BitField>>,
    meanings: Readonly<Record<Name, readonly [field: string, tell: (value: number) => string]>>,
  ): void {
    const { offset, octets } = this.all[this.all.length - 1];
    for (const name in fields) {
      const value = readBits(word, fields[name]);
      const [field, tell] = meanings[name];
      const bits = drawBits(word, 8 * octets.length, fields[name]);
      this.all.push({ offset, octets, of, bits, field, value: `${value}`, meaning: tell(value) });
    }
  }
}

/** As "..01 ....": the bits of one field of a number of `width` bits. */
function drawBits(word: number, width: number, field: BitField): string {
  const mask = maxOf(field) << field.at;
  let drawn = "";
  for (let bit = width - 1; bit >= 0; bit--) {
    drawn += (mask >>> bit) & 1 ? `${(word >>> bit) & 1}` : ".";
    if (bit % 4 === 0 && bit > 0) drawn += " ";
  }
  return drawn;
}

/** 0x and four digits. */
export function hexNumber(value: number): string {
  return `0x${value.toString(16).padStart(4, "0")}`;
}

/** 02:00:00:00:00:01 */
export function address(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join(":");
}

const isPrintable = (octet: number): boolean => octet >= 0x20 && octet < 0x7f;

/** In quotes if all of it is printable ASCII, else as hex: what came from a radio never reaches a terminal raw. */
export function textOrHex(octets: Uint8Array): string {
  return octets.every(isPrintable) ? JSON.stringify(String.fromCharCode(...octets)) : toHex(octets);
}

/** "1 octet", "2 octets" */
export function octetCount(length: number): string {
  return `${length} octet${length === 1 ? "" : "s"}`;
}
