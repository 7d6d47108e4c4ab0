/*
 * One scenario, lived by an AMP station and by RSN stations: the same capacitor, harvest, parts and air, the same readings
 * at the same period. What each brought to its AP, and what that took.
 */
import type { Phase } from "../device/phase.ts";
import { rsnRun } from "../rsn/sim/run.ts";
import type { SimulatedRsnStation } from "../rsn/sim/station.ts";
import type { RsnAkm } from "../rsn/station/record.ts";
import type { Scenario } from "../sim/scenario/schema.ts";
import { Simulation } from "../sim/simulation.ts";
import { type Counts, merged, sumOf } from "../sim/tally.ts";
import type { Materials } from "../sim/world.ts";

/** Of the greatest sum in the books. */
const BALANCE = 1e-9;

export interface VersusMaterials extends Materials {
  /** build/rsn.wasm. */
  readonly baseline: Uint8Array;
}

/** A way to live: AMP's, or RSN's with an AKM. */
export interface Contender {
  readonly name: string;
  /** Left out: AMP. */
  readonly akm?: RsnAkm;
  /** It has associated before the scenario begins. */
  readonly isCached?: boolean;
}

export type RsnContender = Contender & { readonly akm: RsnAkm };

export const AMP: Contender = { name: "AMP" };
export const CONTENDERS: readonly Contender[] = [
  AMP,
  { name: "RSN, PSK (AKM 2)", akm: 2 },
  { name: "RSN, PSK (AKM 6)", akm: 6 },
  { name: "RSN, EAP-PSK (AKM 5)", akm: 5 },
  { name: "RSN, PMKSA cached (AKM 5)", akm: 5, isCached: true },
];

/** Those that have deaths of their own: a PMK in AMP's cache is one thing more that outlives them. */
export const MORTALS: readonly Contender[] = [
  AMP,
  { ...AMP, name: "AMP, PMK cached", isCached: true },
  ...CONTENDERS.filter((one) => one !== AMP),
];

export function isRsn(contender: Contender): contender is RsnContender {
  return contender.akm !== undefined;
}

/** What came of it, over all stations. */
export interface Lived {
  readonly name: string;
  /** Of the scenario. */
  readonly duration_s: number;
  /** Taken by the AP. */
  readonly readings: number;
  readonly lives: number;
  readonly deaths: number;
  readonly deathsByPhase: Counts<Phase>;
  /** Lives that brought a reading, and the share of the energy that was spent in the others. */
  readonly fruitful: number;
  readonly wastedShare: number;
  readonly spent_J: number;
  readonly harvested_J: number;
  /** null: there was no reading. */
  readonly perReading_J: number | null;
  /** Readings that came through to the AP and were refused there: of a station that it has given up meanwhile. */
  readonly refused: number;
  /** Broken rules: none, or something is wrong with the code. */
  readonly violations: number;
}

/** @throws ScenarioError or EnergyError, each one sentence, for a scenario that does not fit. */
export function lived(contender: Contender, scenario: Scenario, materials: VersusMaterials): Lived {
  return isRsn(contender) ? rsnLived(contender, scenario, materials) : ampLived(contender, scenario, materials);
}

function ampLived({ name }: Contender, scenario: Scenario, materials: VersusMaterials): Lived {
  let [fruitful, fruitless_J] = [0, 0];
  const takenBefore: number[] = [];
  const simulation: Simulation = new Simulation(scenario, {
    ...materials,
    onLife: ({ station, spent_J }) => {
      const taken = simulation.port.taken[station];
      if (taken > (takenBefore[station] ?? 0)) fruitful++;
      else fruitless_J += spent_J;
      takenBefore[station] = taken;
    },
  });
  simulation.advance(scenario.duration_s);
  const { stations, observer } = simulation.world;
  const tallies = stations.map(({ tally }) => tally);
  return summed(name, scenario, {
    readings: sumOf(simulation.port.taken),
    lives: sumOf(tallies.map(({ lives }) => lives)),
    deaths: sumOf(tallies.map(({ deaths }) => deaths)),
    deathsByPhase: merged(tallies.map(({ deathsByPhase }) => deathsByPhase)),
    fruitful,
    fruitless_J,
    capacitors: stations.map(({ supply }) => supply.capacitor),
    refused: 0,
    violations: observer.violations,
  });
}

function rsnLived(
  { name, akm, isCached }: RsnContender,
  scenario: Scenario,
  { baseline, trace }: VersusMaterials,
): Lived {
  const { cell, stations } = rsnRun({ scenario, module: baseline, akm, trace, isCached });
  const tallies = stations.map(({ tally }) => tally);
  return summed(name, scenario, {
    readings: sumOf(tallies.map(({ readings }) => readings)),
    lives: sumOf(tallies.map(({ lives }) => lives)),
    deaths: sumOf(tallies.map(({ deaths }) => deaths)),
    deathsByPhase: merged(tallies.map(({ deathsByPhase }) => deathsByPhase)),
    fruitful: sumOf(tallies.map(({ fruitful }) => fruitful)),
    fruitless_J: sumOf(tallies.map(({ fruitless_J }) => fruitless_J)),
    capacitors: stations.map(({ supply }) => supply.capacitor),
    refused: cell.refused,
    violations: cell.wrong + stations.filter((station) => !balances(station)).length,
  });
}

/** Is every joule that the harvest gave somewhere, and every one that was spent in the ledger? */
function balances({ supply: { capacitor, ledger } }: SimulatedRsnStation): boolean {
  const unaccounted_J = Math.abs(ledger.total_J() - capacitor.spent_J);
  return capacitor.imbalance() < BALANCE && unaccounted_J <= BALANCE * capacitor.spent_J;
}

type Summed = Omit<Lived, "name" | "duration_s" | "wastedShare" | "spent_J" | "harvested_J" | "perReading_J"> & {
  readonly fruitless_J: number;
  readonly capacitors: readonly { readonly spent_J: number; readonly harvested_J: number }[];
};

function summed(name: string, { duration_s }: Scenario, { fruitless_J, capacitors, ...rest }: Summed): Lived {
  const spent_J = sumOf(capacitors.map((one) => one.spent_J));
  return {
    name,
    duration_s,
    ...rest,
    wastedShare: spent_J > 0 ? fruitless_J / spent_J : 0,
    spent_J,
    harvested_J: sumOf(capacitors.map((one) => one.harvested_J)),
    perReading_J: rest.readings > 0 ? spent_J / rest.readings : null,
  };
}
