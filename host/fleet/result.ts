/*
 * What a fleet says: one plain document, the same octets for the same wish, module and seed, however many workers there were. Sums
 * are taken cell by cell and visit by visit, in their order.
 */

import { canonicalJson } from "../energy/profiles/profile.ts";
import type { Verdict } from "../observer/rules.ts";
import { harvestWarnings } from "../sim/harvests.ts";
import { scenarioHash } from "../sim/report.ts";
import { type Counts, merged, sumOf } from "../sim/tally.ts";
import type { Materials } from "../sim/world.ts";
import { toHex } from "../wire/octets.ts";
import type { FleetRun } from "./fleet.ts";
import type { FleetWish } from "./plan.ts";
import { jain, percentilesOf, type Spread, spreadOf } from "./statistics.ts";
import type { CellTold, Visit } from "./told.ts";

/** What was wished. */
export type FleetFacts = Omit<FleetWish, "scenario"> & {
  readonly scenario: string;
  readonly harvest: string;
  readonly seed: number;
  readonly duration_s: number;
  readonly slots: number;
  readonly triggerPeriod_s: number;
};

/** One of a table that cannot be. */
export interface RefusedFleet {
  readonly fleet: FleetFacts;
  /** Why: one sentence. */
  readonly refused: string;
}

export type FleetOutcome = FleetResult | RefusedFleet;

export function isLived(outcome: FleetOutcome): outcome is FleetResult {
  return !("refused" in outcome);
}

export interface FleetResult {
  readonly ampcore: string;
  readonly violations: number;
  /** SHA-256, hex. */
  readonly hashes: { readonly scenario: string; readonly module: string; readonly trace: string | null };
  readonly fleet: FleetFacts;
  readonly warnings: readonly string[];
  readonly invariants: readonly Verdict[];
  readonly readings: {
    /** That access points took, and that stations know of by an M3. */
    readonly taken: number;
    readonly confirmed: number;
    readonly perSecond: number;
    readonly perSecondAndAp: number;
    /** Of the slots that all triggers offered: how many brought a reading. */
    readonly perSlot: number | null;
  };
  /** Jain's index of the readings confirmed. */
  readonly fairness: { readonly stations: number | null; readonly aps: number | null };
  /** From the beginning to a station's first, s. */
  readonly firstReading_s: Spread;
  /** When 1, 2 ... 100 % of the stations had theirs, s; null: so many never did. */
  readonly firstReadingBy_s: readonly (number | null)[];
  readonly frames: {
    readonly triggers: number;
    readonly m1Heard: number;
    readonly m2Sent: number;
    readonly m2Collided: number;
    readonly collidedShare: number | null;
  };
  readonly energy: {
    readonly harvested_J: number;
    readonly spent_J: number;
    readonly useful_J: number;
    readonly wasted_J: number;
    /** Of what was wasted: from triggers heard whose M2 collided. */
    readonly collided_J: number;
    readonly collidedShare: number | null;
    readonly perReading_J: number | null;
  };
  readonly lives: number;
  readonly deaths: { readonly total: number; readonly byPhase: Counts };
  /** Part of the time that stations were on, while they were anywhere. */
  readonly availability: number;
  readonly moves: {
    readonly left: number;
    readonly came: number;
    /** From coming to the first reading there, s. */
    readonly firstReading_s: Spread;
  };
  readonly aps: readonly ApRow[];
}

export interface ApRow {
  readonly ap: number;
  /** That were ever there. */
  readonly stations: number;
  readonly taken: number;
  readonly confirmed: number;
  readonly m2Sent: number;
  readonly m2Collided: number;
  readonly fairness: number | null;
}

/** A station over the whole run. */
export interface StationRow {
  readonly station: number;
  readonly visits: number;
  readonly lives: number;
  readonly deaths: number;
  readonly confirmed: number;
  readonly m2Sent: number;
  readonly m2Collided: number;
  readonly first_s: number | null;
  readonly spent_J: number;
  readonly harvested_J: number;
}

interface Told {
  readonly version: string;
  readonly traceHash?: string;
}

