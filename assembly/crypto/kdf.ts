/*
 * KDF-SHA-256-256 of IEEE 802.11-2020, 12.7.1.6.2, with one iteration, as 256 bits are all this profile takes:
 *
 *   KDF-256(K, label, context) = HMAC-SHA-256(K, LE16(1) ‖ label ‖ context ‖ LE16(256))
 */
import { MESSAGE } from "../layout";
import { begin, hmac } from "./hash";

/** Starts the KDF's input; the label goes to the address that is answered. */
export function open(): usize {
  begin();
  store<u8>(MESSAGE, 1);
  return MESSAGE + 2;
}

/** DIGEST := the derived key. `end`: the address behind the context. */
export function derive(midstates: usize, end: usize): void {
  store<u16>(end, 256);
  hmac(midstates, (end + 2 - MESSAGE) as i32);
}
