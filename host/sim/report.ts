/*
 * A simulation that has ended -> its Result.
 */
import { slotStart_us } from "../channel/slots.ts";
import type { Crypto } from "../crypto/crypto.ts";
import { PHASES, type Phase } from "../device/phase.ts";
import { canonicalJson } from "../energy/profiles/profile.ts";
import { addressText } from "../keys/address.ts";
import { toHex } from "../wire/octets.ts";
import { functionsOf } from "./functions.ts";
import { harvestProfile, harvestWarnings } from "./harvests.ts";
import { Ledger } from "./ledger.ts";
import type { Source } from "./loads.ts";
import { type NeedsOf, needsOf } from "./needs.ts";
import type { Deaths, EnergyAccount, Exchanges, Result, StationRow } from "./result.ts";
import type { Scenario } from "./scenario/schema.ts";
import type { Simulation } from "./simulation.ts";
import type { Station } from "./station.ts";
import { merged, sumOf } from "./tally.ts";
import { moverOf, withBand } from "./tolerance.ts";
import type { Materials } from "./world.ts";

const PHASE_NAMES = Object.keys(PHASES) as readonly Phase[];

export interface Told {
  /** ampcore's. */
  readonly version: string;
  /** SHA-256 of the file that `materials.trace` was read from, in hex. */
  readonly traceHash?: string;
  /** They take as long as a short run; all of them if left out. */
  readonly needs?: NeedsOf;
}

export function resultOf(simulation: Simulation, materials: Materials, { version, traceHash, needs }: Told): Result {
  const { scenario, profiles, stations, observer, ap } = simulation.world;
  const sha256 = (octets: Uint8Array): string => toHex(materials.crypto.sha256(octets));
  const hashOf = (value: object): string => sha256(new TextEncoder().encode(canonicalJson(value)));
  const told = withoutPaths(scenario);
  return {
    ampcore: version,
    violations: observer.violations,
    readings: sumOf(simulation.port.taken),
    lives: sumOf(stations.map(({ tally }) => tally.lives)),
    hashes: {
      scenario: scenarioHash(scenario, materials.crypto),
      module: sha256(materials.module.octets),
      profiles: hashOf({ ...profiles, harvest: harvestProfile(scenario) }),
      trace: traceHash ?? null,
      power: usedOf(scenario, materials, sha256),
    },
    profiles: JSON.parse(canonicalJson({ ...profiles, harvest: harvestProfile(scenario) })),
    scenario: told,
    warnings: [...(materials.converter?.warnings ?? []), ...warningsOf(simulation), ...othersOf(materials)],
    invariants: observer.verdicts(),
    exchanges: exchangesOf(simulation),
    deaths: deathsOf(stations, profiles.supervisor !== undefined),
    energy: energyOf(simulation, materials),
    refusals: {
      stations: merged(stations.map(({ tally }) => tally.refusals)),
      accessPoints: merged([ap.refused]),
    },
    air: {
      down: merged(simulation.cells.map(({ down }) => down)),
      up: merged(simulation.cells.map(({ up }) => up)),
    },
    needs: needsOf(scenario, materials, needs),
    stations: stations.map((station) => rowOf(simulation, station)),
    timeline: materials.recorder?.timeline() ?? null,
  };
}

/** What the scenario does not tell: a run with it is not another's with the same hashes. */
function othersOf({ attacker }: Materials): string[] {
  return attacker ? ["an attacker that is no part of the scenario was on the air"] : [];
}

/** Of the numbers that a recording gave: times and powers, or all that a converter was told; null without one. */
function usedOf(
  { converter }: Scenario,
  { trace, recording }: Materials,
  sha256: (octets: Uint8Array) => string,
): string | null {
  if (converter !== null && recording !== undefined && recording.kind !== "power") {
    const { times_s, v_V, i_A, end_s } = recording;
    return sha256(octetsOf([times_s, v_V, i_A, [end_s]]));
  }
  const power = recording?.kind === "power" && converter !== null ? recording : trace;
  return power === undefined ? null : sha256(octetsOf([power.times_s, power.power_W, [power.end_s]]));
}

