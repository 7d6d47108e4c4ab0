/*
 * A downlink frame at RX: the checks that every frame passes before its type is looked at, in the order of
 * PROTOCOL.md 4a. Behind a check that answered a type, no field below is out of the frame.
 */
import { differ } from "../bytes";
import { ID, LANES, RX } from "../layout";
import { BAD_FCS, BAD_LENGTH, BAD_PROFILE, BAD_TYPE, NOT_FOR_ME, RESERVED_BITS, TOO_LONG, TOO_SHORT } from "../status";
import { sessionMic } from "./binding";
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
  hasProfile,
  ID_BROADCAST,
  micSize,
  modifierSize,
  nonceSize,
  OVERHEAD,
  PN,
  PN_SIZE,
  TDC,
  TDC_COMMAND,
  TDC_ENCRYPTED,
  TDC_LENGTH,
  TDC_MODIFIER,
  TDC_RESERVED,
} from "./fields";
import { protect } from "./protect";

/** Octets of a Trigger's body before ANonce. */
const TRIGGER_HEAD: i32 = 12;

/** Bit t: a device takes frames of type t; they are Protected. */
const PROTECTED_TYPES: i32 = (1 << (FC_CONFIRM & 15)) | (1 << (FC_DATA & 15));
const TYPES: i32 = PROTECTED_TYPES | (1 << FC_TRIGGER) | (1 << FC_ACK);

/** The FC of the frame of `length` octets at RX, or the status that refuses it. Reads nothing but RX and ID. */
export function check(length: i32): i32 {
  if (length < ACK_LENGTH) return TOO_SHORT;
  const fc = load<u8>(RX) as i32;
  const type = fc & 15;
  const isAck = type == FC_ACK;
  const isTrigger = type == FC_TRIGGER;
  if (length < FRAME_MIN && !isAck) return TOO_SHORT;
  if (length > (isAck ? ACK_LENGTH : FRAME_MAX)) return TOO_LONG;
  const id: u32 = load<u16>(RX, FRAME_ID);
  if (id == ID_BROADCAST ? !isTrigger : id != load<u16>(ID)) return NOT_FOR_ME;
  if (!((TYPES >> type) & 1)) return BAD_TYPE;
  // An Ack is checked by the low octet of the CRC-16.
  const checked = isAck ? 3 : length - 2;
  if ((crc16(RX, checked) ^ load<u16>(RX + checked)) & (isAck ? 0xff : 0xffff)) return BAD_FCS;
  if (fc != (type | (((PROTECTED_TYPES >> type) & 1) << 4))) return RESERVED_BITS;
  if (isAck) return fc;

  const tdc = load<u16>(RX, TDC) as i32;
  const mayCommand = type == (FC_CONFIRM & 15) && tdc & TDC_ENCRYPTED;
  if (tdc & (TDC_RESERVED | (isTrigger ? TDC_ENCRYPTED : TDC_MODIFIER) | (mayCommand ? 0 : TDC_COMMAND))) {
    return RESERVED_BITS;
  }
  const body = length - OVERHEAD;
  if ((tdc & TDC_LENGTH) + 1 != body) return BAD_LENGTH;
  if (!hasProfile(tdc)) return BAD_PROFILE;
  const least = isTrigger ? TRIGGER_HEAD + nonceSize(tdc) + modifierSize(tdc) : PN_SIZE + micSize(tdc);
  return body < least ? BAD_LENGTH : fc;
}

/** The PN of a Confirm or Data at RX. */
export function packetNumber(): i32 {
  return bswap<u16>(load<u16>(RX, PN));
}

/** Octets of payload in a Confirm or Data of `length` octets. */
export function payloadLength(length: i32): i32 {
  return length - OVERHEAD - PN_SIZE - sessionMic();
}

/** Opens the Confirm or Data of `length` octets at RX. Answers where its payload stands, or 0 if the MIC is bad. */
export function open(length: i32): usize {
  const size = payloadLength(length);
  const text = protect(RX, RX + PN + PN_SIZE, size);
  return differ(LANES, RX + PN + PN_SIZE + size, sessionMic()) ? 0 : text;
}
