/*
 * What the NVM record keeps instead of a key: the chaining values of SHA-256 behind HMAC's two key blocks. They are made
 * at manufacture, on the provisioner's machine; node:crypto does not hand them out, so the portable SHA-256 makes them.
 */
import { midstates } from "../crypto/portable/hmac.ts";
import { BLOCK_OCTETS, sha256 } from "../crypto/portable/sha256.ts";

/** The chaining values after the first block of HMAC's two hashes, 32 octets each (eight big-endian words). */
interface HmacMidstates {
  readonly inner: Uint8Array;
  readonly outer: Uint8Array;
}

/**
 * inner = compress(H_0, K_0 xor ipad), outer = compress(H_0, K_0 xor opad), where K_0 is the key, zero-filled to a block.
 * @throws RangeError for a key longer than a block, which HMAC would hash first: no root or PMK is.
 */
export function hmacMidstates(key: Uint8Array): HmacMidstates {
  if (key.length > BLOCK_OCTETS) throw new RangeError(`key: ${key.length} octets, where at most ${BLOCK_OCTETS} fit`);
  return midstates(key);
}

/**
 * SHA-256 of a message that fits into one block with its padding, 0..55 octets.
 * @throws RangeError for a longer one.
 */
export function sha256OneBlock(message: Uint8Array): Uint8Array {
  const room = BLOCK_OCTETS - 1 - 8;
  if (message.length > room) throw new RangeError(`message: ${message.length} octets, where at most ${room} fit`);
  return sha256(message);
}