/** Each a double, LE. */
function octetsOf(lists: readonly Iterable<number>[]): Uint8Array {
  const numbers = lists.flatMap((list) => [...list]);
  const octets = new DataView(new ArrayBuffer(8 * numbers.length));
  for (const [i, number] of numbers.entries()) octets.setFloat64(8 * i, number, true);
  return new Uint8Array(octets.buffer);
}

/** SHA-256, hex, of a scenario as a result tells it. */
export function scenarioHash(scenario: Scenario, crypto: Pick<Crypto, "sha256">): string {
  return toHex(crypto.sha256(new TextEncoder().encode(canonicalJson(withoutPaths(scenario)))));
}

/** A path is this machine's own: the result knows a file by its name, and the trace by its hash. */
function withoutPaths(scenario: Scenario): Result["scenario"] {
  const nameOf = (path: string): string => path.replace(/^.*[/\\]/, "");
  const { trace } = scenario.harvest;
  const cell = Array.isArray(trace.cell)
    ? trace.cell.map(({ lux, file }) => ({ lux, file: nameOf(file) }))
    : trace.cell;
  const module = nameOf(scenario.stations.module);
  const { converter, supervisor, ...rest } = scenario;
  const fileOf = (path: string | null): string | null => (path === null ? null : nameOf(path));
  return {
    ...rest,
    // What stands between source and storage is told where there is something.
    ...(converter && { converter: { ...converter, file: fileOf(converter.file), storage: fileOf(converter.storage) } }),
    ...(supervisor && { supervisor }),
    stations: { ...scenario.stations, module },
    harvest: { ...scenario.harvest, trace: { ...trace, file: nameOf(trace.file), cell } },
  };
}

function warningsOf({ world: { scenario, profiles, plan, stations }, cells }: Simulation): string[] {
  const warnings = harvestWarnings(scenario);
  if (profiles.radio.kind === "backscatter") {
    warnings.push("what if: 3.5.1 refuses backscatter stations; these figures are of no station that may exist");
  }
  if (stations.every(({ tally }) => tally.lives === 0)) {
    warnings.push("no station ever reached V_on: the harvest is too weak for the storage and its leakage");
  }
  const { ready_us, info } = plan;
  const last_us = slotStart_us(info.slots - 1, info);
  if (last_us < ready_us) {
    const told = (time_us: number): string =>
      time_us < 1000 ? `${time_us} us` : `${(time_us / 1000).toPrecision(3)} ms`;
    const last = info.slots === 1 ? "the only slot" : `the last of ${info.slots} slots`;
    warnings.push(
      `no slot can be met: an M2 takes ${told(ready_us)} from the end of M1, and ${last} begins after ${told(last_us)}; ` +
        "more or longer slots (ap.slots, ap.slot_us) or a faster MCU would help",
    );
  }
  const triggers = sumOf(cells.map((cell) => cell.triggers));
  if (triggers === 0) {
    warnings.push(`no trigger went out: the first comes at the end of a period, ${scenario.ap.trigger_period_s} s`);
  }
  const isHeard = stations.some(({ tally }) => tally.m1Strange > 0);
  if (!isHeard && cells.some(({ shutOut }) => shutOut > 0)) {
    warnings.push("no forged trigger was heard: there is no room for one between the rounds of the AP's own");
  }
  return warnings;
}

