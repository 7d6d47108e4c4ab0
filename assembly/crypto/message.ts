/*
 * The message that is being hashed: octets put one behind the other, then padded, FIPS 180-4 (August 2015) 5.1.1.
 * At most 119 octets: one or two blocks.
 */
import { SMALL } from "../build";
import { copy, swapWords } from "../bytes";
import { DIGEST, MESSAGE } from "../layout";
import { compress } from "./sha256";

export class Cursor {
  /** Where the next octets go. */
  static at: usize = 0;
}

/** Starts a message. */
export function begin(): void {
  Cursor.at = MESSAGE;
}

/** Puts `length` octets. Up to three behind them are left to what is put next. */
export function put(source: usize, length: i32): void {
  copy(Cursor.at, source, length);
  Cursor.at += length;
}

/** Octets to the order in which the build hashes, or back. `length` is rounded up to words. */
export function reorder(target: usize, length: i32): void {
  if (!SMALL) swapWords(target, length);
}

/**
 * DIGEST := the chaining value at `start`, advanced by the message and its padding. `before`: octets that `start` has
 * taken already, 0 for a plain hash, 64 behind a key block.
 */
export function finish(start: usize, before: i32): void {
  const length = (Cursor.at - MESSAGE) as i32;
  const last: usize = length > 55 ? MESSAGE + 64 : MESSAGE;
  // One bit, then zeros up to the length; what the last put left behind goes, too.
  let padding: u32 = 0x80;
  do {
    store<u32>(Cursor.at, padding);
    Cursor.at += 4;
    padding = 0;
  } while (Cursor.at < last + 60);
  reorder(MESSAGE, length + 1);
  storeBits(last, (length + before) << 3);
  compress(start, DIGEST, MESSAGE);
  if (last != MESSAGE) compress(DIGEST, DIGEST, last);
}

/** The length in bits, at the end of the block at `block`. */
export function storeBits(block: usize, bits: u32): void {
  store<u32>(block, SMALL ? bswap<u32>(bits) : bits, 60);
}
