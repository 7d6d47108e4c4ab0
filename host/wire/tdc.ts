/**
 * TDC (PROTOCOL.md section 2), two octets sent LE; bit 0 is the LSB of the first:
 *
 *     15 14 | 13      | 12 11 10 | 9 8        | 7        | 6         | 5 4 3 2 1 0
 *     res.  | Command | profile  | generation | Modifier | Encrypted | body length - 1
 *
 * Assumption: the draft leaves all of it open.
 */

import { type BitField, maxOf, packBits, readBits } from "./bits.ts";
import type { FrameType } from "./fc.ts";

export const TDC_FIELDS = {
  length: { at: 0, width: 6 },
  encrypted: { at: 6, width: 1 },
  modifier: { at: 7, width: 1 },
  generation: { at: 8, width: 2 },
  profile: { at: 10, width: 3 },
  command: { at: 13, width: 1 },
  reserved: { at: 14, width: 2 },
} as const satisfies Record<string, BitField>;

/** What a TDC says. */
export interface Tdc {
  /** 1..64. */
  readonly bodyLength: number;
  readonly encrypted: boolean;
  /** A Modifier is present (Trigger only). */
  readonly modifier: boolean;
  /** Root generation mod 4. */
  readonly generation: number;
  /** Number of a security profile, 1..3 if there is one. */
  readonly profile: number;
  /** The payload is a command (Confirm only, encrypted only). */
  readonly command: boolean;
}

/** What these 16 bits say; bits 14-15 are reservedInTdc's business. */
export function readTdc(word: number): Tdc {
  return {
    bodyLength: readBits(word, TDC_FIELDS.length) + 1,
    encrypted: readBits(word, TDC_FIELDS.encrypted) === 1,
    modifier: readBits(word, TDC_FIELDS.modifier) === 1,
    generation: readBits(word, TDC_FIELDS.generation),
    profile: readBits(word, TDC_FIELDS.profile),
    command: readBits(word, TDC_FIELDS.command) === 1,
  };
}

/** The inverse, with bits 14-15 zero; RangeError naming the field that does not fit. */
export function packTdc(tdc: Tdc): number {
  return packBits(TDC_FIELDS, {
    length: tdc.bodyLength - 1,
    encrypted: Number(tdc.encrypted),
    modifier: Number(tdc.modifier),
    generation: tdc.generation,
    profile: tdc.profile,
    command: Number(tdc.command),
    reserved: 0,
  });
}

type FieldName = keyof typeof TDC_FIELDS;

/** The names of the fields that a frame of this type has to send as 0, and whose value in `word` is not 0. */
export function reservedInTdc(type: FrameType, word: number): readonly FieldName[] {
  // Command = 1 goes with Encrypted = 1 only: a root update never travels in clear.
  const isCommandable = type === "Confirm" && readBits(word, TDC_FIELDS.encrypted) === 1;
  const { names, mask } = type === "Trigger" ? IN_TRIGGER : isCommandable ? IN_ENCRYPTED_CONFIRM : IN_OTHERS;
  return (word & mask) === 0 ? NONE : names.filter((name) => readBits(word, TDC_FIELDS[name]) !== 0);
}

const NONE: readonly FieldName[] = [];
const IN_TRIGGER = zeros("reserved", "encrypted", "command");
const IN_ENCRYPTED_CONFIRM = zeros("reserved", "modifier");
const IN_OTHERS = zeros("reserved", "modifier", "command");

/** Fields that have to be 0, and their bits. */
function zeros(...names: FieldName[]): { readonly names: readonly FieldName[]; readonly mask: number } {
  return { names, mask: names.reduce((mask, name) => mask | (maxOf(TDC_FIELDS[name]) << TDC_FIELDS[name].at), 0) };
}
