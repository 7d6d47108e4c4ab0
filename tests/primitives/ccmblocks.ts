/** How SP 800-38C (updated July 2007) appendix A lays out nonce, AAD and payload: the blocks that the device's CCM takes. */
import { concat } from "../support/hex.ts";

const BLOCK = 16;

const padded = (octets: Uint8Array): Uint8Array => concat(octets, new Uint8Array(-octets.length & (BLOCK - 1)));

const bigEndian16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value);

/** Where the payload starts: behind B0 and the AAD with its two octets of length. AAD: 1 to 65,279 octets. */
export function ccmPayloadOffset(aadLength: number): number {
  return BLOCK + BLOCK * Math.ceil((2 + aadLength) / BLOCK);
}

/** A.2.1 and A.2.2 for q = 2: B0 = [64 + 8 (t - 2) / 2 + (q - 1)] ‖ N ‖ Q; the AAD's length, the AAD; the payload. */
export function ccmBlocks(nonce: Uint8Array, aad: Uint8Array, payload: Uint8Array, micLength: number): Uint8Array {
  const flags = Uint8Array.of(64 + 8 * ((micLength - 2) / 2) + 1);
  const b0 = concat(flags, nonce, bigEndian16(payload.length));
  return concat(b0, padded(concat(bigEndian16(aad.length), aad)), padded(payload));
}
