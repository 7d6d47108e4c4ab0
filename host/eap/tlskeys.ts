/**
 * The keys of EAP-TLS.
 *
 * TLS 1.2 (RFC 5216, section 2.3; RFC 5247, appendix A):
 *
 *     MSK ‖ EMSK = exporter("client EAP encryption", no context), 64 octets each
 *     Session-Id = 0D ‖ client.random ‖ server.random
 *
 * TLS 1.3 (RFC 9190, section 2.3), T = 0D:
 *
 *     MSK ‖ EMSK = exporter("EXPORTER_EAP_TLS_Key_Material", T), 64 octets each
 *     Session-Id = T ‖ exporter("EXPORTER_EAP_TLS_Method-Id", T), 64 octets
 */

import type { TlsEnd } from "../tlspipe/end.ts";
import { concat } from "../wire/octets.ts";
import { EAP_KEY_OCTETS, type EapResult } from "./method.ts";
import { EAP_TYPE } from "./packet.ts";

const TYPE = Uint8Array.of(EAP_TYPE.tls);
const METHOD_ID_OCTETS = 64;
/** RFC 5246, 6.2.1, 7.4, 7.4.1.2: of a hello, record(5), handshake head(4) and version(2) are before Random(32). */
const RANDOM_AT = 11;
const RANDOM_END = RANDOM_AT + 32;

/** First flights of both ends, each of which begins with its hello. */
export interface Hellos {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
}

/** Of an end whose handshake is over; `serverName`: the name that the server's certificate has been found to be for. */
export function tlsResult(end: TlsEnd, hellos: Hellos, serverName: string): EapResult {
  const isNew = end.version === "TLSv1.3";
  const label = isNew ? "EXPORTER_EAP_TLS_Key_Material" : "client EAP encryption";
  const keys = end.exportKey(2 * EAP_KEY_OCTETS, label, isNew ? TYPE : "none");
  const methodId = isNew
    ? end.exportKey(METHOD_ID_OCTETS, "EXPORTER_EAP_TLS_Method-Id", TYPE)
    : concat(randomOf(hellos.client), randomOf(hellos.server));
  const result = {
    method: "EAP-TLS",
    msk: keys.slice(0, EAP_KEY_OCTETS),
    emsk: keys.slice(EAP_KEY_OCTETS),
    sessionId: concat(TYPE, methodId),
    serverIdentity: new TextEncoder().encode(serverName),
  };
  keys.fill(0);
  return result;
}

/** Both hellos are there and whole, as TLS has taken them. */
function randomOf(flight: Uint8Array): Uint8Array {
  return flight.slice(RANDOM_AT, RANDOM_END);
}
