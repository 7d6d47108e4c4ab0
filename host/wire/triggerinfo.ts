/**
 * TriggerInfo (PROTOCOL.md section 2), the first six octets of an M1's body:
 *
 *     0              1                              2          3                            5
 *     Session ID(1)  access(2b) UL rate(2b) ACWE(4b)  slots(1)   Slot Duration(2, LE, 4 us)   0(1)
 *
 * Assumption: the draft leaves the layout open; the fields are its own.
 */

import { type BitField, packBits, readBits } from "./bits.ts";
import { BROADCAST_ID } from "./mac.ts";
import { checkNumber, readLe16 } from "./octets.ts";

const TRIGGER_INFO = { sessionId: 0, access: 1, slots: 2, slotDuration: 3, zero: 5 } as const;
export const TRIGGER_INFO_OCTETS = 6;

/** The fields of the octet at offset 1. */
export const ACCESS_FIELDS = {
  acwe: { at: 0, width: 4 },
  ulRate: { at: 4, width: 2 },
  access: { at: 6, width: 2 },
} as const satisfies Record<string, BitField>;

/** Unit of Slot Duration, microseconds. */
export const SLOT_UNIT_us = 4;

/** UL rates by their number; 3 is reserved. */
export const UL_RATES_kbps: readonly number[] = [250, 1000, 4000];

/** Who may answer: by the number of the access bits; 2 and 3 are reserved. */
export const ACCESS = { randomSlots: 0, thisStationOnly: 1 } as const;

/** What an M1 says of its slots. */
export interface TriggerInfo {
  /** 0..255. */
  readonly sessionId: number;
  /** Exponent of the contention window: ABOC is drawn from [0, 2^ACWE - 1]. */
  readonly acwe: number;
  /** Index into UL_RATES_kbps. */
  readonly ulRate: number;
  /** One of ACCESS. */
  readonly access: number;
  /** 1..255. */
  readonly slots: number;
  /** 0..65,535, in units of SLOT_UNIT_us. */
  readonly slotDuration_4us: number;
}

/** What is reserved and used all the same, by name. */
type ReservedInfo = "UL rate" | "access" | "slots" | "last octet" | "access 1 in a broadcast";

/** What the six octets at `at` of a trigger to `id` have that is reserved: nothing in a good one. */
export function reservedInTriggerInfo(octets: Uint8Array, id: number, at = 0): ReservedInfo[] {
  const { ulRate, access, slots } = readTriggerInfo(octets, at);
  const found: ReservedInfo[] = [];
  if (ulRate >= UL_RATES_kbps.length) found.push("UL rate");
  if (access > ACCESS.thisStationOnly) found.push("access");
  if (slots === 0) found.push("slots");
  if (octets[at + TRIGGER_INFO.zero] !== 0) found.push("last octet");
  if (access === ACCESS.thisStationOnly && id === BROADCAST_ID) found.push("access 1 in a broadcast");
  return found;
}

/** What the six octets at `at` say; the last of them says nothing. */
export function readTriggerInfo(octets: Uint8Array, at = 0): TriggerInfo {
  const access = octets[at + TRIGGER_INFO.access];
  return {
    sessionId: octets[at + TRIGGER_INFO.sessionId],
    acwe: readBits(access, ACCESS_FIELDS.acwe),
    ulRate: readBits(access, ACCESS_FIELDS.ulRate),
    access: readBits(access, ACCESS_FIELDS.access),
    slots: octets[at + TRIGGER_INFO.slots],
    slotDuration_4us: readLe16(octets, at + TRIGGER_INFO.slotDuration),
  };
}

/** The inverse; RangeError naming the field that is reserved or does not fit. */
export function emitTriggerInfo(info: TriggerInfo): Uint8Array {
  checkNumber("sessionId", info.sessionId, 0, 0xff);
  checkNumber("ulRate", info.ulRate, 0, UL_RATES_kbps.length - 1);
  checkNumber("access", info.access, ACCESS.randomSlots, ACCESS.thisStationOnly);
  checkNumber("slots", info.slots, 1, 0xff);
  checkNumber("slotDuration_4us", info.slotDuration_4us, 0, 0xffff);
  const access = packBits(ACCESS_FIELDS, { acwe: info.acwe, ulRate: info.ulRate, access: info.access });
  const { sessionId, slots, slotDuration_4us } = info;
  return Uint8Array.of(sessionId, access, slots, slotDuration_4us & 0xff, slotDuration_4us >>> 8, 0);
}
