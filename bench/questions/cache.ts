/*
 * Question: what is the PMK cache worth in FRAM, EEPROM and flash?
 *
 *     saved  = M2 with the PMK derived - M2 with the PMK cached
 *     write  = M3 of the first - M3 of the second          break-even = write / saved, warm exchanges
 *
 * and the same of times, for a station in its second and third life (exchange.ts): in its first, the boot counter is
 * written without its check field being 0 first. Without a cache a station would look nothing up either: that is in both M2s.
 */
import type { Figures } from "../../host/bench/bench.ts";
import { gather } from "../../host/cli/run/materials.ts";
import { NVMS } from "../../host/energy/profiles/nvms.ts";
import type { NvmProfile } from "../../host/energy/profiles/profile.ts";
import { valuesOf } from "../../host/energy/profiles/profile.ts";
import { CORTEX_M4 } from "../../host/energy/profiles/weights.ts";
import { usableEnergy_J } from "../../host/energy/storage.ts";
import { type Price, priced } from "../../host/handshake/price.ts";
import type { Way } from "../../host/handshake/way.ts";
import type { Profiles } from "../../host/sim/profiles.ts";
import { checkScenario } from "../../host/sim/scenario/read.ts";
import { Simulation } from "../../host/sim/simulation.ts";
import { PROFILES } from "../../host/wire/profile.ts";
import { cachePage } from "./cachepage.ts";
import { EEPROMS } from "./eeprom.ts";
import { exchanges, exchangeWays, withoutM3 } from "./exchange.ts";
import { AIR, type Lab, MCU_NAMES, PARTS, parts, READING_octets, WEIGHTS } from "./lab.ts";
import type { Question } from "./question.ts";
import { type Swing, swingsOf } from "./swing.ts";

/** FRAM first, then by what a write costs. */
const MEMORIES: readonly NvmProfile[] = [NVMS.fram, NVMS.rram, EEPROMS[1], NVMS["flash-with-adapter"], EEPROMS[0]];
const RUN_s = 20;
/** The last: a charge that holds the write. */
const RUNS = [
  { nvm: "fram", storage: "mlcc-10uF", hasModifier: true },
  { nvm: "fram", storage: "mlcc-10uF", hasModifier: false },
  { nvm: "flash-with-adapter", storage: "mlcc-10uF", hasModifier: true },
  { nvm: "flash-with-adapter", storage: "mlcc-10uF", hasModifier: false },
  { nvm: "flash-with-adapter", storage: "mlcc-47uF", hasModifier: true },
];

export interface Row {
  readonly mcu: string;
  readonly nvm: string;
  readonly saved_J: number;
  readonly write_J: number;
  /** Warm exchanges; null: the cache saves nothing. */
  readonly breakEven: number | null;
  /** Shorter by so much, the M2 of a warm exchange. */
  readonly saved_s: number;
  readonly write_s: number;
  /** Charges of the default storage that the write takes. */
  readonly charges: number;
}

/** The default scenario for a while, with a memory. */
interface Run {
  readonly nvm: string;
  readonly storage: string;
  readonly hasModifier: boolean;
  /** Readings that the AP took, and M3s that a station verified. */
  readonly taken: number;
  readonly confirmed: number;
  readonly lives: number;
  readonly deaths: number;
  readonly deathsInNvm: number;
}

export interface CacheData {
  readonly storage: string;
  readonly charge_J: number;
  /** Over an older entry, and into an empty one. */
  readonly written_octets: number;
  readonly writtenFirst_octets: number;
  readonly savedInstructions: number | null;
  readonly rows: readonly Row[];
  readonly run_s: number;
  readonly runs: readonly Run[];
  readonly swings: readonly Swing[];
  /** Both ends of each memory's range over the microcontrollers, with the MOVERS numbers that move them most. */
  readonly ends: readonly {
    readonly nvm: string;
    readonly mcu: string;
    readonly breakEven: number | null;
    readonly swings: readonly Swing[];
  }[];
}

/** Shown of each end. */
const MOVERS = 2;

export const cache: Question<CacheData> = { name: "cache", measured, page: cachePage, figures };

