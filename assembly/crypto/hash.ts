/*
 * SHA-256 of short octet strings, FIPS 180-4 (August 2015) 5.1.1 and 6.2, and HMAC-SHA-256 (RFC 2104) from midstates.
 *
 * A message is written to MESSAGE, which `begin` has zeroed, and is at most 119 octets: one or two blocks.
 */

import { swapWords, wipe } from "../bytes";
import { DIGEST, MESSAGE } from "../layout";
import { compress, INITIAL } from "./sha256";

/** Makes room for a new message. */
export function begin(): void {
  wipe(MESSAGE, 128);
}

/**
 * DIGEST := the chaining value at `start`, advanced by the message of `length` octets at MESSAGE and its padding.
 * `before` is the number of octets that `start` has already taken: 0 for a plain hash, 64 behind a key block.
 */
export function finish(start: usize, length: i32, before: i32): void {
  const last: usize = length > 55 ? MESSAGE + 64 : MESSAGE;
  store<u8>(MESSAGE + length, 0x80);
  swapWords(MESSAGE, length + 1);
  store<u32>(last, (length + before) << 3, 60);
  compress(start, DIGEST, MESSAGE);
  if (last != MESSAGE) compress(DIGEST, DIGEST, last);
}

/**
 * HMAC(K, text) = H((K ^ opad) ‖ H((K ^ ipad) ‖ text)): DIGEST := the MAC of the message of `length` octets at MESSAGE,
 * under the key whose midstates (inner, outer: eight words each) stand at `midstates`.
 */
export function hmac(midstates: usize, length: i32): void {
  finish(midstates, length, 64);
  begin();
  for (let i: usize = 0; i < 32; i += 4) store<u32>(i, load<u32>(i, DIGEST), MESSAGE);
  store<u32>(MESSAGE, 0x80000000, 32);
  store<u32>(MESSAGE, (64 + 32) << 3, 60);
  compress(midstates + 32, DIGEST, MESSAGE);
}

/** One midstate: target := the chaining value after the block (K ^ pad), K the 32-octet key in DIGEST. */
function keyBlock(pad: u32, target: usize): void {
  for (let i: usize = 0; i < 32; i += 4) {
    store<u32>(i, load<u32>(i, DIGEST) ^ pad, MESSAGE);
    store<u32>(i, pad, MESSAGE + 32);
  }
  compress(INITIAL, target, MESSAGE);
}

/** midstates := inner ‖ outer of the key in DIGEST. */
export function prepare(midstates: usize): void {
  keyBlock(0x36363636, midstates);
  keyBlock(0x5c5c5c5c, midstates + 32);
}
