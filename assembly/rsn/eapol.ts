/*
 * EAPOL PDUs that come in, IEEE 802.1X-2020 11.3: version(1) ‖ type(1) ‖ length(2, BE) ‖ body, and which of the station's
 * exchanges a PDU is for.
 */
import { PN_MAX } from "./ccmp";
import { eap } from "./eap";
import { first, third } from "./fourway";
import {
  DATA_LENGTH,
  DESCRIPTOR,
  descriptorVersion,
  FIXED_SIZE,
  G1,
  INFO,
  M1,
  M3,
  RSN_KEY,
  VERSION,
} from "./frames/eapolkey";
import { groupMessage } from "./group";
import { Asked, EAPOL_HEADER } from "./reply";
import { Session } from "./session";
import { BAD_LENGTH, BAD_TYPE, PN_EXHAUSTED } from "./status";

/** Types. */
const EAP_PACKET: i32 = 0;
const EAPOL_KEY: i32 = 3;

/** The EAPOL-Key PDU at `pdu`, its body `body` octets. */
function keyMessage(pdu: usize, body: i32): i32 {
  if (body < FIXED_SIZE) return BAD_LENGTH;
  const size: i32 = bswap<u16>(load<u16>(pdu, DATA_LENGTH));
  if (size != body - FIXED_SIZE) return BAD_LENGTH;
  const info: i32 = bswap<u16>(load<u16>(pdu, INFO));
  if (load<u8>(pdu, DESCRIPTOR) != RSN_KEY || (info & VERSION) != descriptorVersion()) return BAD_TYPE;
  const kind = info & ~VERSION;
  if (kind == M1) return first(pdu, size);
  if (kind == M3) return third(pdu, size);
  return kind == G1 ? groupMessage(pdu, size) : BAD_TYPE;
}

/** The `available` octets at `pdu`, which start with an EAPOL PDU. */
export function eapol(pdu: usize, available: i32, isProtected: bool): i32 {
  if (available < EAPOL_HEADER) return BAD_LENGTH;
  const body: i32 = bswap<u16>(load<u16>(pdu, 2));
  if (body > available - EAPOL_HEADER) return BAD_LENGTH;
  if (isProtected && Session.txPn == PN_MAX) return PN_EXHAUSTED;
  Asked.isProtected = isProtected;
  const type: i32 = load<u8>(pdu, 1);
  if (type == EAP_PACKET) return eap(pdu + EAPOL_HEADER, body);
  return type == EAPOL_KEY ? keyMessage(pdu, body) : BAD_TYPE;
}
