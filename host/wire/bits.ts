/** Fields of bits in a number: one table a number, which reading, writing and explaining share. */

import { checkNumber } from "./octets.ts";

/** Where a field stands: `at` is its lowest bit (bit 0 the least significant of the number), `width` in bits. */
export interface BitField {
  readonly at: number;
  readonly width: number;
}

/** The greatest value that a field holds. */
export function maxOf(field: BitField): number {
  return (1 << field.width) - 1;
}

/** The value of one field. */
export function readBits(word: number, field: BitField): number {
  return (word >>> field.at) & maxOf(field);
}

/** The number whose fields have these values; RangeError naming a field that cannot hold its value. */
export function packBits<Name extends string>(
  fields: Readonly<Record<Name, BitField>>,
  values: Readonly<Record<Name, number>>,
): number {
  let word = 0;
  for (const name in fields) {
    const field = fields[name];
    checkNumber(name, values[name], 0, maxOf(field));
    word |= values[name] << field.at;
  }
  return word;
}
