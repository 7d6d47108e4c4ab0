/*
 * Question: where does hardware for AES or SHA-256 change an answer?
 *
 * The other questions are asked again with the engines of engines.ts in the place of the two functions that they do: all
 * else, instructions, NVM, entropy, radio, is as it was counted.
 */
import type { Figures } from "../../host/bench/bench.ts";
import { AMP_SIFS, PADDING_PROTECTED } from "../../host/channel/airtime.ts";
import { CORTEX_M4 } from "../../host/energy/profiles/weights.ts";
import type { Quantity } from "../../host/energy/quantity.ts";
import { leastCapacitance_F, priced } from "../../host/handshake/price.ts";
import type { Step } from "../../host/handshake/step.ts";
import type { Way } from "../../host/handshake/way.ts";
import type { Profiles } from "../../host/sim/profiles.ts";
import { FUEL_PER_CYCLE } from "../../host/sim/supply.ts";
import { PROFILES } from "../../host/wire/profile.ts";
import { AES, blocksOf, type Engines, SHA, withEngines } from "./engines.ts";
import { exchanges, exchangeWays, type Lives, withoutM3 } from "./exchange.ts";
import { hardwarePage, SMALL } from "./hardwarepage.ts";
import { AIR, difference_J, type Lab, MCU_NAMES, parts, READING_octets, WEIGHTS } from "./lab.ts";
import type { Question } from "./question.ts";
import { type Swing, swingsOf } from "./swing.ts";

const us = 1e-6;
const KINDS = ["software", "AES", "SHA-256", "both"] as const;
type Kind = (typeof KINDS)[number];
const ENGINES: Readonly<Record<Kind, Engines>> = {
  software: {},
  AES: { aes: AES },
  "SHA-256": { sha: SHA },
  both: { aes: AES, sha: SHA },
};

/** Every answer that may change, with one kind of crypto. */
export interface Answers {
  readonly kind: Kind;
  /** Cycles of the CPU for an M2, PMK derived; without the M2's NVM, and the clock that makes the first slot. */
  readonly cycles: number;
  readonly clock_Hz: number;
  /** Only what waits for the ANonce. */
  readonly lateCycles: number;
  readonly lateClock_Hz: number;
  readonly energies: readonly { readonly mcu: string; readonly e_J: number; readonly m3Share: number }[];
  /** On SMALL; `nvmShare` of a first exchange. */
  readonly nvmShare: number;
  readonly least_F: number;
  readonly cacheSaved_J: number;
  readonly cacheWrite_J: number;
  readonly longNonces_J: number;
}

export interface HardwareData {
  readonly engines: { readonly aes: Quantity; readonly sha: Quantity };
  /** Of a first exchange: the M2, and the M3. */
  readonly blocks: Readonly<Record<"m2" | "m3", { readonly aes: number; readonly sha: number }>>;
  readonly answers: readonly Answers[];
  readonly moved_J: number;
  readonly swings: readonly Swing[];
}

export const hardware: Question<HardwareData> = { name: "hardware", measured, page: hardwarePage, figures };

function measured(lab: Lab): HardwareData {
  const { module, names } = lab;
  const { first } = exchanges({
    module,
    names,
    profile: PROFILES[0],
    reading_octets: READING_octets,
    weights: CORTEX_M4,
  });
  const small = parts({ mcu: SMALL });
  const energy = (engines: Engines, profiles: Profiles): number => {
    return priced(waysOf(lab, engines).first, profiles, AIR).e_J;
  };
  const both = waysOf(lab, ENGINES.both).first;
  const ofEngine = (name: "aes" | "sha", quantity: Quantity): Swing => {
    const [low, high] = quantity.band ?? [1, 1];
    const at = (factor: number): number => {
      return energy({ ...ENGINES.both, [name]: { ...quantity, value: quantity.value * factor } }, small);
    };
    const { status, source } = quantity;
    return { number: `engine.${name}`, status, source, band: [low, high], atLow: at(low), atHigh: at(high) };
  };
  const width = ({ atLow, atHigh }: Swing): number => Math.abs((atHigh ?? 0) - (atLow ?? 0));
  const swings = [
    ...swingsOf(small, (profiles) => priced(both, profiles, AIR).e_J),
    ofEngine("aes", AES),
    ofEngine("sha", SHA),
  ].sort((a, b) => width(b) - width(a));
  return {
    engines: { aes: AES, sha: SHA },
    blocks: { m2: blocksOf(first.m2), m3: blocksOf(first.m3) },
    answers: KINDS.map((kind) => answersOf(lab, kind)),
    moved_J: priced(both, small, AIR).e_J,
    swings,
  };
}

