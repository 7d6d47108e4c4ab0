/*
 * AES-CCM, NIST SP 800-38C (updated July 2007), with L = 2: CBC-MAC in lane 0, CTR in lane 1 of the same calls.
 *
 * BLOCKS holds B0 ‖ the AAD with its length, zero-padded to blocks ‖ the payload, zero-padded to blocks.
 * The counter runs one call ahead of the MAC: A1 beside the last AAD block, A[i+1] beside payload block i, and A0,
 * whose keystream hides the tag, beside the last block of all. So a payload block meets its keystream before the MAC
 * takes it, in either direction, and no call is made that the MAC does not need.
 */

import { wipe } from "../bytes";
import { BLOCKS, LANES, TAG } from "../layout";
import { encrypt } from "./aes";
import { addFrom, addLane0, setLane1 } from "./lanes";

/**
 * Seals (or, with `open`, opens) the payload in place and leaves the full 16-octet tag at TAG.
 * `key`: 16 octets. `payload`: address of the first payload block; `length`: octets of it.
 * What it opens is not to be handed on before the tag was compared.
 */
export function ccm(key: usize, payload: usize, length: i32, open: bool): void {
  const end = payload + length;
  wipe(LANES, 32);
  addLane0(BLOCKS);
  setLane1(key);
  encrypt(true);
  // From here on the first block is A[i]: flags L - 1, the same nonce, the counter in the last two octets.
  store<u8>(BLOCKS, 1);
  store<u8>(BLOCKS + 14, 0);
  for (let block: usize = BLOCKS + 16; block < end; block += 16) {
    if (block >= payload) {
      if (!open) addLane0(block);
      addFrom(LANES + 4, block);
      if (open) {
        // What the keystream wrote behind the payload is padding to the MAC: zero again.
        wipeTail(end, block + 16);
        addLane0(block);
      }
    } else {
      addLane0(block);
    }
    store<u8>(BLOCKS + 15, block + 16 < end ? ((block - payload) >> 4) + 2 : 0);
    setLane1(BLOCKS);
    encrypt(false);
  }
  wipe(TAG, 16);
  addFrom(LANES, TAG);
  addFrom(LANES + 4, TAG);
}

/** Zeroes from `from` to `to`; nothing if there is nothing between them. */
function wipeTail(from: usize, to: usize): void {
  for (; from < to; ++from) store<u8>(from, 0);
}
