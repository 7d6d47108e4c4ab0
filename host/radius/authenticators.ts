/**
 * What makes a RADIUS packet one of somebody who has the secret:
 *
 *     Message-Authenticator  = HMAC-MD5(Secret, packet with the Request Authenticator, and 0(16) for itself)      RFC 3579, 3.2
 *     Response Authenticator = MD5(Code ‖ Identifier ‖ Length ‖ Request Authenticator ‖ Attributes ‖ Secret)      RFC 2865, 3
 *
 * A packet without a Message-Authenticator is refused in both directions, EAP or not, as MD5 alone can be forged
 * (CVE-2024-3596); and it is the first attribute of what is made here.
 */

import type { Malformed } from "../wire/malformed.ts";
import { concat } from "../wire/octets.ts";
import type { RadiusCrypto } from "./crypto.ts";
import {
  ATTRIBUTE,
  type Attribute,
  AUTHENTICATOR_OCTETS,
  emitRadius,
  parseRadius,
  RADIUS_CODE,
  type RadiusPacket,
} from "./packet.ts";

export type RadiusRefusal =
  | Malformed
  | "no Message-Authenticator"
  | "wrong Message-Authenticator"
  | "wrong Response Authenticator"
  | "unknown identifier";

/** The attributes without Message-Authenticator, which is put before them. */
type Unsigned = Omit<RadiusPacket, "authenticator">;

const NOTHING = new Uint8Array(AUTHENTICATOR_OCTETS);

/** The datagram of a request; `authenticator` is its Request Authenticator, 16 octets that nobody can predict. */
export function signRequest(crypto: RadiusCrypto, secret: Uint8Array, packet: RadiusPacket): Uint8Array {
  return emitRadius(withMessageAuthenticator(crypto, secret, packet));
}

/** The datagram of a response to the request of that Request Authenticator. */
export function signResponse(
  crypto: RadiusCrypto,
  secret: Uint8Array,
  requestAuthenticator: Uint8Array,
  response: Unsigned,
): Uint8Array {
  const signed = withMessageAuthenticator(crypto, secret, { ...response, authenticator: requestAuthenticator });
  const authenticator = crypto.md5(concat(emitRadius(signed), secret));
  return emitRadius({ ...signed, authenticator });
}

/** A request of somebody who has the secret, or why it is dropped. */
export function openRequest(
  crypto: RadiusCrypto,
  secret: Uint8Array,
  datagram: Uint8Array,
): RadiusPacket | RadiusRefusal {
  const packet = parseRadius(datagram);
  if (typeof packet === "string") return packet;
  if (packet.code !== RADIUS_CODE.accessRequest) return "bad type";
  return messageAuthenticatorRefusal(crypto, secret, packet) ?? packet;
}

/** The response, when it is one to the request of that Request Authenticator; `response` as parseRadius gives it. */
export function responseRefusal(
  crypto: RadiusCrypto,
  secret: Uint8Array,
  requestAuthenticator: Uint8Array,
  response: RadiusPacket,
): RadiusRefusal | undefined {
  if (response.code === RADIUS_CODE.accessRequest) return "bad type";
  const asked = { ...response, authenticator: requestAuthenticator };
  const authenticator = crypto.md5(concat(emitRadius(asked), secret));
  if (!crypto.equal(authenticator, response.authenticator)) return "wrong Response Authenticator";
  return messageAuthenticatorRefusal(crypto, secret, asked);
}

function withMessageAuthenticator(crypto: RadiusCrypto, secret: Uint8Array, packet: RadiusPacket): RadiusPacket {
  const signed = (value: Uint8Array): RadiusPacket => ({
    ...packet,
    attributes: [{ type: ATTRIBUTE.messageAuthenticator, value }, ...packet.attributes],
  });
  return signed(crypto.hmacMd5(secret, emitRadius(signed(NOTHING))));
}

function messageAuthenticatorRefusal(
  crypto: RadiusCrypto,
  secret: Uint8Array,
  packet: RadiusPacket,
): RadiusRefusal | undefined {
  const isIt = ({ type }: Attribute): boolean => type === ATTRIBUTE.messageAuthenticator;
  const found = packet.attributes.filter(isIt);
  if (found.length === 0) return "no Message-Authenticator";
  // RFC 3579, 3.3: never more than one.
  if (found.length > 1 || found[0].value.length !== AUTHENTICATOR_OCTETS) return "wrong Message-Authenticator";
  const attributes = packet.attributes.map((attribute) =>
    isIt(attribute) ? { ...attribute, value: NOTHING } : attribute,
  );
  const wanted = crypto.hmacMd5(secret, emitRadius({ ...packet, attributes }));
  return crypto.equal(wanted, found[0].value) ? undefined : "wrong Message-Authenticator";
}