export function fleetResult(
  wish: FleetWish,
  { cells, moves }: FleetRun,
  materials: Pick<Materials, "crypto" | "module" | "converter">,
  { version, traceHash }: Told,
): FleetResult {
  const { scenario, ...size } = wish;
  const { ap, duration_s } = scenario;
  const sha256 = (octets: Uint8Array): string => toHex(materials.crypto.sha256(octets));
  const visits = cells.flatMap((cell) => cell.visits);
  const stations = stationRows(visits);
  const sum = (of: (visit: Visit) => number): number => sumOf(visits.map(of));
  const triggers = sumOf(cells.map((cell) => cell.triggers));
  const taken = sumOf(cells.map((cell) => cell.taken));
  const [confirmed, spent_J, m2Sent, m2Collided] = [
    sum((one) => one.confirmed),
    sum((one) => one.spent_J),
    sum((one) => one.m2Sent),
    sum((one) => one.m2Collided),
  ];
  const collided_J = sum((one) => one.collided_J);
  const aps = cells.map(apRow);
  const firsts_s = stations.map(({ first_s }) => first_s);
  return {
    ampcore: version,
    violations: sumOf(cells.map((cell) => cell.violations)),
    hashes: {
      scenario: sha256(
        new TextEncoder().encode(canonicalJson({ ...size, scenario: scenarioHash(scenario, materials.crypto) })),
      ),
      module: sha256(materials.module.octets),
      trace: traceHash ?? null,
    },
    fleet: factsOf(wish),
    warnings: [
      ...(materials.converter?.warnings ?? []),
      ...harvestWarnings({ ...scenario, stations: { ...scenario.stations, count: wish.stations } }),
    ],
    invariants: verdictsOf(cells),
    readings: {
      ...{ taken, confirmed, perSecond: taken / duration_s, perSecondAndAp: taken / duration_s / wish.aps },
      perSlot: triggers === 0 ? null : taken / (triggers * ap.slots),
    },
    fairness: {
      stations: jain(stations.map((one) => one.confirmed)),
      aps: jain(aps.map((one) => one.taken)),
    },
    firstReading_s: spreadOf(firsts_s),
    firstReadingBy_s: percentilesOf(firsts_s),
    frames: {
      ...{ triggers, m1Heard: sum((one) => one.m1Heard), m2Sent, m2Collided },
      collidedShare: m2Sent === 0 ? null : m2Collided / m2Sent,
    },
    energy: {
      ...{ harvested_J: sum((one) => one.harvested_J), spent_J, useful_J: sum((one) => one.useful_J) },
      ...{ wasted_J: sum((one) => one.wasted_J), collided_J },
      collidedShare: spent_J === 0 ? null : collided_J / spent_J,
      perReading_J: confirmed === 0 ? null : spent_J / confirmed,
    },
    lives: sum((one) => one.lives),
    deaths: { total: sum((one) => one.deaths), byPhase: merged(cells.map((cell) => cell.deathsByPhase)) },
    availability: sum((one) => one.up_s) / sum((one) => one.until_s - one.from_s),
    moves: {
      ...moves,
      firstReading_s: spreadOf(
        visits
          .filter(({ from_s }) => from_s > 0)
          .map(({ first_s, from_s }) => (first_s === null ? null : first_s - from_s)),
      ),
    },
    aps,
  };
}

export function factsOf({ scenario, ...size }: FleetWish): FleetFacts {
  const { name, seed, duration_s, harvest, ap } = scenario;
  return {
    ...size,
    ...{ scenario: name, harvest: harvest.source, seed, duration_s },
    ...{ slots: ap.slots, triggerPeriod_s: ap.trigger_period_s },
  };
}

/** By their numbers. */
export function stationRows(visits: readonly Visit[]): StationRow[] {
  const rows = new Map<number, StationRow>();
  for (const { station, lives, deaths, confirmed, m2Sent, m2Collided, first_s, spent_J, harvested_J } of visits) {
    const before = rows.get(station);
    const first = [before?.first_s ?? null, first_s].filter((one): one is number => one !== null);
    rows.set(station, {
      station,
      visits: (before?.visits ?? 0) + 1,
      lives: (before?.lives ?? 0) + lives,
      deaths: (before?.deaths ?? 0) + deaths,
      confirmed: (before?.confirmed ?? 0) + confirmed,
      m2Sent: (before?.m2Sent ?? 0) + m2Sent,
      m2Collided: (before?.m2Collided ?? 0) + m2Collided,
      first_s: first.length === 0 ? null : Math.min(...first),
      spent_J: (before?.spent_J ?? 0) + spent_J,
      harvested_J: (before?.harvested_J ?? 0) + harvested_J,
    });
  }
  return [...rows.values()].sort((a, b) => a.station - b.station);
}

function apRow({ cell, visits, taken }: CellTold): ApRow {
  const own = stationRows(visits);
  return {
    ap: cell,
    stations: own.length,
    taken,
    confirmed: sumOf(own.map((one) => one.confirmed)),
    m2Sent: sumOf(own.map((one) => one.m2Sent)),
    m2Collided: sumOf(own.map((one) => one.m2Collided)),
    fairness: jain(own.map((one) => one.confirmed)),
  };
}

/** Each access point has an observer of its own: what it cannot see is what a station did elsewhere. */
function verdictsOf(cells: readonly CellTold[]): Verdict[] {
  const [first, ...others] = cells.map(({ verdicts }) => verdicts);
  return first.map((verdict, i) => {
    const all = [verdict, ...others.map((one) => one[i])];
    const broken = all.find((one) => one.violations > 0);
    return {
      ...{ rule: verdict.rule, says: verdict.says },
      checked: sumOf(all.map(({ checked }) => checked)),
      violations: sumOf(all.map(({ violations }) => violations)),
      ...(broken?.first && { first: broken.first }),
    };
  });
}
