/*
 * Elements, IEEE 802.11-2020 9.4.2: ID(1) ‖ length(1) ‖ value. Key data is made of them, too, 12.7.2: a KDE is an element
 * 0xDD whose value starts with OUI 00-0F-AC and a data type, and padding is 0xDD ‖ zeros.
 */

/** Element IDs. */
export const SSID_ID: i32 = 0;
export const RATES_ID: i32 = 1;
export const RSNE_ID: i32 = 48;
export const VENDOR_ID: i32 = 0xdd;

/** 00-0F-AC, first octet lowest, and the data types of KDEs, table 12-9, behind it. */
const OUI: u32 = 0x00ac0f00;
export const GTK_KDE: i32 = 0x01;
export const PMKID_KDE: i32 = 0x04;
/** Octets of a KDE before its data. */
export const KDE_DATA: usize = 6;

/** Found nothing, and found what is no list of elements. */
export const NONE: usize = 0;
export const MALFORMED: usize = 1;

/**
 * The address of the first element `id` from `at` to `end`, of KDEs the first of type `kde`; or NONE, or MALFORMED, as all
 * of the list is looked at. With `kde` not negative an element 0xDD without length is where padding starts.
 */
export function find(at: usize, end: usize, id: i32, kde: i32): usize {
  let found: usize = NONE;
  while (at < end) {
    if (kde >= 0 && load<u8>(at) == VENDOR_ID && (end - at == 1 || !load<u8>(at, 1))) return found;
    if (end - at < 2) return MALFORMED;
    const next = at + 2 + load<u8>(at, 1);
    if (next > end) return MALFORMED;
    if (found == NONE && load<u8>(at) == id) {
      if (id != VENDOR_ID) found = at;
      else if (next - at >= KDE_DATA && load<u32>(at, 2) == (OUI | ((kde as u32) << 24))) found = at;
    }
    at = next;
  }
  return found;
}
