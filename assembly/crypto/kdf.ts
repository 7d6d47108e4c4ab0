/*
 * KDF-SHA-256-256 of IEEE 802.11-2020, 12.7.1.6.2. One iteration, as 256 bits are all that this profile takes:
 *
 *   KDF-256(K, label, context) = HMAC-SHA-256(K, LE16(1) ‖ label ‖ context ‖ LE16(256))
 */
import { hmac } from "./hmac";
import { begin, Cursor } from "./message";

/** Starts the input with a label of up to eight octets, `size` of them, the first lowest. The context is put next. */
export function open(label: u64, size: usize): void {
  begin();
  store<u16>(Cursor.at, 1);
  store<u64>(Cursor.at, label, 2);
  Cursor.at += 2 + size;
}

/** DIGEST := the derived key, under the key with these midstates. */
export function derive(midstates: usize): void {
  store<u16>(Cursor.at, 256);
  Cursor.at += 2;
  hmac(midstates);
}
