/*
 * The group key handshake, IEEE 802.11-2020 12.7.7: message 1 -> message 2. In mode `seed` (000-R9, R10) the first one
 * opens the port; otherwise it is a rekey.
 */

import { answer, counterOf, G2 } from "./frames/eapolkey";
import { hasGroupKey, installGroupKey, openKeyData, verify } from "./keydata";
import { reply } from "./reply";
import { KEYED, OPEN, Session } from "./session";
import { BAD_KEY_DATA, WRONG_STATE } from "./status";

/** Message 1 at `pdu`, with `size` octets of key data. */
export function groupMessage(pdu: usize, size: i32): i32 {
  if (Session.state < KEYED) return WRONG_STATE;
  const refused = verify(pdu, size) || openKeyData(pdu, size);
  if (refused) return refused;
  if (hasGroupKey(pdu) <= 0) return BAD_KEY_DATA;
  Session.counter = counterOf(pdu) + 1;
  const length = reply(answer(pdu, G2, 0, 0, 0));
  installGroupKey();
  Session.state = OPEN;
  return length;
}
