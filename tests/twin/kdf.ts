/** KDF-SHA-256-256 of IEEE Std 802.11-2020 12.7.1.6.2: one iteration, 256 bits, so the output is one HMAC. */
import { ascii, concat, littleEndian } from "./bytes.ts";
import { hmacSha256, type Midstates } from "./hmac.ts";

/** The iteration number i, of which 256 bits of output need only the first. */
const ITERATION = 1;
/** Length of the output. */
const LENGTH_bits = 256;

/** LE16(i) ‖ label ‖ context ‖ LE16(length): what is fed to HMAC. */
export function kdfMessage(label: string, context: Uint8Array): Uint8Array {
  return concat(littleEndian(ITERATION, 2), ascii(label), context, littleEndian(LENGTH_bits, 2));
}

/** KDF-256(K, label, context) = HMAC-SHA-256(K, LE16(1) ‖ label ‖ context ‖ LE16(256)), 32 octets. */
export function kdf256(key: Midstates, label: string, context: Uint8Array): Uint8Array {
  return hmacSha256(key, kdfMessage(label, context));
}
