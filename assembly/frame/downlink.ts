/*
 * A downlink frame at RX: the checks that every frame passes before its type is looked at, in the order of
 * PROTOCOL.md 4a. Behind a check that answered a type, no field below is out of the frame.
 */
import { differ } from "../bytes";
import { ID, RX, LANES } from "../layout";
import { BAD_FCS, BAD_LENGTH, BAD_PROFILE, BAD_TYPE, NOT_FOR_ME, RESERVED_BITS, TOO_LONG, TOO_SHORT } from "../status";
import { Binding } from "./binding";
import { crc16 } from "./crc";
import {
  ACK_LENGTH,
  FC_ACK,
  FC_CONFIRM,
  FC_DATA,
  FC_TRIGGER,
  FRAME_ID,
  FRAME_MAX,
  FRAME_MIN,
  ID_BROADCAST,
  micSize,
  nonceSize,
  OVERHEAD,
  PN,
  PN_SIZE,
  profileOf,
  TDC,
  TDC_COMMAND,
  TDC_ENCRYPTED,
  TDC_LENGTH,
  TDC_MODIFIER,
  TDC_RESERVED,
} from "./fields";
import { protect } from "./protect";

/** Octets of a Trigger's body before ANonce, and of a Modifier. */
const TRIGGER_HEAD: i32 = 12;
const MODIFIER_SIZE: i32 = 8;

/** The FC of the frame of `length` octets at RX, or the status that refuses it. Reads nothing but RX and ID. */
export function check(length: i32): i32 {
  if (length < ACK_LENGTH) return TOO_SHORT;
  const fc = load<u8>(RX) as i32;
  // FC without Protected and reserved bits: Trigger 8, Confirm 10, Data 11, Ack 12.
  const type = fc & 15;
  const isAck = type == FC_ACK;
  if (length < FRAME_MIN && !isAck) return TOO_SHORT;
  if (isAck ? length != ACK_LENGTH : length > FRAME_MAX) return TOO_LONG;
  const id: u32 = load<u16>(RX, FRAME_ID);
  if (id != load<u16>(ID) && (id != ID_BROADCAST || type != FC_TRIGGER)) return NOT_FOR_ME;
  if (isAck) {
    if (load<u8>(RX, 3) != (crc16(RX, 3) & 0xff)) return BAD_FCS;
    return fc == FC_ACK ? fc : RESERVED_BITS;
  }
  const isTrigger = type == FC_TRIGGER;
  const isConfirm = type == (FC_CONFIRM & 15);
  if (!isTrigger && !isConfirm && type != (FC_DATA & 15)) return BAD_TYPE;
  if (load<u16>(RX + length - 2) != crc16(RX, length - 2)) return BAD_FCS;

  const tdc = load<u16>(RX, TDC) as i32;
  let reserved = TDC_RESERVED | (isTrigger ? TDC_ENCRYPTED : TDC_MODIFIER);
  if (!isConfirm || !(tdc & TDC_ENCRYPTED)) reserved |= TDC_COMMAND;
  if (fc != (isTrigger ? type : type | 16) || tdc & reserved) return RESERVED_BITS;

  const body = length - OVERHEAD;
  if ((tdc & TDC_LENGTH) + 1 != body) return BAD_LENGTH;
  const profile = profileOf(tdc);
  if (((profile - 1) as u32) > 2) return BAD_PROFILE;
  const least = isTrigger
    ? TRIGGER_HEAD + nonceSize(profile) + (tdc & TDC_MODIFIER ? MODIFIER_SIZE : 0)
    : PN_SIZE + micSize(profile);
  return body < least ? BAD_LENGTH : fc;
}

/** The PN of a Confirm or Data at RX. */
export function packetNumber(): i32 {
  return bswap<u16>(load<u16>(RX, PN));
}

/** Octets of payload in a Confirm or Data of `length` octets. */
export function payloadLength(length: i32): i32 {
  return length - OVERHEAD - PN_SIZE - Binding.micSize;
}

/** Opens the Confirm or Data of `length` octets at RX. Answers where its payload stands, or 0 if the MIC is bad. */
export function open(length: i32): usize {
  const size = payloadLength(length);
  const text = protect(RX, RX + PN + PN_SIZE, size, packetNumber(), true);
  return differ(LANES, RX + PN + PN_SIZE + size, Binding.micSize) ? 0 : text;
}
