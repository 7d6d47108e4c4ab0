/**
 * The messages of EAP-pwd (RFC 5931, section 3.2), as they are behind the octet L M PWD-Exch(6) and put together of their fragments:
 *
 *     id        Group(2, BE) ‖ Random Function(1) ‖ PRF(1) ‖ Token(4) ‖ Prep(1) ‖ Identity
 *     commit    Element: x(32) ‖ y(32), Scalar(32)
 *     confirm   Confirm(32)
 */

import type { Malformed } from "../wire/malformed.ts";
import { concat, equalOctets } from "../wire/octets.ts";

/** 3.1: PWD-Exch. */
export const PWD_EXCHANGE = { id: 1, commit: 2, confirm: 3 } as const;

const ID_HEAD_OCTETS = 9;
const TOKEN_OCTETS = 4;
export const ELEMENT_OCTETS = 64;
export const SCALAR_OCTETS = 32;
export const CONFIRM_OCTETS = 32;
/** Assumption: RFC 5931 bounds no identity; no name that RADIUS or a certificate has is longer. */
export const PWD_IDENTITY_MAX_OCTETS = 1000;

/** Group 19 (P-256), Random Function 1 and PRF 1 (both HMAC-SHA256): what is offered by default (RFC 5931, 3.2.1; IANA's tables). */
export const CIPHERSUITE = Uint8Array.of(0, 19, 1, 1);
/** 3.2.1: the password as it is. */
const PREP_NONE = 0;

export interface PwdId {
  readonly ciphersuite: Uint8Array;
  readonly token: Uint8Array;
  readonly prep: number;
  readonly identity: Uint8Array;
}

export interface PwdCommit {
  readonly element: Uint8Array;
  readonly scalar: Uint8Array;
}

export function parsePwdId(message: Uint8Array): PwdId | Malformed {
  if (message.length < ID_HEAD_OCTETS) return "too short";
  if (message.length > ID_HEAD_OCTETS + PWD_IDENTITY_MAX_OCTETS) return "bad length";
  const ciphersuite = message.slice(0, CIPHERSUITE.length);
  const token = message.slice(CIPHERSUITE.length, CIPHERSUITE.length + TOKEN_OCTETS);
  return { ciphersuite, token, prep: message[ID_HEAD_OCTETS - 1], identity: message.slice(ID_HEAD_OCTETS) };
}

export function emitPwdId({ ciphersuite, token, prep, identity }: PwdId): Uint8Array {
  return concat(ciphersuite, token, Uint8Array.of(prep), identity);
}

/** Is it what this peer has: the one ciphersuite, and no preparation of the password? */
export function isOfferTaken({ ciphersuite, prep }: PwdId): boolean {
  return equalOctets(ciphersuite, CIPHERSUITE) && prep === PREP_NONE;
}

export function parsePwdCommit(message: Uint8Array): PwdCommit | Malformed {
  if (message.length !== ELEMENT_OCTETS + SCALAR_OCTETS) return "bad length";
  return { element: message.slice(0, ELEMENT_OCTETS), scalar: message.slice(ELEMENT_OCTETS) };
}
