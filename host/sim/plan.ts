/*
 * What follows from a scenario before anything happens: lengths of frames, durations of slots and rounds, and how long a
 * station of these profiles computes.
 */
import { AMP_SIFS, dlAirtime_us, dlTail_us, ulAirtime_us, ulSync_us } from "../channel/airtime.ts";
import { slotDurationFor_4us, slotStart_us } from "../channel/slots.ts";
import type { Silicon } from "../device/silicon.ts";
import { m2Work, type Work } from "../device/work.ts";
import { ANSWER_OCTETS, UPDATE_OCTETS } from "../wire/command.ts";
import { OVERHEAD_OCTETS } from "../wire/mac.ts";
import { PN_OCTETS, PROFILES, type Profile, payloadMaxOctets, readingMaxOctets } from "../wire/profile.ts";
import { dlDataMaxOctets, triggerMinOctets } from "../wire/trigger.ts";
import { ACCESS, SLOT_UNIT_us, type TriggerInfo, UL_RATES_kbps } from "../wire/triggerinfo.ts";
import type { Profiles } from "./profiles.ts";
import { ScenarioError } from "./scenario/read.ts";
import type { Scenario } from "./scenario/schema.ts";
import { FUEL_PER_CYCLE } from "./supply.ts";

const us = 1e-6;

/** The costliest call, an M3 with UPDATE, takes less than three times what the cheapest M2 does (bench/results/core.md). */
const LONGEST_OVER_M2 = 8;

/** Lengths, slots and times that a scenario comes to. */
export interface Plan {
  readonly profile: Profile;
  /** Of every trigger, but for its session ID. */
  readonly info: Omit<TriggerInfo, "sessionId">;
  readonly dlRate_kbps: number;
  readonly ulRate_kbps: number;
  readonly padding_us: number;
  /** An M2 is ready this long after the end of M1 at the latest, padding and all. */
  readonly ready_us: number;
  /** More fuel than any call of the module takes. */
  readonly longestCall: number;
  /** From the end of an M2 until its station gives up waiting for an M3. */
  readonly m3Wait_s: number;
  readonly slot_s: number;
  /** From the start of an M1 to the end of the last slot. */
  readonly round_s: number;
  readonly period_s: number;
  /** From one M1 of a period to its repetition. */
  readonly repeat_s: number;
  /** A station answers no trigger whose slots take longer. */
  readonly waitMax_s: number;
}

/** @throws ScenarioError for what does not fit together. */
export function planOf(scenario: Scenario, profiles: Profiles, silicon: Silicon): Plan {
  const { ap, stations } = scenario;
  const profile = PROFILES.find(({ name }) => name === ap.profile) as Profile;
  checkLengths(scenario, profile);
  const kind = {
    profile,
    hasModifier: ap.modifier,
    dlData_octets: ap.trigger_data_octets,
    reading_octets: stations.reading_octets,
    encrypt: stations.encrypt,
  };
  const work = m2Work(silicon, kind);
  const compute_us = duration_s(work, profiles) / us;
  const cpu_us = duration_s({ ...work, entropy_octets: 0 }, profiles) / us;
  const { slotDuration_4us } = slotOf(scenario, profile, cpu_us);
  const info = {
    acwe: ap.acwe,
    ulRate: UL_RATES_kbps.indexOf(ap.ul_rate_kbps),
    access: ap.to === "each" ? ACCESS.thisStationOnly : ACCESS.randomSlots,
    slots: ap.slots,
    slotDuration_4us,
  };
  const m1_octets = OVERHEAD_OCTETS + triggerMinOctets(profile, ap.modifier) + ap.trigger_data_octets;
  const m1_us = dlAirtime_us(m1_octets, ap.dl_rate_kbps, ap.padding_us);
  const plan: Plan = {
    profile,
    info,
    dlRate_kbps: ap.dl_rate_kbps,
    ulRate_kbps: ap.ul_rate_kbps,
    padding_us: ap.padding_us,
    ready_us: Math.max(0, compute_us - dlTail_us(ap.padding_us)),
    longestCall: LONGEST_OVER_M2 * work.fuel,
    m3Wait_s: (AMP_SIFS.value + dlAirtime_us(0, ap.dl_rate_kbps, 0)) * us,
    slot_s: slotDuration_4us * SLOT_UNIT_us * us,
    round_s: (m1_us + slotStart_us(ap.slots, info)) * us,
    period_s: ap.trigger_period_s,
    repeat_s: ap.trigger_period_s / (1 + ap.repeats),
    waitMax_s: stations.wait_max_s || Number.POSITIVE_INFINITY,
  };
  const slots_s = slotStart_us(ap.slots, info) * us;
  if (slots_s > plan.waitMax_s) {
    throw new ScenarioError(
      `stations.wait_max_s is ${stations.wait_max_s}, where the slots of the AP's own triggers take ${slots_s.toPrecision(3)} s`,
    );
  }
  if (plan.round_s > plan.repeat_s) {
    throw new ScenarioError(
      `ap.trigger_period_s is ${ap.trigger_period_s}, where ${1 + ap.repeats} trigger${ap.repeats > 0 ? "s" : ""} with ` +
        `${ap.slots} slots each need at least ${Math.ceil(plan.round_s * (1 + ap.repeats) * 1e4) / 1e4} s`,
    );
  }
  if (ap.repeats > 0 && plan.repeat_s > plan.round_s + SESSION_LASTS_s) {
    throw new ScenarioError(
      `ap.repeats is ${ap.repeats}, where the session of a trigger is over before it is repeated, ` +
        `${plan.repeat_s.toPrecision(3)} s later: more repeats or a shorter ap.trigger_period_s would do`,
    );
  }
  return plan;
}

