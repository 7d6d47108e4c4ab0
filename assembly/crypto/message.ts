/*
 * The message that is being hashed: octets put one behind the other, then padded, FIPS 180-4 (August 2015) 5.1.1.
 * At most 119 octets: one or two blocks.
 */
import { SMALL } from "../build";
import { copy, swapWords, wipe } from "../bytes";
import { DIGEST, MESSAGE } from "../layout";
import { compress } from "./sha256";

export class Cursor {
  /** Where the next octets go. */
  static at: usize = 0;
}

/** Starts a message. */
export function begin(): void {
  wipe(MESSAGE, 128);
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
  // Zeroes what the last put may have left behind, too.
  store<u32>(Cursor.at, 0x80);
  reorder(MESSAGE, length + 1);
  storeBits(last, (length + before) << 3);
  compress(start, DIGEST, MESSAGE);
  if (last != MESSAGE) compress(DIGEST, DIGEST, last);
}

/** The length in bits, at the end of the block at `block`. */
export function storeBits(block: usize, bits: u32): void {
  if (SMALL) store<u16>(block, bswap<u16>(bits as u16), 62);
  else store<u32>(block, bits, 60);
}
