/*
 * Data frames, and the port filter of RSN.md 3 (000-R4, R7, R10): nothing but EAPOL passes before state 8, and nothing
 * unprotected but EAPOL ever.
 */
import { copyExact } from "../bytes";
import { LLC_ROOT, rootCommand } from "./adopt";
import { hasPn, keyId, OVERHEAD, open, PN_MAX, packetNumber, seal, TEXT } from "./ccmp";
import { eapol } from "./eapol";
import {
  ADDRESS_1,
  BODY,
  DATA,
  FC_NEUTRAL,
  FRAGMENT,
  FROM_DS,
  isForMe,
  isFromAp,
  PROTECTED,
  SEQUENCE,
} from "./frames/mac";
import { GROUP_PN, groupKey } from "./keydata";
import { PAYLOAD, PAYLOAD_SIZE, RECEIVED, RX, TK } from "./layout";
import { LLC_EAPOL, LLC_SIZE } from "./reply";
import { ASSOCIATED, KEYED, KNOWN, OPEN, Session } from "./session";
import {
  BAD_ARGUMENT,
  BAD_LENGTH,
  BAD_MIC,
  BAD_TYPE,
  NO_BSS,
  NOT_FOR_ME,
  PN_EXHAUSTED,
  REPLAYED_PN,
  TOO_LONG,
  WRONG_STATE,
} from "./status";

/** The MSDU of `length` octets at `at`. */
function msdu(at: usize, length: i32, isProtected: bool, isGroup: bool): i32 {
  if (load<u64>(at) == LLC_EAPOL) return isGroup ? WRONG_STATE : eapol(at + LLC_SIZE, length - LLC_SIZE, isProtected);
  if (!isProtected || Session.state != OPEN) return WRONG_STATE;
  if (load<u64>(at) == LLC_ROOT) return isGroup ? WRONG_STATE : rootCommand(at + LLC_SIZE, length - LLC_SIZE);
  if (length > PAYLOAD_SIZE) return TOO_LONG;
  Session.received = copyExact(RECEIVED, at, length);
  return 0;
}

/** The protected MPDU of `length` octets at RX. */
function protectedData(length: i32, isGroup: bool): i32 {
  if (length < OVERHEAD + LLC_SIZE) return BAD_LENGTH;
  if (!hasPn()) return BAD_TYPE;
  const id = keyId();
  const isKeyed = isGroup ? (Session.groupKeys >>> id) & 1 : i32(Session.state >= KEYED) & i32(!id);
  if (!isKeyed) return WRONG_STATE;
  const gtk = groupKey(id);
  const pn = packetNumber();
  if (pn <= (isGroup ? load<u64>(gtk, GROUP_PN) : Session.rxPn)) return REPLAYED_PN;
  if (!open(isGroup ? gtk : TK, length)) return BAD_MIC;
  const answer = msdu(TEXT, length - OVERHEAD, true, isGroup);
  if (answer < 0) return answer;
  if (isGroup) store<u64>(gtk, pn, GROUP_PN);
  else Session.rxPn = pn;
  return answer;
}

/** A Data frame of `length` octets at RX. */
export function data(length: i32): i32 {
  const fc: i32 = load<u16>(RX);
  // From the DS and not to it; no fragment, no QoS, no +HTC.
  if ((fc & ~(FC_NEUTRAL | PROTECTED)) != (DATA | FROM_DS) || load<u16>(RX, SEQUENCE) & FRAGMENT) return BAD_TYPE;
  if (!isForMe()) return NOT_FOR_ME;
  if (Session.state < KNOWN) return NO_BSS;
  if (!isFromAp()) return NOT_FOR_ME;
  if (Session.state < ASSOCIATED) return WRONG_STATE;
  const isGroup = (load<u8>(RX, ADDRESS_1) & 1) != 0;
  if (fc & PROTECTED) return protectedData(length, isGroup);
  if (length < (BODY as i32) + LLC_SIZE) return BAD_LENGTH;
  return msdu(RX + BODY, length - (BODY as i32), false, isGroup);
}

/** The protected MPDU of the MSDU of `length` octets in the payload buffer. */
export function send(length: i32): i32 {
  if (length < LLC_SIZE || length > PAYLOAD_SIZE) return BAD_ARGUMENT;
  if (Session.state != OPEN) return WRONG_STATE;
  if (Session.txPn == PN_MAX) return PN_EXHAUSTED;
  return seal(copyExact(TEXT, PAYLOAD, length));
}
