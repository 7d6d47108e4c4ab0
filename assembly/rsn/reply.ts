/*
 * EAPOL PDUs on their way out, IEEE 802.1X-2020 11.3, in Data frames. An answer goes as the frame came: protected if that
 * was.
 */
import { copy } from "../bytes";
import { seal, TEXT } from "./ccmp";
import { BODY, DATA, putHeader, TO_DS } from "./frames/mac";
import { TX } from "./layout";

/** LLC/SNAP of EAPOL, IEEE 802.11-2020 11.3.1: AA AA 03 ‖ 00 00 00 ‖ 88 8E. */
export const LLC_EAPOL: u64 = 0x8e8800000003aaaa;
export const LLC_SIZE: i32 = 8;
/** version(1) ‖ type(1) ‖ length(2, BE) */
export const EAPOL_HEADER: i32 = 4;

export class Asked {
  /** The PDU at hand came in a protected frame. */
  static isProtected: bool = false;
}

/** The MPDU at TX of the EAPOL PDU of `length` octets at OUT. Answers its octets. */
export function reply(length: i32): i32 {
  store<u64>(TX, LLC_EAPOL, BODY);
  if (Asked.isProtected) {
    copy(TEXT, TX + BODY, LLC_SIZE + length);
    return seal(LLC_SIZE + length);
  }
  putHeader(DATA | TO_DS);
  return (BODY as i32) + LLC_SIZE + length;
}
