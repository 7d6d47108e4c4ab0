/*
 * Slots behind a trigger (PROTOCOL.md 4.2), and which of them a station takes:
 *
 *   M1 ... padding | SIFS | slot 0: M2 SIFS M3 SIFS | slot 1 | ... | slot n-1
 *
 * Assumption: the draft leaves the slot rules open; a station keeps nothing of a try that failed, so ACWE never grows.
 */
import { ACCESS, SLOT_UNIT_us, type TriggerInfo } from "../wire/triggerinfo.ts";
import { AMP_SIFS, dlAirtime_us, ulAirtime_us } from "./airtime.ts";

/** Slot Duration has 16 bits. */
const DURATION_MAX_4us = 0xffff;

/** Slot k starts so long after the end of M1, its padding included. */
export function slotStart_us(k: number, { slotDuration_4us }: Pick<TriggerInfo, "slotDuration_4us">): number {
  return AMP_SIFS.value + k * slotDuration_4us * SLOT_UNIT_us;
}

/** How a trigger goes out. */
export interface TriggerAir {
  readonly dlRate_kbps: number;
  readonly padding_us: number;
}

/** From the beginning of an M1 to the end of its last slot, as AccessPoint asks for it. */
export function triggerSpan_s({ dlRate_kbps, padding_us }: TriggerAir): (octets: number, info: TriggerSlots) => number {
  return (octets, info) => (dlAirtime_us(octets, dlRate_kbps, padding_us) + slotStart_us(info.slots, info)) * 1e-6;
}

type TriggerSlots = Pick<TriggerInfo, "slots" | "slotDuration_4us">;

/** What a slot has to hold: the longest M2, and the longest M3 that may answer it. */
export interface SlotContent {
  readonly m2_octets: number;
  readonly ulRate_kbps: number;
  readonly m3_octets: number;
  readonly dlRate_kbps: number;
  /** Behind M3. */
  readonly padding_us: number;
}

/** Slot Duration for that: M2, SIFS, M3, SIFS, in whole units. RangeError when the field cannot hold it. */
export function slotDurationFor_4us(content: SlotContent): number {
  const { m2_octets, ulRate_kbps, m3_octets, dlRate_kbps, padding_us } = content;
  const m2_us = ulAirtime_us(m2_octets, ulRate_kbps);
  const m3_us = dlAirtime_us(m3_octets, dlRate_kbps, padding_us);
  const duration_4us = Math.ceil((m2_us + m3_us + 2 * AMP_SIFS.value) / SLOT_UNIT_us);
  if (duration_4us > DURATION_MAX_4us) {
    throw new RangeError(`a slot of ${duration_4us * SLOT_UNIT_us} us is longer than Slot Duration can say`);
  }
  return duration_4us;
}

/** A slot's number, or why the station stays silent. */
export type SlotChoice = number | "backed off" | "too late";

/**
 * The slot of a station whose M2 is ready `ready_us` after the end of M1, chosen before anything is computed.
 *
 * access 0: ABOC uniform in [0, 2^ACWE - 1]; ABOC >= n: backed off; else one of the slots that it can meet, uniformly.
 * access 1: the first slot that it can meet.
 *
 * `random` in [0, 1): one number for ABOC, and one more for the slot, drawn with access 0 only.
 */
export function chooseSlot(info: TriggerInfo, ready_us: number, random: () => number): SlotChoice {
  if (info.access === ACCESS.randomSlots) {
    const aboc = Math.floor(random() * 2 ** info.acwe);
    if (aboc >= info.slots) return "backed off";
  }
  let first = 0;
  while (first < info.slots && slotStart_us(first, info) < ready_us) first++;
  if (first === info.slots) return "too late";
  return info.access === ACCESS.randomSlots ? first + Math.floor(random() * (info.slots - first)) : first;
}