async function measured(lab: Lab): Promise<CacheData> {
  const own = parts();
  const pairs = pairsOf(lab);
  const rows = MCU_NAMES.flatMap((mcu) => MEMORIES.map((nvm) => rowOf(pairs, { ...parts({ mcu }), nvm })));
  const m2 = (keying: string): number | null => lab.way(`AMP compact, CCM, PMK ${keying}, no M3`).m4;
  const [derived, cached] = [m2("derived"), m2("cached")];
  const runs: Run[] = [];
  for (const run of RUNS) runs.push(await ran(run));
  // A station whose cache cannot be written takes M3s all the same: else this throws.
  const { module, names } = lab;
  const options = { module, names, profile: PROFILES[0], reading_octets: READING_octets, weights: CORTEX_M4 };
  exchanges(options, (offset) => offset >= CACHE_OFFSET);
  return {
    storage: PARTS.storage,
    charge_J: usableEnergy_J(valuesOf(own.storage)),
    written_octets: writtenBy(pairs.derived.whole) - writtenBy(pairs.cached.whole),
    writtenFirst_octets: writtenBy(pairs.first.whole) - writtenBy(pairs.first.part),
    savedInstructions: derived === null || cached === null ? null : derived - cached,
    ...{ rows, run_s: RUN_s, runs },
    swings: breakEvenSwings(pairs, own),
    ends: MEMORIES.flatMap((nvm) =>
      endsOf(rows.filter((row) => row.nvm === nvm.name)).map(({ mcu, breakEven }) => {
        const swings = breakEvenSwings(pairs, { ...parts({ mcu }), nvm }).slice(0, MOVERS);
        return { nvm: nvm.name, mcu, breakEven, swings };
      }),
    ),
  };
}

/** The rows with the least and the most exchanges. */
function endsOf(rows: readonly Row[]): readonly Row[] {
  const sorted = [...rows].sort((a, b) => exchangesOf(a) - exchangesOf(b));
  return [sorted[0], sorted[sorted.length - 1]];
}

function exchangesOf({ breakEven }: Row): number {
  return breakEven ?? Number.POSITIVE_INFINITY;
}

function breakEvenSwings(pairs: Pairs, profiles: Profiles): Swing[] {
  return swingsOf(profiles, (changed) => exchangesOf(rowOf(pairs, changed)));
}

/** PROTOCOL.md section 7. */
const CACHE_OFFSET = 176;

function writtenBy(way: Way): number {
  return way.steps(CORTEX_M4).reduce((sum, step) => sum + (step.kind === "nvmWrite" ? step.octets : 0), 0);
}

/** With and without M3. */
interface Pair {
  readonly whole: Way;
  readonly part: Way;
}

interface Pairs {
  readonly first: Pair;
  readonly derived: Pair;
  readonly cached: Pair;
}

function pairsOf({ module, names }: Lab): Pairs {
  const options = { module, names, profile: PROFILES[0], reading_octets: READING_octets };
  const { first, again, cached } = exchangeWays(WEIGHTS, options);
  const pair = (whole: Way): Pair => ({ whole, part: withoutM3(whole) });
  return { first: pair(first), derived: pair(again), cached: pair(cached) };
}

function rowOf({ derived, cached }: Pairs, profiles: Profiles): Row {
  const price = (one: Pair) => ({ whole: priced(one.whole, profiles, AIR), part: priced(one.part, profiles, AIR) });
  const [first, later] = [price(derived), price(cached)];
  const write = (of: (price: Price) => number): number => {
    return of(first.whole) - of(first.part) - (of(later.whole) - of(later.part));
  };
  const saved_J = first.part.e_J - later.part.e_J;
  const write_J = write(({ e_J }) => e_J);
  return {
    ...{ mcu: profiles.mcu.name, nvm: profiles.nvm.name, saved_J, write_J },
    breakEven: saved_J > 0 ? write_J / saved_J : null,
    saved_s: first.part.t_s - later.part.t_s,
    write_s: write(({ t_s }) => t_s),
    charges: write_J / usableEnergy_J(valuesOf(profiles.storage)),
  };
}

/** The default scenario on that memory. Direct mode, without a Modifier, has no cache to write. */
async function ran({ nvm, storage, hasModifier }: (typeof RUNS)[number]): Promise<Run> {
  const scenario = checkScenario(
    { duration_s: RUN_s, stations: { nvm, storage }, ap: { modifier: hasModifier } },
    "the cache",
  );
  const { materials } = await gather(scenario);
  const simulation = new Simulation(scenario, materials);
  while (simulation.advance(RUN_s));
  const tallies = simulation.world.stations.map(({ tally }) => tally);
  const sum = (of: (tally: (typeof tallies)[number]) => number): number =>
    tallies.reduce((total, tally) => total + of(tally), 0);
  if (simulation.world.observer.violations > 0) throw new Error("a run broke a rule");
  return {
    ...{ nvm, storage, hasModifier, taken: simulation.port.taken.reduce((all, one) => all + one, 0) },
    ...{ confirmed: sum(({ confirmed }) => confirmed), lives: sum(({ lives }) => lives) },
    deaths: sum(({ deaths }) => deaths),
    deathsInNvm: sum(({ deathsByPhase }) => deathsByPhase.nvm ?? 0),
  };
}

function figures({ written_octets, rows }: CacheData): Figures {
  const lost = rows.filter(({ breakEven }) => breakEven === null).length;
  return { "PMK cache: octets written": written_octets, "PMK cache: parts on which it saves nothing": lost };
}
