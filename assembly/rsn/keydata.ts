/*
 * What M3 and the group message 1 have in common: a counter and a MIC before anything else, key data under AES key wrap,
 * IEEE 802.11-2020 12.7.2, and the GTK KDE in it:
 *
 *   DD ‖ 22 ‖ 00-0F-AC ‖ 1 ‖ key ID in bits 0 and 1 ‖ 0 ‖ GTK(16)
 */
import { copyExact, differ } from "../bytes";
import { unwrap } from "../crypto/unwrap";
import { counterOf, FIXED_SIZE, isAuthentic, KEY_DATA, RSC } from "./frames/eapolkey";
import { find, GTK_KDE, KDE_DATA, MALFORMED, NONE, VENDOR_ID } from "./frames/elements";
import { GROUP_KEYS, KEK, MATERIAL } from "./layout";
import { Session } from "./session";
import { BAD_KEY_DATA, BAD_MIC, REPLAYED_COUNTER } from "./status";

/** Octets of a GTK KDE with a key for CCMP-128. */
const GTK_KDE_SIZE: i32 = 24;
/** The GTK that was found, until it is installed. */
const FOUND: usize = MATERIAL + 16;
/** The counter that no later one could follow. */
const COUNTER_MAX: u64 = 0xffffffffffffffff;

export class KeyData {
  /** The key data at hand, in clear. */
  static at: usize = 0;
  static end: usize = 0;
  /** Key ID and RSC of the GTK that was found. */
  static id: i32 = 0;
  static rsc: u64 = 0;
}

/** 0 if the PDU at `pdu`, with `size` octets of key data, is no replay and has a right MIC. */
export function verify(pdu: usize, size: i32): i32 {
  const counter = counterOf(pdu);
  if (counter < Session.counter || counter == COUNTER_MAX) return REPLAYED_COUNTER;
  return isAuthentic(pdu, 4 + FIXED_SIZE + size) ? 0 : BAD_MIC;
}

/** KeyData := the key data of the PDU, unwrapped in place. 0, or bad key data. */
export function openKeyData(pdu: usize, size: i32): i32 {
  const wrapped = pdu + KEY_DATA;
  // C[0], and two or more of eight octets.
  if (size & 7 || size < 24 || unwrap(KEK, wrapped, (size >> 3) - 1)) return BAD_KEY_DATA;
  KeyData.at = wrapped + 8;
  KeyData.end = wrapped + size;
  return 0;
}

/** Whether there is a GTK in KeyData, which is put aside with the RSC of the PDU; -1: one that cannot be used. */
export function hasGroupKey(pdu: usize): i32 {
  const kde = find(KeyData.at, KeyData.end, VENDOR_ID, GTK_KDE);
  if (kde == NONE) return 0;
  if (kde == MALFORMED || load<u8>(kde, 1) + 2 != GTK_KDE_SIZE) return -1;
  KeyData.id = load<u8>(kde, KDE_DATA) & 3;
  KeyData.rsc = load<u64>(pdu, RSC) & 0xffffffffffff;
  copyExact(FOUND, kde + KDE_DATA + 2, 16);
  // Key ID 0 is the pairwise key's.
  return KeyData.id ? 1 : -1;
}

/** Where the GTK of key ID 1 to 3 stands, and behind it the PN of the last frame taken under it. */
export function groupKey(id: i32): usize {
  return GROUP_KEYS - 24 + 24 * id;
}
export const GROUP_PN: usize = 16;

/** Installs the GTK that was found under its key ID; the one that is installed there already keeps its PN. */
export function installGroupKey(): void {
  const gtk = groupKey(KeyData.id);
  const bit = 1 << KeyData.id;
  if (Session.groupKeys & bit && !differ(gtk, FOUND, 16)) return;
  copyExact(gtk, FOUND, 16);
  store<u64>(gtk, KeyData.rsc, GROUP_PN);
  Session.groupKeys |= bit;
}