function waysOf({ module, names }: Lab, engines: Engines, profile = PROFILES[0]): Lives<Way> {
  const options = { module, names, profile, reading_octets: READING_octets };
  return exchangeWays(WEIGHTS, options, (exchange) => withEngines(exchange, engines));
}

function answersOf(lab: Lab, kind: Kind): Answers {
  const engines = ENGINES[kind];
  const { first, cached, again } = waysOf(lab, engines);
  const long = waysOf(lab, engines, PROFILES[1]).first;
  const own = parts();
  const small = parts({ mcu: SMALL });
  const window_s = (PADDING_PROTECTED.value + AMP_SIFS.value) * us;
  const cycles = cyclesIn(first.answer(CORTEX_M4));
  const late = lateOf(lab, cached, engines);
  const clock = (count: number, nvm_s: number): number => count / (window_s - nvm_s);
  const m3Of = (way: Way, profiles: Profiles): number => difference_J(way, withoutM3(way), profiles);
  const m2Of = (way: Way): number => priced(withoutM3(way), small, AIR).e_J;
  return {
    ...{ kind, cycles, clock_Hz: clock(cycles, nvm_s(first.answer(CORTEX_M4), own)) },
    ...{ lateCycles: late.cycles, lateClock_Hz: clock(late.cycles, late.nvm_s) },
    energies: MCU_NAMES.map((mcu) => {
      const profiles = parts({ mcu });
      const { e_J } = priced(first, profiles, AIR);
      return { mcu, e_J, m3Share: m3Of(first, profiles) / e_J };
    }),
    nvmShare: (priced(first, small, AIR).byPhase.nvm ?? 0) / priced(first, small, AIR).e_J,
    least_F: leastCapacitance_F(first, small, AIR),
    cacheSaved_J: m2Of(again) - m2Of(cached),
    cacheWrite_J: m3Of(again, small) - m3Of(cached, small),
    longNonces_J: priced(long, small, AIR).e_J - priced(first, small, AIR).e_J,
  };
}

function cyclesIn(steps: readonly Step[]): number {
  return steps.reduce((sum, step) => sum + (step.kind === "cpu" ? step.fuel : 0), 0) / FUEL_PER_CYCLE;
}

function nvm_s(steps: readonly Step[], { nvm }: Profiles): number {
  return steps.reduce((sum, step) => {
    if (step.kind === "nvmRead") return sum + step.octets * nvm.readOctet_s.value;
    return step.kind === "nvmWrite" ? sum + step.octets * nvm.writeOctet_s.value : sum;
  }, 0);
}

/** Phases that need the ANonce; of NVM, the root slot that every M1 reads first. */
const LATE = ["frame", "ptk", "mic"];

/**
 * The phases are host/handshake's, and what engines take off them is the M2's: with the PMK cached all of its blocks but the
 * SNonce's one.
 */
function lateOf(lab: Lab, cached: Way, engines: Engines): { readonly cycles: number; readonly nvm_s: number } {
  const { module, names } = lab;
  const options = { module, names, profile: PROFILES[0], reading_octets: READING_octets, weights: CORTEX_M4 };
  const plain = exchanges(options).cached.m2;
  const steps = lab.way("AMP compact, CCM, PMK cached").answer(CORTEX_M4);
  const all = cyclesIn(steps.filter((step) => step.kind === "cpu" && LATE.includes(step.phase)));
  const changed = cyclesIn(cached.answer(CORTEX_M4)) - cyclesIn(computedBy(plain));
  const { sha } = blocksOf(plain);
  const ofSNonce = engines.sha ? engines.sha.value - perBlock(plain) : 0;
  const [read] = steps.filter(({ kind }) => kind === "nvmRead");
  if (sha < 2) throw new Error("an M2 hashes its SNonce and its PTK");
  return { cycles: all + changed - ofSNonce, nvm_s: nvm_s([read], parts()) };
}

function computedBy(call: Parameters<typeof blocksOf>[0]): Step[] {
  return Object.values(call.functions).map(({ fuel }) => ({ kind: "cpu", phase: "frame", fuel }));
}

/** Cycles of one block of SHA-256 in software. */
function perBlock(call: Parameters<typeof blocksOf>[0]): number {
  const { fuel, calls } = call.functions["crypto/sha256/compress"];
  return fuel / calls / FUEL_PER_CYCLE;
}

function figures({ blocks }: HardwareData): Figures {
  const { m2, m3 } = blocks;
  return {
    "M2, PMK derived: blocks of SHA-256": m2.sha,
    "M2, PMK derived: blocks of AES": m2.aes,
    "M3: blocks of AES": m3.aes,
  };
}
