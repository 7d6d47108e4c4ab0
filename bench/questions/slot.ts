/*
 * Question: how long does an M2 take in software, at 1 .. 100 MHz, and what does the first slot leave?
 *
 *     t(f) = cycles an instruction x instructions / f + NVM octets x time of an octet
 *     f    = cycles an instruction x instructions / (padding + SIFS - NVM octets x time of an octet)
 *
 * Instructions are those of the call amp_receive(M1) on an emulated Cortex-M4, exact. Entropy is apart: its time does not
 * depend on the clock.
 */
import type { Figures } from "../../host/bench/bench.ts";
import { AMP_SIFS, dlTail_us, PADDING_PROTECTED } from "../../host/channel/airtime.ts";
import { slotDurationFor_4us } from "../../host/channel/slots.ts";
import { CORTEX_M4, CORTEX_M4_NOTE, M4_CYCLES } from "../../host/energy/profiles/weights.ts";
import { bandOf } from "../../host/energy/quantity.ts";
import type { Way } from "../../host/handshake/way.ts";
import { KEYINGS, type Keying } from "../../host/mcu/conversation.ts";
import { demonstrated } from "../../host/mcu/demonstration.ts";
import type { Profiles } from "../../host/sim/profiles.ts";
import { OVERHEAD_OCTETS } from "../../host/wire/mac.ts";
import { PN_OCTETS, PROFILES } from "../../host/wire/profile.ts";
import { SLOT_UNIT_us, UL_RATES_kbps } from "../../host/wire/triggerinfo.ts";
import { AIR, type Lab, MCU_NAMES, PARTS, parts, READING_octets } from "./lab.ts";
import type { Question } from "./question.ts";
import { KIND_NAMES, slotPage } from "./slotpage.ts";
import { type Swing, swingsOf } from "./swing.ts";

const us = 1e-6;

/** What an M2 computes. `late`: of the cached one, only what waits for the ANonce. */
const KINDS = [...KEYINGS, "late"] as const;
export type Kind = (typeof KINDS)[number];
/** Phases that an SNonce and a PMK made before the trigger do away with. */
const EARLY = ["snonce", "pmk"];
const WAYS: Readonly<Record<Keying, string>> = {
  cold: "AMP compact, CCM, PMK derived",
  cached: "AMP compact, CCM, PMK cached",
  direct: "AMP compact, CCM, direct mode",
};

export interface Work {
  readonly kind: Kind;
  readonly instructions: number;
  readonly phases: Readonly<Record<string, number>>;
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
  const { firmware, module, names } = lab;
  if (!firmware) throw new Error("the question of the slot needs the firmware of a Cortex-M4");
  const padding_s = PADDING_PROTECTED.value * us;
  const sifs_s = AMP_SIFS.value * us;
  const cycles = { value: M4_CYCLES, band: bandOf(CORTEX_M4_NOTE) };
  const own = parts();
  const works: Work[] = [];
  for (const kind of KINDS) {
    const keying = kind === "late" ? "cached" : kind;
    const topic = { profile: PROFILES[0], encrypt: true, keying, reading_octets: READING_octets, update: false };
    const shown = await demonstrated(firmware, { module, names }, { ...topic, ...NOTHING_ELSE });
    if (!shown.isSame) throw new Error("the firmware does not say what the module says on Node");
    const { imports: _, ...all } = shown.instructions[M1] as Record<string, number>;
    const kept = Object.entries(all).filter(([phase]) => kind !== "late" || !EARLY.includes(phase));
    const octets = octetsOf(lab.way(WAYS[keying]), kind);
    const instructions = kept.reduce((sum, [, n]) => sum + n, 0);
    const nvm_s = nvmTime_s(octets, own);
    const clock_Hz = (cycles.value * instructions) / (padding_s + sifs_s - nvm_s);
    works.push({
      ...{ kind, instructions, phases: Object.fromEntries(kept), ...octets, nvm_s, clock_Hz },
      ...{ clockLow_Hz: clock_Hz * cycles.band[0], clockHigh_Hz: clock_Hz * cycles.band[1] },
    });
  }
  const [cold] = works;
  const time_s = (profiles: Profiles): number =>
    (M4_CYCLES * cold.instructions) / profiles.mcu.clock_Hz.value + nvmTime_s(cold, profiles);
  return {
    ...{ padding_s, sifs_s, extension_s: dlTail_us(0) * us, cycles, works },
    slots: UL_RATES_kbps.map((ulRate_kbps) => ({ ulRate_kbps, slot_s: slotLength_s(ulRate_kbps) })),
    entropy: MCU_NAMES.map((mcu) => entropyOf(lab.way(WAYS.cold), mcu)),
    default: { mcu: PARTS.mcu, clock_Hz: own.mcu.clock_Hz.value, t_s: time_s(own) },
    swings: swingsOf(own, time_s),
  };
}

const NOTHING_ELSE = { trigger_octets: 0, confirm_octets: 0, data: false };
/** Among the calls of a conversation: boot, setPayload, M1. */
const M1 = 2;

type Octets = Pick<Work, "nvmRead_octets" | "nvmWritten_octets">;

/** An M1 reads the newest root slot in any case; counter and cache belong to SNonce and PMK. */
function octetsOf(way: Way, kind: Kind): Octets {
  const steps = way.answer(CORTEX_M4);
  const reads = steps.flatMap((step) => (step.kind === "nvmRead" ? [step.octets] : []));
  const writes = steps.flatMap((step) => (step.kind === "nvmWrite" ? [step.octets] : []));
  const sum = (octets: readonly number[]): number => octets.reduce((all, one) => all + one, 0);
  return kind === "late"
    ? { nvmRead_octets: reads[0], nvmWritten_octets: 0 }
    : { nvmRead_octets: sum(reads), nvmWritten_octets: sum(writes) };
}

function nvmTime_s({ nvmRead_octets, nvmWritten_octets }: Octets, { nvm }: Profiles): number {
  return nvmRead_octets * nvm.readOctet_s.value + nvmWritten_octets * nvm.writeOctet_s.value;
}

function slotLength_s(ulRate_kbps: number): number {
  const [{ N, M }] = PROFILES;
  const m2_octets = OVERHEAD_OCTETS + N + READING_octets + M;
  const m3_octets = OVERHEAD_OCTETS + PN_OCTETS + M;
  return slotDurationFor_4us({ m2_octets, m3_octets, ...AIR, ulRate_kbps }) * SLOT_UNIT_us * us;
}

function entropyOf(way: Way, mcu: string): SlotData["entropy"][number] {
  const { entropyStart_s, entropyOctet_s } = parts({ mcu }).mcu;
  const octets = way.answer(CORTEX_M4).reduce((sum, step) => sum + (step.kind === "entropy" ? step.octets : 0), 0);
  return { mcu, octets, t_s: entropyStart_s.value + octets * entropyOctet_s.value };
}

function figures({ works }: SlotData): Figures {
  return Object.fromEntries(
    works.map(({ kind, instructions }) => [`M2, ${KIND_NAMES[kind]}: instructions`, instructions]),
  );
}
