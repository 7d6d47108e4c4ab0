/** The CCMP header (IEEE Std 802.11-2020, 12.5.3.2): PN0 ‖ PN1 ‖ 0 ‖ KeyID in bits 6-7 and Ext IV ‖ PN2 ‖ PN3 ‖ PN4 ‖ PN5. */

import type { Malformed } from "../../wire/malformed.ts";
import { checkNumber } from "../../wire/octets.ts";

export const CCMP_HEADER_OCTETS = 8;
/** 48 bits: a number of JavaScript holds them. */
export const PN_MAX = 2 ** 48 - 1;
const EXT_IV = 0x20;

export interface CcmpHeader {
  readonly pn: number;
  readonly keyId: number;
}

/** "bad type": without Ext IV it is WEP's header. */
export function parseCcmpHeader(body: Uint8Array): CcmpHeader | Malformed {
  if (body.length < CCMP_HEADER_OCTETS) return "too short";
  if (!(body[3] & EXT_IV)) return "bad type";
  let pn = 0;
  for (const octet of [body[7], body[6], body[5], body[4], body[1], body[0]]) pn = pn * 256 + octet;
  return { pn, keyId: body[3] >> 6 };
}

export function emitCcmpHeader({ pn, keyId }: CcmpHeader): Uint8Array {
  checkNumber("pn", pn, 0, PN_MAX);
  checkNumber("keyId", keyId, 0, 3);
  const octets = pnOctets(pn);
  return Uint8Array.of(octets[5], octets[4], 0, (keyId << 6) | EXT_IV, octets[3], octets[2], octets[1], octets[0]);
}

/** PN5 ‖ ... ‖ PN0, as the CCM nonce has it (12.5.3.3.4). */
export function pnOctets(pn: number): Uint8Array {
  const octets = new Uint8Array(6);
  for (let i = 5, rest = pn; i >= 0; i--, rest = Math.floor(rest / 256)) octets[i] = rest % 256;
  return octets;
}