function exchangesOf({ world, port, cells }: Simulation): Exchanges {
  const tallies = world.stations.map(({ tally }) => tally);
  const sum = (of: (tally: (typeof tallies)[number]) => number): number => sumOf(tallies.map(of));
  const taken = sumOf(port.taken);
  const confirmed = sum((tally) => tally.confirmed);
  const livesPerReading = merged(tallies.map((tally) => tally.livesPerReading));
  const lives = sumOf(Object.entries(livesPerReading).map(([n, times = 0]) => Number(n) * times));
  return {
    triggers: sumOf(cells.map(({ triggers }) => triggers)),
    m1Heard: sum((tally) => tally.m1Heard),
    m1Strange: sum((tally) => tally.m1Strange),
    strangersShutOut: sumOf(cells.map(({ shutOut }) => shutOut)),
    m1Silent: sum((tally) => tally.m1Silent),
    m2Sent: sum((tally) => tally.m2Sent),
    m2Late: sum((tally) => tally.m2Late),
    taken,
    confirmed,
    perSecond: taken / world.scenario.duration_s,
    dataFrames: port.dataTaken,
    commandsAnswered: sum((tally) => tally.commandsAnswered),
    updatesProven: port.proofs,
    livesPerReading,
    meanLivesPerReading: confirmed > 0 ? lives / confirmed : null,
    meanWait_s: confirmed > 0 ? sum((tally) => tally.waited_s) / confirmed : null,
    longestWait_s: Math.max(...tallies.map((tally) => tally.longestWait_s)),
  };
}

function deathsOf(stations: readonly Station[], supervised: boolean): Deaths {
  const instants = new Set(stations.flatMap(({ tally }) => [...tally.instants]));
  return {
    total: sumOf(stations.map(({ tally }) => tally.deaths)),
    byPhase: merged(stations.map(({ tally }) => tally.deathsByPhase)),
    ...(supervised && { byCause: merged(stations.map(({ tally }) => tally.deathsByCause)) }),
    instants: instants.size,
  };
}

function energyOf({ world }: Simulation, materials: Materials): EnergyAccount {
  const { stations, profiles } = world;
  const ledger = new Ledger();
  for (const { supply } of stations) ledger.addAll(supply.ledger);
  const ofSource = (source: Source): number => ledger.ofSource(source);
  const total_J = ledger.total_J();
  const confirmed = sumOf(stations.map(({ tally }) => tally.confirmed));
  const useful_J = sumOf(stations.map(({ tally }) => tally.useful_J));
  const wasted_J = sumOf(stations.map(({ tally }) => tally.wasted_J));
  const capacitors = stations.map(({ supply }) => supply.capacitor);
  const harvested_J = sumOf(capacitors.map((one) => one.harvested_J));
  return {
    byPhase: PHASE_NAMES.map((phase) => ({
      phase,
      share: total_J > 0 ? ledger.ofPhase(phase) / total_J : 0,
      ...withBand((source) => ledger.of(phase, source), profiles),
    })),
    byFunction: functionsOf(world, materials.module),
    total: withBand(ofSource, profiles),
    perReading: confirmed > 0 ? withBand((source) => ofSource(source) / confirmed, profiles) : null,
    wasted: { e_J: wasted_J, share: total_J > 0 ? wasted_J / total_J : 0 },
    mover: moverOf(ofSource, profiles) ?? null,
    harvest: {
      harvested_J,
      stored_J: sumOf(capacitors.map((one) => one.e_J)),
      spent_J: sumOf(capacitors.map((one) => one.spent_J)),
      leaked_J: sumOf(capacitors.map((one) => one.leaked_J)),
      clipped_J: sumOf(capacitors.map((one) => one.clipped_J)),
      imbalance: Math.max(...capacitors.map((one) => one.imbalance())),
    },
    meanHarvest_W: harvested_J / sumOf(stations.map(({ t_s }) => t_s)),
    // A station may be a little ahead of the end: what it had begun, it ended.
    availability: sumOf(stations.map(({ tally }) => tally.up_s)) / sumOf(stations.map(({ t_s }) => t_s)),
    forwardProgress: total_J > 0 ? useful_J / total_J : 0,
  };
}

function rowOf({ world, port }: Simulation, { index, spa, tally, supply }: Station): StationRow {
  const { capacitor } = supply;
  return {
    station: index,
    spa: addressText(spa),
    channel: index % Math.min(world.scenario.air.channels, world.stations.length),
    lives: tally.lives,
    m1Heard: tally.m1Heard,
    m2Sent: tally.m2Sent,
    taken: port.taken[index],
    confirmed: tally.confirmed,
    up_s: tally.up_s,
    spent_J: capacitor.spent_J,
    harvested_J: capacitor.harvested_J,
    v_V: capacitor.v_V,
  };
}
