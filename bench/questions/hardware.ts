/*
 * Question: where does hardware for AES or SHA-256 change an answer?
 *
 * The other questions are asked again with the engines of engines.ts in the place of the two functions that they do: all
 * else, instructions, NVM, entropy, radio, is as it was counted. Of an M2,
 *
 *     cycles = cycles an instruction x instructions of the emulated core - cycles that the engines save
 *
 * where a block in software has the meter's price.
 */
import type { Figures } from "../../host/bench/bench.ts";
import { CORTEX_M4, M4_CYCLES } from "../../host/energy/profiles/weights.ts";
import type { Quantity } from "../../host/energy/quantity.ts";
import { leastCapacitance_F, priced } from "../../host/handshake/price.ts";
import type { Way } from "../../host/handshake/way.ts";
import type { Profiles } from "../../host/sim/profiles.ts";
import { FUEL_PER_CYCLE } from "../../host/sim/supply.ts";
import { PROFILES } from "../../host/wire/profile.ts";
import { AES, blocksOf, type Engines, SHA, withEngines } from "./engines.ts";
import { type Call, type Exchange, exchanges, exchangeWays, fuelOf, type Lives, withoutM3 } from "./exchange.ts";
import { hardwarePage, SMALL } from "./hardwarepage.ts";
import { AIR, difference_J, type Lab, MCU_NAMES, parts, READING_octets, WEIGHTS } from "./lab.ts";
import {
  clockFor_Hz,
  countedPhases,
  instructionsOf,
  nvmTime_s,
  octetsAfterM1,
  phasesAfterM1,
  stepsOf,
} from "./m2work.ts";
import type { Question } from "./question.ts";
import { type Swing, swingsOf } from "./swing.ts";

const KINDS = ["software", "AES", "SHA-256", "both"] as const;
type Kind = (typeof KINDS)[number];
const ENGINES: Readonly<Record<Kind, Engines>> = {
  software: {},
  AES: { aes: AES },
  "SHA-256": { sha: SHA },
  both: { aes: AES, sha: SHA },
};

/** The M2s that the first slot is asked of. */
const WORKS = ["cold", "ready", "guessed"] as const;
export type WorkKind = (typeof WORKS)[number];

/** Every answer that may change, with one kind of crypto. */
export interface Answers {
  readonly kind: Kind;
  /** Cycles of the CPU that the engines take off an M2. */
  readonly saved: Readonly<Record<WorkKind, number>>;
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
  /** Instructions of the emulated core after M1; null without its firmware. */
  readonly m4: Readonly<Record<WorkKind, number>> | null;
  readonly nvm_s: Readonly<Record<WorkKind, number>>;
  readonly answers: readonly Answers[];
  readonly moved_J: number;
  readonly swings: readonly Swing[];
}

export const hardware: Question<HardwareData> = { name: "hardware", measured, page: hardwarePage, figures };

async function measured(lab: Lab): Promise<HardwareData> {
  const counted = await countedPhases(lab);
  const m4 = counted && ofWorks((kind) => instructionsOf(phasesAfterM1(counted, kind)));
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
    m4,
    nvm_s: ofWorks((kind) => nvmTime_s(octetsAfterM1(stepsOf(lab, kind), kind), parts())),
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
  const small = parts({ mcu: SMALL });
  const m3Of = (way: Way, profiles: Profiles): number => difference_J(way, withoutM3(way), profiles);
  const m2Of = (way: Way): number => priced(withoutM3(way), small, AIR).e_J;
  return {
    ...{ kind, saved: savedBy(lab, engines) },
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

function ofWorks(value: (kind: WorkKind) => number): Record<WorkKind, number> {
  return { cold: value("cold"), ready: value("ready"), guessed: value("guessed") };
}

/**
 * Of the M2 of a first exchange and of one with the PMK cached. The SNonce is one block of SHA-256: made before, the engine
 * saves it no more.
 */
function savedBy({ module, names }: Lab, engines: Engines): Record<WorkKind, number> {
  const options = { module, names, profile: PROFILES[0], reading_octets: READING_octets, weights: CORTEX_M4 };
  const { first, cached } = exchanges(options);
  const saved = (exchange: Exchange): number => cyclesOf(exchange.m2) - cyclesOf(withEngines(exchange, engines).m2);
  const { fuel, calls } = first.m2.functions["crypto/sha256/compress"];
  const ofSNonce = engines.sha ? fuel / calls / FUEL_PER_CYCLE - engines.sha.value : 0;
  return { cold: saved(first), ready: saved(first) - ofSNonce, guessed: saved(cached) - ofSNonce };
}

function cyclesOf(call: Call): number {
  return fuelOf(call) / FUEL_PER_CYCLE;
}

/**
 * Cycles of an M2 with what does its crypto, and the clock that makes the first slot. Throws an Error when its instructions were
 * not counted.
 */
export function workOf(
  { m4, nvm_s }: Pick<HardwareData, "m4" | "nvm_s">,
  { saved }: Pick<Answers, "saved">,
  kind: WorkKind,
): { readonly cycles: number; readonly clock_Hz: number } {
  if (!m4) throw new Error("the question of the hardware needs the firmware of a Cortex-M4");
  const cycles = M4_CYCLES * m4[kind] - saved[kind];
  return { cycles, clock_Hz: clockFor_Hz(cycles, nvm_s[kind]) };
}

function figures({ blocks }: HardwareData): Figures {
  const { m2, m3 } = blocks;
  return {
    "M2, PMK derived: blocks of SHA-256": m2.sha,
    "M2, PMK derived: blocks of AES": m2.aes,
    "M3: blocks of AES": m3.aes,
  };
}
