/**
 * EAP packets (RFC 3748, section 4):
 *
 *     Code(1) ‖ Identifier(1) ‖ Length(2, BE) [‖ Type(1) ‖ Type-Data, in a Request and a Response]
 */

import type { Malformed } from "../wire/malformed.ts";
import { be16, checkLength, checkNumber, concat, readBe16 } from "../wire/octets.ts";

export const EAP_HEADER_OCTETS = 4;

export const EAP_CODE = { request: 1, response: 2, success: 3, failure: 4 } as const;
export type EapCode = (typeof EAP_CODE)[keyof typeof EAP_CODE];

/** RFC 3748, section 5; EAP-TLS: RFC 5216, 3.1; EAP-PSK: RFC 4764, section 4.1; EAP-pwd: RFC 5931, 3.1. */
export const EAP_TYPE = { identity: 1, notification: 2, nak: 3, tls: 13, psk: 47, pwd: 52 } as const;

export type EapPacket =
  | {
      readonly code: typeof EAP_CODE.request | typeof EAP_CODE.response;
      readonly identifier: number;
      readonly type: number;
      readonly data: Uint8Array;
    }
  | { readonly code: typeof EAP_CODE.success | typeof EAP_CODE.failure; readonly identifier: number };

/** Octets behind the packet's Length are padding and belong to nothing (section 4.1). */
export function parseEap(octets: Uint8Array): EapPacket | Malformed {
  if (octets.length < EAP_HEADER_OCTETS) return "too short";
  const [code, identifier] = octets;
  const end = readBe16(octets, 2);
  if (end < EAP_HEADER_OCTETS || end > octets.length) return "bad length";
  if (code === EAP_CODE.request || code === EAP_CODE.response) {
    if (end === EAP_HEADER_OCTETS) return "bad length";
    return { code, identifier, type: octets[EAP_HEADER_OCTETS], data: octets.slice(EAP_HEADER_OCTETS + 1, end) };
  }
  if (code !== EAP_CODE.success && code !== EAP_CODE.failure) return "bad type";
  // 4.2: exactly four octets.
  return end === EAP_HEADER_OCTETS ? { code, identifier } : "bad length";
}

/** @throws RangeError for what has no place in the fields. */
export function emitEap(packet: EapPacket): Uint8Array {
  checkNumber("identifier", packet.identifier, 0, 0xff);
  const body = "type" in packet ? concat(Uint8Array.of(packet.type), packet.data) : new Uint8Array(0);
  const length = EAP_HEADER_OCTETS + body.length;
  checkLength("packet", length, EAP_HEADER_OCTETS, 0xffff);
  return concat(Uint8Array.of(packet.code, packet.identifier), be16(length), body);
}
