/*
 * HMAC-SHA-1, RFC 2104, from midstates as in hmac.ts, and the PRF of IEEE 802.11-2020, 12.7.1.2, over it.
 */
import { copy } from "../bytes";
import { DIGEST, MESSAGE } from "../layout";
import { Cursor } from "./message";
import { compressSha1, initialSha1, SHA1_SIZE, sha1 } from "./sha1";

/** target := the chaining value behind the block (K ^ pad), K the `length` octets at `key`. */
function keyBlock(key: usize, length: usize, pad: u32, target: usize): void {
  let i: usize = 0;
  do {
    store<u32>(i, (i < length ? load<u32>(key + i) : 0) ^ pad, MESSAGE);
    i += 4;
  } while (i < 64);
  initialSha1(target);
  compressSha1(target, target, MESSAGE);
}

/** midstates := inner(20) ‖ outer(20) of the key, `length` octets: at most 64, and whole words. */
export function prepareSha1(key: usize, length: usize, midstates: usize): void {
  keyBlock(key, length, 0x36363636, midstates);
  keyBlock(key, length, 0x5c5c5c5c, midstates + SHA1_SIZE);
}

/** DIGEST := the MAC of the `length` octets at `source`, behind `before` that the inner chaining value has taken. */
export function hmacSha1(midstates: usize, source: usize, length: i32, before: i32): void {
  sha1(midstates, source, length, before);
  copy(MESSAGE, DIGEST, SHA1_SIZE);
  sha1(midstates + SHA1_SIZE, MESSAGE, SHA1_SIZE, 64);
}

/**
 * target := PRF-384(K, A, B) = L(HMAC-SHA-1(K, A ‖ 0 ‖ B ‖ i), i = 0, 1, 2; 0, 384). MESSAGE holds A ‖ 0 ‖ B up to the
 * cursor, 64 to 118 octets: its first block is the same for every i, and taken once. The midstates are used up.
 */
export function prf384(midstates: usize, target: usize): void {
  const tail: usize = MESSAGE + 64;
  const length = (Cursor.at - tail) as i32;
  compressSha1(midstates, midstates, MESSAGE);
  let i = 0;
  do {
    store<u8>(tail + length, i);
    hmacSha1(midstates, tail, length + 1, 128);
    copy(target, DIGEST, i == 2 ? 8 : SHA1_SIZE);
    target += SHA1_SIZE;
    ++i;
  } while (i < 3);
}
