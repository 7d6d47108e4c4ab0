/** By what a device knows that it has unwrapped the right master group key, and that the block is whole. */

import { type PrfCrypto, prf } from "../keys/prf.ts";
import { VERIFY_CODE_OCTETS } from "./block.ts";

export const MGK_OCTETS = 16;
const VERIFY_KEY_OCTETS = 32;

/** First 128 bits of HMAC-SHA-256(PRF(MGK, "MIS verify"), covered); covered: all octets of the block before it. */
export function verifyCodeOf(crypto: PrfCrypto, mgk: Uint8Array, covered: Uint8Array): Uint8Array {
  const key = prf(crypto, mgk, "MIS verify", [], VERIFY_KEY_OCTETS);
  const code = crypto.hmac(key, covered).slice(0, VERIFY_CODE_OCTETS);
  key.fill(0);
  return code;
}
