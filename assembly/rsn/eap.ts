/*
 * EAP, RFC 3748, as the peer. It runs in state 5, for AKM 1 and 5.
 * A repeated Request is answered as it was before (4.1), as every answer follows from the Request and from what is kept.
 */
import { nvmRead } from "../env";
import { firstMessage, thirdMessage } from "./eappsk";
import {
  EAP_HEADER,
  EAP_OUT,
  EAP_PSK,
  FAILURE,
  IDENTITY,
  NAK,
  NOTIFICATION,
  putResponse,
  REQUEST,
  SUCCESS,
  TYPE_DATA,
} from "./frames/eappacket";
import { NVM_IDENTITY } from "./layout";
import { isEapAkm, Record } from "./record";
import { EAPOL_HEADER, reply } from "./reply";
import { ASSOCIATED, CACHED_PMK, EAP_PMK, NO_PMK, Session } from "./session";
import { BAD_LENGTH, BAD_TYPE, EAP_REFUSED, NVM_FAILED, WRONG_STATE } from "./status";

/** The answer to the Request of `length` octets at `packet`: octets of a Response at EAP_OUT, or a status. */
function answerRequest(packet: usize, length: i32): i32 {
  const identifier: i32 = load<u8>(packet, 1);
  const type: i32 = load<u8>(packet, 4);
  if (type == EAP_PSK) {
    if (length <= (TYPE_DATA as i32)) return BAD_LENGTH;
    return load<u8>(packet, TYPE_DATA) ? thirdMessage(packet, length) : firstMessage(packet, length);
  }
  let size = TYPE_DATA as i32;
  if (type == IDENTITY) {
    if (nvmRead(NVM_IDENTITY, EAP_OUT + TYPE_DATA, Record.identity)) return NVM_FAILED;
    size += Record.identity;
  } else if (type != NOTIFICATION) {
    // 5.3.1: the method wanted instead.
    store<u8>(EAP_OUT, EAP_PSK, TYPE_DATA);
    ++size;
  }
  putResponse(identifier, type == IDENTITY || type == NOTIFICATION ? type : NAK, size);
  return size;
}

/** The `available` octets at `packet`, which start with an EAP packet. */
export function eap(packet: usize, available: i32): i32 {
  if (!isEapAkm() || Session.state != ASSOCIATED) return WRONG_STATE;
  if (available < EAP_HEADER) return BAD_LENGTH;
  const length: i32 = bswap<u16>(load<u16>(packet, 2));
  if (length < EAP_HEADER || length > available) return BAD_LENGTH;
  const code: i32 = load<u8>(packet);
  if (code == SUCCESS) return Session.pmk == EAP_PMK ? 0 : WRONG_STATE;
  if (code == FAILURE) return EAP_REFUSED;
  if (code != REQUEST) return BAD_TYPE;
  if (length <= EAP_HEADER) return BAD_LENGTH;
  const answer = answerRequest(packet, length);
  if (answer < 0) return answer;
  // The AP wants EAP: whatever PMKSA was offered to it is of no use in this association.
  if (Session.pmk == CACHED_PMK) Session.pmk = NO_PMK;
  return reply(EAPOL_HEADER + answer);
}
