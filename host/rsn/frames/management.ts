/** The bodies of the Management frames of an RSN (IEEE Std 802.11-2020, 9.3.3); every number is LE. */

import type { Malformed } from "../../wire/malformed.ts";
import { concat, le16, readLe16 } from "../../wire/octets.ts";
import { type Element, emitElement, parseElements } from "./elements.ts";

/** Open System, 9.4.1.1. */
export const OPEN_SYSTEM = 0;

/** Capability Information, 9.4.1.4: of an ESS, with data confidentiality required. */
export const CAPABILITIES_PRIVATE_ESS = 0x0011;

/** Timestamp(8) ‖ Beacon Interval(2) ‖ Capabilities(2). */
const BEACON_FIXED_OCTETS = 12;
/** Algorithm(2) ‖ Transaction Sequence Number(2) ‖ Status(2). */
const AUTHENTICATION_OCTETS = 6;
/** Capabilities(2) ‖ Listen Interval(2). */
const ASSOCIATION_REQUEST_FIXED_OCTETS = 4;
/** Current AP Address(6), behind those of an Association Request. */
const CURRENT_AP_OCTETS = 6;
/** Capabilities(2) ‖ Status(2) ‖ AID(2). */
const ASSOCIATION_RESPONSE_FIXED_OCTETS = 6;
const REASON_OCTETS = 2;

/** The two high bits of an AID are 1, 9.4.1.8. */
const AID_HIGH_BITS = 0xc000;

/** Of a Beacon and of a Probe Response, 9.3.3.2 and 9.3.3.10. */
export interface Beacon {
  readonly timestamp_us: bigint;
  /** In TU of 1.024 ms. */
  readonly interval_TU: number;
  readonly capabilities: number;
  readonly elements: readonly Element[];
}

export function parseBeacon(body: Uint8Array): Beacon | Malformed {
  if (body.length < BEACON_FIXED_OCTETS) return "too short";
  const elements = parseElements(body.subarray(BEACON_FIXED_OCTETS));
  if (typeof elements === "string") return elements;
  const timestamp_us = new DataView(body.buffer, body.byteOffset).getBigUint64(0, true);
  return { timestamp_us, interval_TU: readLe16(body, 8), capabilities: readLe16(body, 10), elements };
}

export function emitBeacon({ timestamp_us, interval_TU, capabilities, elements }: Beacon): Uint8Array {
  const timestamp = new Uint8Array(8);
  new DataView(timestamp.buffer).setBigUint64(0, timestamp_us, true);
  return concat(timestamp, le16(interval_TU), le16(capabilities), ...elements.map(emitElement));
}

/** 9.3.3.11; elements behind it are not looked at: Open System has none. */
export interface Authentication {
  readonly algorithm: number;
  readonly transaction: number;
  readonly status: number;
}

export function parseAuthentication(body: Uint8Array): Authentication | Malformed {
  if (body.length < AUTHENTICATION_OCTETS) return "too short";
  return { algorithm: readLe16(body, 0), transaction: readLe16(body, 2), status: readLe16(body, 4) };
}

export function emitAuthentication({ algorithm, transaction, status }: Authentication): Uint8Array {
  return concat(le16(algorithm), le16(transaction), le16(status));
}

/** 9.3.3.5. */
export interface AssociationRequest {
  readonly capabilities: number;
  readonly listenInterval: number;
  readonly elements: readonly Element[];
}

export function parseAssociationRequest(body: Uint8Array): AssociationRequest | Malformed {
  if (body.length < ASSOCIATION_REQUEST_FIXED_OCTETS) return "too short";
  const elements = parseElements(body.subarray(ASSOCIATION_REQUEST_FIXED_OCTETS));
  if (typeof elements === "string") return elements;
  return { capabilities: readLe16(body, 0), listenInterval: readLe16(body, 2), elements };
}

/** 9.3.3.7. Assumption: nothing is told to the AP that the station comes from, so that its address is not looked at. */
export function parseReassociationRequest(body: Uint8Array): AssociationRequest | Malformed {
  const at = ASSOCIATION_REQUEST_FIXED_OCTETS;
  if (body.length < at + CURRENT_AP_OCTETS) return "too short";
  return parseAssociationRequest(concat(body.subarray(0, at), body.subarray(at + CURRENT_AP_OCTETS)));
}

export function emitAssociationRequest({ capabilities, listenInterval, elements }: AssociationRequest): Uint8Array {
  return concat(le16(capabilities), le16(listenInterval), ...elements.map(emitElement));
}

/** 9.3.3.6, and of a Reassociation Response 9.3.3.8. */
export interface AssociationResponse {
  readonly capabilities: number;
  readonly status: number;
  /** 1..2007; 0 with a status that refuses. */
  readonly aid: number;
  readonly elements: readonly Element[];
}

export function parseAssociationResponse(body: Uint8Array): AssociationResponse | Malformed {
  if (body.length < ASSOCIATION_RESPONSE_FIXED_OCTETS) return "too short";
  const elements = parseElements(body.subarray(ASSOCIATION_RESPONSE_FIXED_OCTETS));
  if (typeof elements === "string") return elements;
  const aid = readLe16(body, 4) & ~AID_HIGH_BITS;
  return { capabilities: readLe16(body, 0), status: readLe16(body, 2), aid, elements };
}

export function emitAssociationResponse({ capabilities, status, aid, elements }: AssociationResponse): Uint8Array {
  const highBits = status === 0 ? AID_HIGH_BITS : 0;
  return concat(le16(capabilities), le16(status), le16(aid | highBits), ...elements.map(emitElement));
}

/** Of a Deauthentication or Disassociation, 9.3.3.4 and 9.3.3.12. */
export function parseReason(body: Uint8Array): { readonly reason: number } | Malformed {
  return body.length < REASON_OCTETS ? "too short" : { reason: readLe16(body, 0) };
}

export function emitReason(reason: number): Uint8Array {
  return le16(reason);
}
