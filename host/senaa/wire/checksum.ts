/**
 * Msg-Checksum (5.2): what TLS does not protect, told once more inside of TLS.
 *
 *     Msg-Checksum = first 16 octets of SHA-256(header' ‖ AVPs outside of TLS')
 *
 * Assumption: "Checksum algorithm is <TBD>"; inside of TLS no key is needed (004-D8). In header' the Length counts header' and
 * those AVPs alone, as TLS-Payload is made after the checksum, and T is 0, as a request that goes out again is the same.
 * TLS-Payload and TLS-More are no part of it: how long a flight gets is known only when it is made. Of a flight in parts it
 * is of the message with the first part, where the sender knew the header.
 */

import type { Crypto } from "../../crypto/crypto.ts";
import { concat } from "../../wire/octets.ts";
import { CHECKSUM_OCTETS } from "./dictionary.ts";
import { type Body, emitFields, type Fields } from "./fields.ts";
import { emitHeader, FLAGS_AT, HEADER_OCTETS, type Ids, RETRANSMITTED } from "./header.ts";
import { headerOf } from "./message.ts";
import type { Spec } from "./messages.ts";

/** Before TLS-Payload is there: `body` without it. @throws RangeError for what no message holds. */
export function outsideOf<N extends string, O extends Fields, I extends Fields, P extends Fields>(
  spec: Spec<N, O, I, P>,
  ids: Ids,
  body: Omit<Body<O>, "tls" | "tlsMore">,
): Uint8Array {
  const { tls: _tls, tlsMore: _more, ...fields } = spec.outer as Fields;
  const avps = emitFields(fields, body as Body<Fields>);
  return concat(emitHeader(headerOf(spec, ids), HEADER_OCTETS + avps.length), avps);
}

/** `outside`: of outsideOf, or of a message that was read. 16 octets. */
export function checksumOf(crypto: Pick<Crypto, "sha256">, outside: Uint8Array): Uint8Array {
  const masked = outside.slice();
  masked[FLAGS_AT] &= ~RETRANSMITTED;
  const length = masked.length;
  masked.set([length >>> 16, (length >>> 8) & 0xff, length & 0xff], 1);
  return crypto.sha256(masked).slice(0, CHECKSUM_OCTETS);
}
