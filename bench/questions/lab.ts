/*
 * What all questions are answered with: the shipped module, its ways to a reading (host/handshake), and the parts that
 * they are priced on.
 */
import { builtModule, builtNames } from "../../host/build/build.ts";
import type { Weights } from "../../host/device/weights.ts";
import { ampWays } from "../../host/handshake/amp.ts";
import { type Price, priced } from "../../host/handshake/price.ts";
import type { Air } from "../../host/handshake/step.ts";
import type { Way } from "../../host/handshake/way.ts";
import { BOARDS } from "../../host/mcu/boards.ts";
import { type Firmware, firmware } from "../../host/mcu/firmware.ts";
import { KNOWN_PROFILES, type Profiles, profilesOf } from "../../host/sim/profiles.ts";
import { checkScenario } from "../../host/sim/scenario/read.ts";

/** Of a reading: what fits every profile. */
export const READING_octets = 16;
export const AIR: Air = { dlRate_kbps: 1000, ulRate_kbps: 1000, padding_us: 36 };

/** The names of a scenario's default parts. */
export const PARTS = checkScenario({}, "the default parts").stations;
export const MCU_NAMES = Object.keys(KNOWN_PROFILES.mcu);

/** Every table of opcode costs that an MCU has. */
export const WEIGHTS: readonly Weights[] = [
  ...new Set(Object.values(KNOWN_PROFILES.mcu).map(({ weights }) => weights)),
];

export class Lab {
  readonly module: Uint8Array;
  readonly names: readonly string[];
  readonly ways: readonly Way[];
  /** The station on a Cortex-M4; undefined: nothing is counted there. */
  readonly firmware: Firmware | undefined;

  constructor(facts: Pick<Lab, "module" | "names" | "ways" | "firmware">) {
    this.module = facts.module;
    this.names = facts.names;
    this.ways = facts.ways;
    this.firmware = facts.firmware;
  }

  /** @throws Error when there is none of that name. */
  way(name: string): Way {
    const way = this.ways.find((one) => one.name === name);
    if (!way) throw new Error(`no way is called ${name}`);
    return way;
  }
}

/** `emulated`: also counts the Thumb instructions of a Cortex-M4, which takes its compiler and QEMU. */
export async function openedLab(emulated: boolean): Promise<Lab> {
  const [module, names] = [await builtModule("release"), await builtNames("release")];
  if (!names) throw new Error("the release build has no symbol map");
  const core = emulated ? firmware({ board: BOARDS[0], module, names }) : undefined;
  const materials = { module, names, air: AIR, reading_octets: READING_octets, weights: WEIGHTS };
  return new Lab({ module, names, ways: await ampWays({ ...materials, firmware: core }), firmware: core });
}

/** The default parts with some of them changed, by the names that a scenario has for them. */
export function parts(changed: Partial<Record<keyof Profiles, string>> = {}): Profiles {
  const { mcu, nvm, radio, storage } = PARTS;
  return profilesOf({
    stations: { ...PARTS, mcu, nvm, radio, storage, ...changed },
    override: { mcu: {}, nvm: {}, radio: {}, storage: {} },
  });
}

/** What of a way belongs to what comes behind its answer: the same way less the one that ends there, joules. */
export function difference_J(whole: Way, part: Way, profiles: Profiles, air: Air = AIR): number {
  return priced(whole, profiles, air).e_J - priced(part, profiles, air).e_J;
}

/** By phase, joules; a phase that only the greater has stands by itself. */
export function phases_J(whole: Price, part: Price): Record<string, number> {
  const names = Object.keys(whole.byPhase) as (keyof Price["byPhase"])[];
  return Object.fromEntries(names.map((name) => [name, (whole.byPhase[name] ?? 0) - (part.byPhase[name] ?? 0)]));
}
