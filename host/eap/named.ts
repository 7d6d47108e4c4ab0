/**
 * Whom a Response names inside of its method, where whoever carries it can read that: EAP-PSK's ID_P (RFC 4764, 5.2) and the
 * peer's identity of EAP-pwd (RFC 5931, 3.2.1). It is that name whose key the server looks up, and not the one of the Identity
 * Response before it.
 */

import { EAP_TYPE } from "./packet.ts";
import { parsePsk } from "./pskmessages.ts";
import { PWD_EXCHANGE, parsePwdId } from "./pwdmessages.ts";

/** RFC 5931, 3.1: L, and then a total length; the low six bits name the exchange. */
const [HAS_LENGTH, EXCHANGE, LENGTH_OCTETS] = [0x80, 0x3f, 2];

/** undefined: nobody. */
export function namedIn(type: number, data: Uint8Array): Uint8Array | undefined {
  if (type === EAP_TYPE.psk) {
    const message = parsePsk(data);
    return typeof message !== "string" && message.t === "second" ? message.idP : undefined;
  }
  if (type !== EAP_TYPE.pwd || (data[0] & EXCHANGE) !== PWD_EXCHANGE.id) return undefined;
  const id = parsePwdId(data.slice(data[0] & HAS_LENGTH ? 1 + LENGTH_OCTETS : 1));
  return typeof id === "string" ? undefined : id.identity;
}
