/**
 * EAPOL PDUs (IEEE Std 802.1X-2010, 11.3):
 *
 *     Protocol Version(1) ‖ Packet Type(1) ‖ Packet Body Length(2, BE) ‖ Packet Body
 */

import type { Malformed } from "../../wire/malformed.ts";
import { be16, checkLength, concat, readBe16 } from "../../wire/octets.ts";

export const EAPOL_HEADER_OCTETS = 4;

/** 11.3.1: the version of 802.1X-2004, which real peers send. Whatever version a PDU has, it is read (11.4). */
export const EAPOL_VERSION = 2;

/** Table 11-3. */
export const EAPOL_TYPE = { eap: 0, start: 1, logoff: 2, key: 3 } as const;

export interface Eapol {
  readonly version: number;
  readonly type: number;
  readonly body: Uint8Array;
  /** The octets of the PDU from Protocol Version to the end of its body: what an EAPOL-Key MIC is over. */
  readonly pdu: Uint8Array;
}

/** Octets behind the body are padding (11.4) and belong to nothing. */
export function parseEapol(octets: Uint8Array): Eapol | Malformed {
  if (octets.length < EAPOL_HEADER_OCTETS) return "too short";
  const end = EAPOL_HEADER_OCTETS + readBe16(octets, 2);
  if (end > octets.length) return "bad length";
  const pdu = octets.slice(0, end);
  return { version: octets[0], type: octets[1], body: pdu.slice(EAPOL_HEADER_OCTETS), pdu };
}

export function emitEapol(type: number, body: Uint8Array): Uint8Array {
  checkLength("body", body.length, 0, 0xffff);
  return concat(Uint8Array.of(EAPOL_VERSION, type), be16(body.length), body);
}
