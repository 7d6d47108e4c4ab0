/** What RSN needs of cryptography beyond AMP: SHA-1 for AKM 1 and 2, AES key wrap, and the bare cipher for EAP-PSK. */

import type { Crypto } from "../../crypto/crypto.ts";

/** The same rules as Crypto's: a caller's mistake is a RangeError, what an attacker can cause is not. */
export interface RsnCrypto extends Crypto {
  /** HMAC-SHA-1 (RFC 2104): 20 octets; a key of any length. */
  hmacSha1(key: Uint8Array, message: Uint8Array): Uint8Array;

  /** AES key wrap (RFC 3394) under a key of 16 octets: 8 octets more than `plain`, which has 16, 24, 32 ... octets. */
  aesWrap(kek: Uint8Array, plain: Uint8Array): Uint8Array;

  /** The inverse; null when the integrity check fails, or `wrapped` has not 24, 32, 40 ... octets. */
  aesUnwrap(kek: Uint8Array, wrapped: Uint8Array): Uint8Array | null;

  /** AES-128 forward (FIPS 197) of one block of 16 octets. */
  aesBlock(key: Uint8Array, block: Uint8Array): Uint8Array;
}
