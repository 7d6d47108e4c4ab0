/** How a MIS security association is named, and where its keys came from (IEEE 802.21a, 8.4.2; 003-C11). */

import { checkOctets, concat, equalOctets, toHex } from "../../wire/octets.ts";

/** Assumption: 3 is private, for what an SPoS distributes: 802.21a and 802.21d have 0 to 2 only (003-C11). */
export const ID_TYPE = { tls: 0, eap: 1, gkb: 2, spos: 3 } as const;
export type IdType = (typeof ID_TYPE)[keyof typeof ID_TYPE];

export const SAID_VALUE_OCTETS = 8;
export const SAID_OCTETS = 1 + SAID_VALUE_OCTETS;

/**
 * What made K: a TLS or an EAP conversation of both ends, a group key block, or the SPoS of before, over its security
 * associations (remedy 1) or under the original scheme's mask. Whoever was SPoS then still knows K (003-C12).
 */
export type SaOrigin = "tls" | "eap" | "gkb" | "remedy1" | "xor";

const ID_TYPE_OF: Readonly<Record<SaOrigin, IdType>> = {
  tls: ID_TYPE.tls,
  eap: ID_TYPE.eap,
  gkb: ID_TYPE.gkb,
  remedy1: ID_TYPE.spos,
  xor: ID_TYPE.spos,
};

export interface Said {
  readonly idType: IdType;
  /** 8 octets. */
  readonly value: Uint8Array;
}

/** @throws RangeError unless value has 8 octets. */
export function saidOf(origin: SaOrigin, value: Uint8Array): Said {
  checkOctets("value", value, SAID_VALUE_OCTETS);
  return { idType: ID_TYPE_OF[origin], value: value.slice() };
}

/** Does a third party know K, which could read along until both authenticate each other anew? */
export function isTainted(origin: SaOrigin): boolean {
  return ID_TYPE_OF[origin] === ID_TYPE.spos;
}

/** ID_TYPE(1) ‖ value(8). */
export function emitSaid({ idType, value }: Said): Uint8Array {
  return concat(Uint8Array.of(idType), value);
}

/** The inverse; undefined for other octets. */
export function readSaid(octets: Uint8Array): Said | undefined {
  const [idType] = octets;
  if (octets.length !== SAID_OCTETS || !isIdType(idType)) return undefined;
  return { idType, value: octets.slice(1) };
}

export function isSameSaid(a: Said, b: Said): boolean {
  return a.idType === b.idType && equalOctets(a.value, b.value);
}

/** For tables and maps: `1:00112233445566aa`. */
export function saidText({ idType, value }: Said): string {
  return `${idType}:${toHex(value)}`;
}

function isIdType(value: number): value is IdType {
  return (Object.values(ID_TYPE) as number[]).includes(value);
}
