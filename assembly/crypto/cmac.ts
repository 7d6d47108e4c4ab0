/*
 * AES-CMAC, NIST SP 800-38B (May 2005), over the two-lane cipher: the chain runs in lane 0.
 */

import { wipe } from "../bytes";
import { LANES, TAG } from "../layout";
import { encrypt } from "./aes";
import { addFrom, addLane0, setLane1 } from "./lanes";

/** The block at TAG, as a 128-bit number, most significant octet first: x := 2 x in GF(2^128), R = 0x87. */
function double(): void {
  let carry: u32 = 0;
  for (let i: usize = 16; i; ) {
    --i;
    const x = load<u8>(i, TAG) as u32;
    store<u8>(i, (x << 1) | carry, TAG);
    carry = x >>> 7;
  }
  store<u8>(TAG + 15, load<u8>(TAG + 15) ^ (0x87 * carry));
}

/**
 * Leaves the full 16-octet MAC of the `length` octets (at least one) at `message` at TAG. `key`: 16 octets.
 * The octets behind the message, up to a whole block, are zero.
 */
export function cmac(key: usize, message: usize, length: i32): void {
  const last = message + ((length - 1) & ~15);
  // L = E(K, 0); K1 = 2 L for a whole last block, K2 = 4 L for a padded one.
  wipe(LANES, 32);
  setLane1(key);
  encrypt(true);
  wipe(TAG, 16);
  addFrom(LANES, TAG);
  double();
  if (length & 15) {
    store<u8>(message + length, 0x80);
    double();
  }
  wipe(LANES, 32);
  for (; message < last; message += 16) {
    addLane0(message);
    encrypt(false);
  }
  addLane0(last);
  addLane0(TAG);
  encrypt(false);
  wipe(TAG, 16);
  addFrom(LANES, TAG);
}
