/*
 * HMAC-SHA-256, RFC 2104, from midstates:
 *
 *   HMAC(K, text) = H((K ^ opad) ‖ H((K ^ ipad) ‖ text))
 *
 * The midstates of a key are the chaining values behind its two blocks, inner and outer: two compressions saved at every
 * use, and the key itself need not be kept.
 */
import { SMALL } from "../build";
import { copy } from "../bytes";
import { DIGEST, MESSAGE } from "../layout";
import { begin, Cursor, finish, storeBits } from "./message";
import { compress, INITIAL } from "./sha256";

/** DIGEST := the MAC of the message under the key whose midstates, inner ‖ outer, stand at `midstates`. */
export function hmac(midstates: usize): void {
  finish(midstates, 64);
  begin();
  copy(MESSAGE, DIGEST, 32);
  if (SMALL) {
    Cursor.at += 32;
    finish(midstates + 32, 64);
  } else {
    // The digest is words already: the padding comes as words, too.
    store<u32>(MESSAGE, 0x80000000, 32);
    store<u64>(MESSAGE, 0, 36);
    store<u64>(MESSAGE, 0, 44);
    store<u64>(MESSAGE, 0, 52);
    storeBits(MESSAGE, (64 + 32) << 3);
    compress(midstates + 32, DIGEST, MESSAGE);
  }
}

/** target := the chaining value behind the block (K ^ pad), K the 32-octet key in DIGEST. */
function keyBlock(pad: u32, target: usize): void {
  let i: usize = 0;
  do {
    store<u32>(i, load<u32>(i, DIGEST) ^ pad, MESSAGE);
    store<u32>(i, pad, MESSAGE + 32);
    i += 4;
  } while (i < 32);
  compress(INITIAL, target, MESSAGE);
}

/** midstates := inner ‖ outer of the key in DIGEST. */
export function prepare(midstates: usize): void {
  keyBlock(0x36363636, midstates);
  keyBlock(0x5c5c5c5c, midstates + 32);
}