/** A session is open that long behind its last slot (PROTOCOL.md section 4a, R3). */
const SESSION_LASTS_s = 1;

/** How long a work takes on an MCU with its NVM. */
export function duration_s(work: Work, { mcu, nvm }: Profiles): number {
  const cpu_s = work.fuel / FUEL_PER_CYCLE / mcu.clock_Hz.value;
  const { entropy_octets, nvmRead_octets, nvmWritten_octets } = work;
  const noise_s = entropy_octets > 0 ? mcu.entropyStart_s.value + entropy_octets * mcu.entropyOctet_s.value : 0;
  return cpu_s + noise_s + nvmRead_octets * nvm.readOctet_s.value + nvmWritten_octets * nvm.writeOctet_s.value;
}

function checkLengths({ ap, stations }: Scenario, profile: Profile): void {
  const limits = [
    ["stations.reading_octets", stations.reading_octets, readingMaxOctets(profile)],
    ["ap.trigger_data_octets", ap.trigger_data_octets, dlDataMaxOctets(profile, ap.modifier)],
    ["ap.confirm_data_octets", ap.confirm_data_octets, payloadMaxOctets(profile)],
  ] as const;
  for (const [name, octets, most] of limits) {
    if (octets > most)
      throw new ScenarioError(`${name} is ${octets}, where profile ${profile.name} has room for ${most}`);
  }
}

/** Slot Duration: as the scenario has it, or so long that all that belongs in a slot fits. */
function slotOf({ ap, stations }: Scenario, profile: Profile, cpu_us: number): Pick<TriggerInfo, "slotDuration_4us"> {
  const mac = OVERHEAD_OCTETS + profile.M;
  const confirm = Math.max(ap.confirm_data_octets, ap.root_update_every_s > 0 ? UPDATE_OCTETS : 0);
  // Assumption: the AP reckons with twice the computing of an M2 before a command's answer, and with once before Data.
  const answer_us = ulAirtime_us(mac + PN_OCTETS + ANSWER_OCTETS, ap.ul_rate_kbps) + AMP_SIFS.value + 2 * cpu_us;
  const data_us = ulAirtime_us(mac + PN_OCTETS + stations.reading_octets, ap.ul_rate_kbps) + AMP_SIFS.value + cpu_us;
  const tail_us = (ap.root_update_every_s > 0 ? answer_us : 0) + stations.data_frames * data_us;
  try {
    const exchange_4us = slotDurationFor_4us({
      m2_octets: mac + profile.N + stations.reading_octets,
      ulRate_kbps: ap.ul_rate_kbps,
      m3_octets: mac + PN_OCTETS + confirm,
      dlRate_kbps: ap.dl_rate_kbps,
      padding_us: ap.padding_us,
    });
    const needed_us = exchange_4us * SLOT_UNIT_us + tail_us;
    const wished_us = ap.slot_us === "auto" ? needed_us : ap.slot_us;
    const slotDuration_4us = Math.ceil(wished_us / SLOT_UNIT_us);
    if (slotDuration_4us > 0xffff)
      throw new RangeError(`a slot of ${wished_us} us is longer than Slot Duration can say`);
    if (slotDuration_4us < exchange_4us) {
      throw new RangeError(
        `a slot of ${wished_us} us is too short for an M2 and its M3, ${exchange_4us * SLOT_UNIT_us} us`,
      );
    }
    return { slotDuration_4us };
  } catch (error) {
    if (error instanceof RangeError) throw new ScenarioError(`ap.slot_us is ${ap.slot_us}, where ${error.message}`);
    throw error;
  }
}

/** What a receiver needs of an M2 to lock to it. */
export function m2Sync_s({ ulRate_kbps }: Pick<Plan, "ulRate_kbps">): number {
  return ulSync_us(ulRate_kbps) * us;
}
