/**
 * RADIUS packets (RFC 2865, section 3) and their attributes (section 5):
 *
 *     Code(1) ‖ Identifier(1) ‖ Length(2, BE) ‖ Authenticator(16) ‖ { Type(1) ‖ Length(1) ‖ Value }
 */

import type { Malformed } from "../wire/malformed.ts";
import { be16, checkLength, checkNumber, checkOctets, concat, readBe16 } from "../wire/octets.ts";

export const RADIUS_HEADER_OCTETS = 20;
export const AUTHENTICATOR_OCTETS = 16;
/** Section 3. */
export const RADIUS_MAX_OCTETS = 4096;
/** What one attribute can hold: its Length is one octet and counts Type and itself. */
export const VALUE_MAX_OCTETS = 253;

export const RADIUS_CODE = { accessRequest: 1, accessAccept: 2, accessReject: 3, accessChallenge: 11 } as const;
export type RadiusCode = (typeof RADIUS_CODE)[keyof typeof RADIUS_CODE];

/** RFC 2865, section 5; EAP-Message and Message-Authenticator: RFC 3579, section 3. */
export const ATTRIBUTE = {
  userName: 1,
  framedMtu: 12,
  state: 24,
  vendorSpecific: 26,
  calledStationId: 30,
  callingStationId: 31,
  nasIdentifier: 32,
  proxyState: 33,
  nasPortType: 61,
  eapMessage: 79,
  messageAuthenticator: 80,
} as const;

export interface Attribute {
  readonly type: number;
  readonly value: Uint8Array;
}

export interface RadiusPacket {
  readonly code: RadiusCode;
  readonly identifier: number;
  readonly authenticator: Uint8Array;
  readonly attributes: readonly Attribute[];
}

/** Octets behind the packet's Length are padding and belong to nothing (section 3). */
export function parseRadius(octets: Uint8Array): RadiusPacket | Malformed {
  if (octets.length < RADIUS_HEADER_OCTETS) return "too short";
  const code = octets[0] as RadiusCode;
  const end = readBe16(octets, 2);
  if (end < RADIUS_HEADER_OCTETS || end > octets.length || end > RADIUS_MAX_OCTETS) return "bad length";
  if (!Object.values(RADIUS_CODE).includes(code)) return "bad type";
  const attributes: Attribute[] = [];
  for (let at = RADIUS_HEADER_OCTETS; at < end; ) {
    const length = at + 1 < end ? octets[at + 1] : 0;
    if (length < 2 || at + length > end) return "bad length";
    attributes.push({ type: octets[at], value: octets.slice(at + 2, at + length) });
    at += length;
  }
  return { code, identifier: octets[1], authenticator: octets.slice(4, RADIUS_HEADER_OCTETS), attributes };
}

/** @throws RangeError for what has no place in the fields. */
export function emitRadius({ code, identifier, authenticator, attributes }: RadiusPacket): Uint8Array {
  checkNumber("identifier", identifier, 0, 0xff);
  checkOctets("authenticator", authenticator, AUTHENTICATOR_OCTETS);
  const body = attributes.map(({ type, value }) => {
    checkNumber("type", type, 0, 0xff);
    checkOctets("value", value, 0, VALUE_MAX_OCTETS);
    return concat(Uint8Array.of(type, 2 + value.length), value);
  });
  const length = body.reduce((sum, { length }) => sum + length, RADIUS_HEADER_OCTETS);
  checkLength("packet", length, RADIUS_HEADER_OCTETS, RADIUS_MAX_OCTETS);
  return concat(Uint8Array.of(code, identifier), be16(length), authenticator, ...body);
}

/** The value of the first attribute of that type. */
export function attributeOf(attributes: readonly Attribute[], type: number): Uint8Array | undefined {
  return attributes.find((attribute) => attribute.type === type)?.value;
}

/** An EAP packet in as many EAP-Message attributes as it takes (RFC 3579, section 3.1). */
export function eapMessages(packet: Uint8Array): Attribute[] {
  const parts = Math.max(1, Math.ceil(packet.length / VALUE_MAX_OCTETS));
  return Array.from({ length: parts }, (_, i) => ({
    type: ATTRIBUTE.eapMessage,
    value: packet.slice(i * VALUE_MAX_OCTETS, (i + 1) * VALUE_MAX_OCTETS),
  }));
}

/** The inverse; undefined when there is no EAP-Message. */
export function eapOf(attributes: readonly Attribute[]): Uint8Array | undefined {
  const parts = attributes.filter(({ type }) => type === ATTRIBUTE.eapMessage);
  return parts.length === 0 ? undefined : concat(...parts.map(({ value }) => value));
}
