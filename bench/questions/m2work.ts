/*
 * The work of an M2, and the clock that has it done when the first slot begins:
 *
 *     f = cycles an instruction x instructions / (padding + SIFS - NVM octets x time of an octet)
 *
 * All of it comes after M1, or all but what a station can have made before. The SNonce depends on nothing of M1. The PMK does,
 * PMK = KDF(root, Modifier || AA || SPA) with Modifier and AA of M1 (PROTOCOL.md section 1), but in direct mode, where it is
 * the root; else a station can only guess that the next trigger comes from the AP of its cache.
 */
import { AMP_SIFS, PADDING_PROTECTED } from "../../host/channel/airtime.ts";
import { CORTEX_M4 } from "../../host/energy/profiles/weights.ts";
import type { Step } from "../../host/handshake/step.ts";
import type { Keying } from "../../host/mcu/conversation.ts";
import { demonstrated } from "../../host/mcu/demonstration.ts";
import type { Profiles } from "../../host/sim/profiles.ts";
import { PROFILES } from "../../host/wire/profile.ts";
import { type Lab, READING_octets } from "./lab.ts";

const us = 1e-6;

/** The phases of an M2 that may be done before M1, and how the PMK is come by. */
interface Plan {
  readonly keying: Keying;
  readonly early: readonly string[];
}

const SNONCE = ["snonce"];
export const PLANS = {
  cold: { keying: "cold", early: [] },
  cached: { keying: "cached", early: [] },
  direct: { keying: "direct", early: [] },
  ready: { keying: "cold", early: SNONCE },
  directReady: { keying: "direct", early: SNONCE },
  guessed: { keying: "cached", early: [...SNONCE, "pmk"] },
} as const satisfies Record<string, Plan>;
export type Kind = keyof typeof PLANS;
export const KINDS = Object.keys(PLANS) as readonly Kind[];

const WAYS: Readonly<Record<Keying, string>> = {
  cold: "AMP compact, CCM, PMK derived",
  cached: "AMP compact, CCM, PMK cached",
  direct: "AMP compact, CCM, direct mode",
};

/** Thumb instructions of amp_receive(M1), by phase. */
export type Phases = Readonly<Record<string, number>>;

/** On the emulated Cortex-M4, with every keying. Null without its firmware. */
export async function countedPhases({ firmware, module, names }: Lab): Promise<Record<Keying, Phases> | null> {
  if (!firmware) return null;
  const counted = async (keying: Keying): Promise<Phases> => {
    const topic = { profile: PROFILES[0], encrypt: true, keying, reading_octets: READING_octets, update: false };
    const shown = await demonstrated(firmware, { module, names }, { ...topic, ...NOTHING_ELSE });
    if (!shown.isSame) throw new Error("the firmware does not say what the module says on Node");
    const { imports: _, ...phases } = shown.instructions[M1] as Record<string, number>;
    return phases;
  };
  return { cold: await counted("cold"), cached: await counted("cached"), direct: await counted("direct") };
}

const NOTHING_ELSE = { trigger_octets: 0, confirm_octets: 0, data: false };
/** Among the calls of a conversation: boot, setPayload, M1. */
const M1 = 2;

/** The phases of one kind that wait for M1. */
export function phasesAfterM1(counted: Readonly<Record<Keying, Phases>>, kind: Kind): Phases {
  const { keying, early } = PLANS[kind];
  return Object.fromEntries(Object.entries(counted[keying]).filter(([phase]) => !isIn(early, phase)));
}

export function instructionsOf(phases: Phases): number {
  return Object.values(phases).reduce((sum, n) => sum + n, 0);
}

function isIn(early: readonly string[], phase: string): boolean {
  return early.includes(phase);
}

/** What an M2 asks of its host, in order, and the CPU's part of it as the meter prices it. */
export function stepsOf(lab: Lab, kind: Kind): readonly Step[] {
  return lab.way(WAYS[PLANS[kind].keying]).answer(CORTEX_M4);
}

export interface Octets {
  readonly nvmRead_octets: number;
  readonly nvmWritten_octets: number;
}

/**
 * Octets of NVM after M1. An access belongs to the phase that goes on behind it: the counter's to the SNonce, the cache's to
 * the PMK.
 */
export function octetsAfterM1(steps: readonly Step[], kind: Kind): Octets {
  let [nvmRead_octets, nvmWritten_octets] = [0, 0];
  for (const [i, step] of steps.entries()) {
    if (step.kind !== "nvmRead" && step.kind !== "nvmWrite") continue;
    const next = steps.slice(i).find((one) => one.kind === "cpu");
    if (next?.kind === "cpu" && isIn(PLANS[kind].early, next.phase)) continue;
    if (step.kind === "nvmRead") nvmRead_octets += step.octets;
    else nvmWritten_octets += step.octets;
  }
  return { nvmRead_octets, nvmWritten_octets };
}

/** Seconds. */
export function nvmTime_s({ nvmRead_octets, nvmWritten_octets }: Octets, { nvm }: Pick<Profiles, "nvm">): number {
  return nvmRead_octets * nvm.readOctet_s.value + nvmWritten_octets * nvm.writeOctet_s.value;
}

/** Between the last data bit of M1 and the first slot, without the signal extension. */
export const WINDOW_s = (PADDING_PROTECTED.value + AMP_SIFS.value) * us;

/** The clock on which so many cycles, and so long an access to NVM, fit before the first slot. */
export function clockFor_Hz(cycles: number, nvm_s: number): number {
  return cycles / (WINDOW_s - nvm_s);
}
