/*
 * Question: how long does an M2 take in software, at 1 .. 100 MHz, and what does the first slot leave?
 *
 *     t(f) = cycles an instruction x instructions / f + NVM octets x time of an octet
 *
 * and the clock that makes the first slot: m2work.ts. Instructions are those of the call amp_receive(M1) on an emulated
 * Cortex-M4, exact. Entropy is apart: its time does not depend on the clock.
 */
import type { Figures } from "../../host/bench/bench.ts";
import { AMP_SIFS, dlTail_us, PADDING_PROTECTED } from "../../host/channel/airtime.ts";
import { slotDurationFor_4us } from "../../host/channel/slots.ts";
import { CORTEX_M4_NOTE, M4_CYCLES } from "../../host/energy/profiles/weights.ts";
import { bandOf } from "../../host/energy/quantity.ts";
import type { Keying } from "../../host/mcu/conversation.ts";
import type { Profiles } from "../../host/sim/profiles.ts";
import { OVERHEAD_OCTETS } from "../../host/wire/mac.ts";
import { PN_OCTETS, PROFILES } from "../../host/wire/profile.ts";
import { SLOT_UNIT_us, UL_RATES_kbps } from "../../host/wire/triggerinfo.ts";
import { AIR, type Lab, MCU_NAMES, PARTS, parts, READING_octets } from "./lab.ts";
import {
  clockFor_Hz,
  countedPhases,
  instructionsOf,
  KINDS,
  type Kind,
  nvmTime_s,
  octetsAfterM1,
  type Phases,
  phasesAfterM1,
  stepsOf,
} from "./m2work.ts";
import type { Question } from "./question.ts";
import { KIND_NAMES, slotPage } from "./slotpage.ts";
import { type Swing, swingsOf } from "./swing.ts";

const us = 1e-6;

export interface Work {
  readonly kind: Kind;
  readonly instructions: number;
  readonly phases: Phases;
  readonly nvmRead_octets: number;
  readonly nvmWritten_octets: number;
  readonly nvm_s: number;
  /** The clock that makes the first slot. */
  readonly clock_Hz: number;
  readonly clockLow_Hz: number;
  readonly clockHigh_Hz: number;
}

export interface SlotData {
  readonly padding_s: number;
  readonly sifs_s: number;
  /** Of the signal extension, which the 46 us leave out. */
  readonly extension_s: number;
  readonly cycles: { readonly value: number; readonly band: readonly [low: number, high: number] };
  readonly works: readonly Work[];
  /** Without M1's tail; M2 of the profile compact, and its M3. */
  readonly slots: readonly { readonly ulRate_kbps: number; readonly slot_s: number }[];
  readonly entropy: readonly { readonly mcu: string; readonly octets: number; readonly t_s: number }[];
  readonly default: { readonly mcu: string; readonly clock_Hz: number; readonly t_s: number };
  readonly swings: readonly Swing[];
}

export const slot: Question<SlotData> = { name: "slot", measured, page: slotPage, figures };

async function measured(lab: Lab): Promise<SlotData> {
  const counted = await countedPhases(lab);
  if (!counted) throw new Error("the question of the slot needs the firmware of a Cortex-M4");
  return slotData(lab, counted);
}

/** All that follows from the instructions counted. */
export function slotData(lab: Lab, counted: Readonly<Record<Keying, Phases>>): SlotData {
  const cycles = { value: M4_CYCLES, band: bandOf(CORTEX_M4_NOTE) };
  const own = parts();
  const works = KINDS.map((kind): Work => {
    const phases = phasesAfterM1(counted, kind);
    const instructions = instructionsOf(phases);
    const octets = octetsAfterM1(stepsOf(lab, kind), kind);
    const nvm_s = nvmTime_s(octets, own);
    const clock_Hz = clockFor_Hz(cycles.value * instructions, nvm_s);
    return {
      ...{ kind, instructions, phases, ...octets, nvm_s, clock_Hz },
      ...{ clockLow_Hz: clock_Hz * cycles.band[0], clockHigh_Hz: clock_Hz * cycles.band[1] },
    };
  });
  const [cold] = works;
  const time_s = (profiles: Profiles): number =>
    (M4_CYCLES * cold.instructions) / profiles.mcu.clock_Hz.value + nvmTime_s(cold, profiles);
  return {
    ...{ padding_s: PADDING_PROTECTED.value * us, sifs_s: AMP_SIFS.value * us, extension_s: dlTail_us(0) * us },
    ...{ cycles, works },
    slots: UL_RATES_kbps.map((ulRate_kbps) => ({ ulRate_kbps, slot_s: slotLength_s(ulRate_kbps) })),
    entropy: MCU_NAMES.map((mcu) => entropyOf(lab, mcu)),
    default: { mcu: PARTS.mcu, clock_Hz: own.mcu.clock_Hz.value, t_s: time_s(own) },
    swings: swingsOf(own, time_s),
  };
}

function slotLength_s(ulRate_kbps: number): number {
  const [{ N, M }] = PROFILES;
  const m2_octets = OVERHEAD_OCTETS + N + READING_octets + M;
  const m3_octets = OVERHEAD_OCTETS + PN_OCTETS + M;
  return slotDurationFor_4us({ m2_octets, m3_octets, ...AIR, ulRate_kbps }) * SLOT_UNIT_us * us;
}

function entropyOf(lab: Lab, mcu: string): SlotData["entropy"][number] {
  const { entropyStart_s, entropyOctet_s } = parts({ mcu }).mcu;
  const octets = stepsOf(lab, "cold").reduce((sum, step) => sum + (step.kind === "entropy" ? step.octets : 0), 0);
  return { mcu, octets, t_s: entropyStart_s.value + octets * entropyOctet_s.value };
}

function figures({ works }: SlotData): Figures {
  return Object.fromEntries(
    works.map(({ kind, instructions }) => [`M2, ${KIND_NAMES[kind]}: instructions`, instructions]),
  );
}
