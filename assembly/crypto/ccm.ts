/*
 * AES-CCM, NIST SP 800-38C (updated July 2007), with L = 2: CBC-MAC in lane 0, CTR in lane 1 of the same calls.
 *
 * BLOCKS holds B0 ‖ the AAD (at least one octet) with its length, zero-padded to blocks ‖ the payload, likewise.
 * The counter runs one call ahead of the MAC: A1 beside the last AAD block, A[i+1] beside payload block i, and A0,
 * whose keystream hides the tag, beside the last block of all. So a payload block meets its keystream before the MAC
 * takes it, in either direction, and no call is made that the MAC does not need.
 */
import { addBlock, setBlock } from "../bytes";
import { BLOCKS, LANE_1, LANES } from "../layout";
import { encrypt } from "./aes";

/**
 * Seals (or, with `open`, opens) the payload in place and leaves the full 16-octet tag at LANES.
 * `key`: 16 octets. `payload`: address of the first payload block; `length`: octets of it.
 * What it opens is not to be handed on before the tag was compared.
 */
export function ccm(key: usize, payload: usize, length: i32, open: bool): void {
  const end = payload + length;
  let block: usize = BLOCKS;
  setBlock(LANES, BLOCKS);
  setBlock(LANE_1, key);
  encrypt(true);
  // From here on the first block is A[i]: flags L - 1, the same nonce, the counter in the last two octets.
  store<u16>(BLOCKS, 0, 14);
  store<u8>(BLOCKS, 1);
  do {
    block += 16;
    addBlock(LANES, block);
    if (block >= payload) {
      // Behind the payload stands padding, which no keystream changes.
      for (let tail = end; tail < block + 16; ++tail) store<u8>(tail - block, 0, LANE_1);
      addBlock(block, LANE_1);
      // The MAC takes the block in clear: what it took was that, or that ^ the keystream.
      if (open) addBlock(LANES, LANE_1);
    }
    store<u8>(BLOCKS, block + 16 < end ? ((block - payload) >> 4) + 2 : 0, 15);
    setBlock(LANE_1, BLOCKS);
    encrypt(false);
  } while (block + 16 < end);
  addBlock(LANES, LANE_1);
}
