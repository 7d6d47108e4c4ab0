/** What every round of an AP's daemon has in common: rates, padding, slots, and what follows from them. */

import { AMP_SIFS, dlAirtime_us, ulAirtime_us } from "../channel/airtime.ts";
import { slotDurationFor_4us, slotStart_us } from "../channel/slots.ts";
import { ANSWER_OCTETS, UPDATE_OCTETS } from "../wire/command.ts";
import { FRAME_MAX_OCTETS, OVERHEAD_OCTETS } from "../wire/mac.ts";
import { PN_OCTETS, type Profile } from "../wire/profile.ts";
import { ACCESS, SLOT_UNIT_us, type TriggerInfo, UL_RATES_kbps } from "../wire/triggerinfo.ts";
import type { RoundTimes } from "./round.ts";

export interface ApAir {
  readonly profile: Profile;
  readonly info: Omit<TriggerInfo, "sessionId">;
  readonly dlRate_kbps: number;
  readonly ulRate_kbps: number;
  /** Whole microseconds. */
  readonly padding_us: number;
}

export interface AirWishes {
  readonly profile: Profile;
  readonly acwe: number;
  readonly slots: number;
  readonly dlRate_kbps: number;
  readonly ulRate_kbps: number;
  readonly padding_us: number;
  /** In each slot behind the M3, for a command's answer: what a station computes for it, and the frame itself. */
  readonly answerCompute_us: number;
}

/** Slots as long as the longest M2, the longest M3 and the answer to a command need. @throws RangeError if none is so long. */
export function apAirOf(wishes: AirWishes): ApAir {
  const { profile, acwe, slots, dlRate_kbps, ulRate_kbps, padding_us, answerCompute_us } = wishes;
  const mac = OVERHEAD_OCTETS + PN_OCTETS + profile.M;
  const exchange_4us = slotDurationFor_4us({
    m2_octets: FRAME_MAX_OCTETS,
    ulRate_kbps,
    m3_octets: mac + UPDATE_OCTETS,
    dlRate_kbps,
    padding_us,
  });
  const answer_us = answerCompute_us + ulAirtime_us(mac + ANSWER_OCTETS, ulRate_kbps) + AMP_SIFS.value;
  const slotDuration_4us = exchange_4us + Math.ceil(answer_us / SLOT_UNIT_us);
  const info = {
    acwe,
    ulRate: UL_RATES_kbps.indexOf(ulRate_kbps),
    access: ACCESS.randomSlots,
    slots,
    slotDuration_4us,
  };
  return { profile, info, dlRate_kbps, ulRate_kbps, padding_us };
}

/** Of a round whose M1, of so many octets, begins at `from_us`. */
export function roundTimes(air: ApAir, m1_octets: number, from_us: number): RoundTimes {
  const m1End_us = from_us + dlAirtime_us(m1_octets, air.dlRate_kbps, air.padding_us);
  return { from_us, m1End_us, end_us: m1End_us + slotStart_us(air.info.slots, air.info), ulRate_kbps: air.ulRate_kbps };
}
