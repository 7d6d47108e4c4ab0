/*
 * The exchange, PROTOCOL.md 4 and 4a: one function a received frame.
 */
import { copy, differ, wipe } from "../bytes";
import { reorder } from "../crypto/message";
import { Binding, sessionNonce } from "../frame/binding";
import { check, open, packetNumber, payloadLength } from "../frame/downlink";
import {
  AA,
  BODY,
  BODY_MAX,
  FC_ACK,
  FC_CONFIRM,
  FC_RESPONSE,
  FC_TRIGGER,
  FRAME_ID,
  ID_BROADCAST,
  micSize,
  nonceSize,
  TDC,
  TDC_COMMAND,
  TDC_GENERATION,
  TDC_PROFILE,
  TRIGGER_FLAGS,
  TRIGGER_LAST,
  TRIGGER_SLOTS,
} from "../frame/fields";
import { seal } from "../frame/uplink";
import { DIGEST, READING, RECEIVED, RX, SCRATCH, SCRATCH_SIZE, SLOT, SPA, TRIGGER, TX } from "../layout";
import {
  BAD_MIC,
  BAD_PROFILE,
  NO_ROOT,
  NO_SESSION,
  NOT_FOR_ME,
  NVM_FAILED,
  PAYLOAD_TOO_LONG,
  PN_EXHAUSTED,
  REPLAYED_PN,
  RESERVED_BITS,
} from "../status";
import { makeKeys } from "./keys";
import { readNewest } from "./record";
import { IDLE, SECURE, Session, WAITING } from "./session";
import { Cycle, drawSNonce } from "./snonce";
import { afterConfirm } from "./update";

/** SNonces of one power cycle, AMP-R2. */
const SNONCES_MAX: i32 = 0x10000;

/** TriggerInfo(2): UL rate bits 4-5, 3 reserved; access bits 6-7, 2 and 3 reserved, 1: this STA only. */
const RATE: i32 = 0x30;
const ACCESS_RESERVED: i32 = 0x80;
const ACCESS_ALONE: i32 = 0x40;

/** The status of TriggerInfo and AA at RX: 0 if a device may answer them. */
function checkTrigger(tdc: i32): i32 {
  // A2 tells the directions apart: an AA that is the SPA, or a group, would undo that.
  if (load<u8>(RX, AA) & 1 || !differ(RX + AA, SPA, 6)) return NOT_FOR_ME;
  const flags: i32 = load<u8>(RX, TRIGGER_FLAGS);
  const isBroadcast = i32(load<u16>(RX, FRAME_ID) == ID_BROADCAST);
  if (
    (flags & (ACCESS_RESERVED | (isBroadcast * ACCESS_ALONE))) |
    i32((flags & RATE) == RATE) |
    i32(!load<u8>(RX, TRIGGER_SLOTS)) |
    load<u8>(RX, TRIGGER_LAST)
  ) {
    return RESERVED_BITS;
  }
  return Session.readingLength > BODY_MAX - nonceSize(tdc) - micSize(tdc) ? PAYLOAD_TOO_LONG : 0;
}

/** M1: the Trigger of `length` octets at RX, FCS left out. */
function trigger(length: i32): i32 {
  if (Session.state != IDLE && length == Binding.length && !differ(TRIGGER, RX, length)) {
    if (Session.state == SECURE) return 0;
    if (Session.keptM2) return Session.keptM2;
  }
  const tdc: i32 = load<u16>(RX, TDC);
  const status = checkTrigger(tdc);
  if (status) return status;
  if (!readNewest()) return NVM_FAILED;
  if (Cycle.counter && Cycle.sNonces == SNONCES_MAX) return PN_EXHAUSTED;
  const failed = drawSNonce();
  if (failed) return failed;

  // R5: here, and not before, the old session ends. What is wiped of ENTRY, too, is made anew below.
  wipe(RECEIVED, 64);
  copy(TRIGGER, RX, length);
  Binding.length = length;
  const generation: i32 = load<u8>(SLOT);
  Binding.generation = generation;
  Binding.tdc = (tdc & TDC_PROFILE) | ((generation << 8) & TDC_GENERATION);
  reorder(DIGEST, sessionNonce());
  copy(TX + BODY, DIGEST, sessionNonce());
  makeKeys();
  Session.state = WAITING;
  Session.ulPn = 1;
  Session.keptM2 = seal(FC_RESPONSE, sessionNonce(), READING, Session.readingLength, Session.encrypt);
  return Session.keptM2;
}

/** Confirm (M3) or Data of `length` octets at RX. */
function protectedFrame(length: i32, isConfirm: bool): i32 {
  // A Confirm wants state 2, Data state 3.
  if ((isConfirm ? WAITING : SECURE) > Session.state) return NO_SESSION;
  if (isConfirm && Session.state == SECURE) return REPLAYED_PN;
  const unlike = load<u16>(RX, TDC) ^ Binding.tdc;
  if (unlike & TDC_PROFILE) return BAD_PROFILE;
  if (unlike & TDC_GENERATION) return NO_ROOT;
  const pn = packetNumber();
  if (isConfirm ? pn != 1 : pn <= Session.dlPn) return REPLAYED_PN;
  const payload = open(length);
  if (!payload) return BAD_MIC;
  Session.state = SECURE;
  Session.dlPn = pn;
  const size = payloadLength(length);
  // The octets of ENTRY that go, too, are written anew before it is used.
  wipe(RECEIVED, 64);
  copy(RECEIVED, payload, size);
  Session.receivedLength = size;
  return isConfirm ? afterConfirm(load<u16>(RX, TDC) & TDC_COMMAND ? size : -1) : 0;
}

/** A frame of `length` octets at RX. Answers the octets to send from TX, 0, or a status. */
export function receive(length: i32): i32 {
  const fc = check(length);
  if (fc < 0) return fc;
  if (fc == FC_ACK) return 0;
  const answer = fc == FC_TRIGGER ? trigger(length - 2) : protectedFrame(length, fc == FC_CONFIRM);
  wipe(SCRATCH, SCRATCH_SIZE);
  return answer;
}
