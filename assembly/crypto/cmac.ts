/*
 * AES-CMAC, NIST SP 800-38B (May 2005), over the two-lane cipher: the chain runs in lane 0.
 */
import { addBlock, setBlock, wipe } from "../bytes";
import { LANE_1, LANES, SUBKEY } from "../layout";
import { encrypt } from "./aes";

/** The block at SUBKEY, as a 128-bit number, most significant octet first: x := 2 x in GF(2^128), R = 0x87. */
function double(): void {
  let carry: u32 = 0;
  let i: usize = 16;
  do {
    --i;
    const x = load<u8>(i, SUBKEY) as u32;
    store<u8>(i, (x << 1) | carry, SUBKEY);
    carry = x >>> 7;
  } while (i);
  store<u8>(SUBKEY, load<u8>(SUBKEY, 15) ^ (0x87 * carry), 15);
}

/**
 * Leaves the full 16-octet MAC of the `length` octets (at least one) at `message` at LANES. `key`: 16 octets.
 * The octets behind the message, up to a whole block, are zero.
 */
export function cmac(key: usize, message: usize, length: i32): void {
  const last = message + ((length - 1) & ~15);
  // L = E(K, 0); K1 = 2 L for a whole last block, K2 = 4 L for a padded one.
  wipe(LANES, 32);
  setBlock(LANE_1, key);
  encrypt(true);
  setBlock(SUBKEY, LANES);
  double();
  const tail: usize = length & 15;
  if (tail) {
    double();
    // The padding of the last block goes in with the subkey, so that the message stays as it is.
    store<u8>(SUBKEY + tail, load<u8>(SUBKEY + tail) ^ 0x80);
  }
  wipe(LANES, 32);
  do {
    addBlock(LANES, message);
    if (message == last) addBlock(LANES, SUBKEY);
    encrypt(false);
    message += 16;
  } while (message <= last);
}
