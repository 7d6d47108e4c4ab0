/*
 * KDF-SHA-256-n of IEEE 802.11-2020, 12.7.1.6.2. One iteration for the 256 bits that are all that AMP takes:
 *
 *   KDF-256(K, label, context) = HMAC-SHA-256(K, LE16(1) ‖ label ‖ context ‖ LE16(256))
 *   KDF-n(K, label, context)   = L(HMAC-SHA-256(K, LE16(i) ‖ label ‖ context ‖ LE16(n)), i = 1, 2 ...; 0, n)
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

/** Starts the input of iteration `i`. Label and context are put next. */
export function iteration(i: i32): void {
  begin();
  store<u16>(Cursor.at, i);
  Cursor.at += 2;
}

/** DIGEST := the iteration's 256 of the `bits` bits, under the key with these midstates. */
export function iterate(midstates: usize, bits: i32): void {
  store<u16>(Cursor.at, bits);
  Cursor.at += 2;
  hmac(midstates);
}
