/* The ways over seeds: what chance changes in them, and that it changes nothing else. */
import { gather } from "../../host/cli/run/materials.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { ampWays, type Materials } from "../../host/handshake/amp.ts";
import { type Living, latency_s, lived } from "../../host/handshake/lives.ts";
import type { Way } from "../../host/handshake/way.ts";
import { profilesOf } from "../../host/sim/profiles.ts";
import { checkScenario } from "../../host/sim/scenario/read.ts";
import type { Scenario } from "../../host/sim/scenario/schema.ts";
import { Simulation } from "../../host/sim/simulation.ts";
import { type Interval, intervalOf, SEEDS } from "./interval.ts";
import type { RandomResult } from "./result.ts";

const LIVES_MAX = 100;
const CROWDS = [1, 4, 16];
/** More than a station draws when it works all the time. */
const AMPLE = { source: "constant", constant: { power_W: 0.01 } };
/** Rounds after which a crowd is given up. */
const ROUNDS_MAX = 2000;

export const seeds: readonly number[] = Array.from({ length: SEEDS }, (_, i) => i + 1);

/** All of `random` in the result. `shown`: the ways that are lived. */
export async function randomOf(
  shown: readonly Way[],
  { materials, air, capacitors_F }: { materials: Materials; air: Living["air"]; capacitors_F: readonly number[] },
): Promise<RandomResult> {
  return {
    seeds: SEEDS,
    slots: checkScenario({}, "the default").ap.slots,
    lives_max: LIVES_MAX,
    same: await sameOverSeeds(materials, seeds),
    ways: shown.map((way) => livedOverSeeds(way, air, capacitors_F)),
    crowd: await Promise.all(CROWDS.map((stations) => crowdOf(stations, seeds))),
  };
}

/** A way's time with a random slot, and its lives on each capacitor near an energizer. */
export function livedOverSeeds(
  way: Way,
  air: Living["air"],
  capacitors_F: readonly number[],
): RandomResult["ways"][number] {
  const scenario = checkScenario({}, "the default");
  const profiles = profilesOf(scenario);
  const { slots } = scenario.ap;
  const living = (seed: number): Living => ({ scenario, profiles, air, crypto: nodeCrypto, slots, seed });
  return {
    basis: way.basis ?? "run",
    way: way.name,
    latency_s: intervalOf(seeds.map((seed) => latency_s(way, living(seed)))),
    onCapacitors: capacitors_F.map((capacitance_F) => onCapacitor(way, living, capacitance_F)),
  };
}

/** Runs every AMP way with each seed and compares frames, octets and instructions with the first's. */
export async function sameOverSeeds(
  materials: Materials,
  over: readonly number[],
  only?: (name: string) => boolean,
): Promise<RandomResult["same"]> {
  const differing = new Set<string>();
  let first: readonly Way[] | undefined;
  for (const seed of over) {
    const ways = await ampWays({ ...materials, weights: [], firmware: undefined, seed }, only);
    first ??= ways;
    for (const [i, way] of ways.entries()) if (countsOf(way) !== countsOf(first[i])) differing.add(way.name);
  }
  return { ways: first?.length ?? 0, differing: [...differing] };
}

function countsOf({ frames, dl_octets, ul_octets, wasm }: Way): string {
  return [frames, dl_octets, ul_octets, wasm].join(" ");
}

function onCapacitor(way: Way, living: (seed: number) => Living, capacitance_F: number) {
  const all = seeds.map((seed) => lived(way, living(seed), capacitance_F, LIVES_MAX));
  const done = all.filter(({ lives }) => lives !== null);
  const of = (values: readonly number[]): Interval | null => (values.length > 0 ? intervalOf(values) : null);
  return {
    capacitance_F,
    done: done.length,
    lives: of(done.map(({ lives }) => lives ?? 0)),
    t_s: of(done.map(({ t_s }) => t_s)),
  };
}

/** Stations that are up and have a reading each, on one channel, until all of them have been heard once. */
export async function crowdOf(stations: number, over: readonly number[]): Promise<RandomResult["crowd"][number]> {
  const scenarioOf = (seed: number): Scenario =>
    checkScenario(
      { seed, duration_s: 1e6, stations: { count: stations, vStart_V: 3 }, harvest: AMPLE },
      "stations that never lack power",
    );
  const { materials } = await gather(scenarioOf(over[0]));
  const rounds = over.map((seed) => roundsOf(new Simulation(scenarioOf(seed), materials)));
  return {
    stations,
    firstRound: intervalOf(rounds.map(({ firstRound }) => firstRound)),
    latency_s: intervalOf(rounds.map((one) => one.latency_s)),
  };
}

interface Round {
  readonly firstRound: number;
  readonly latency_s: number;
}

function roundsOf(simulation: Simulation): Round {
  const { stations, scenario } = simulation.world;
  const period_s = scenario.ap.trigger_period_s;
  const first_s = new Map<number, number>();
  let firstRound = 0;
  for (let round = 1; first_s.size < stations.length; round++) {
    if (round > ROUNDS_MAX) throw new Error(`${stations.length} stations are not done after ${ROUNDS_MAX} triggers`);
    // A round is over before the next trigger: a station's first wait is then all that it has waited.
    simulation.advance((round + 1) * period_s);
    for (const { index, tally } of stations) {
      if (tally.confirmed > 0 && !first_s.has(index)) first_s.set(index, tally.waited_s - period_s);
    }
    if (round === 1) firstRound = first_s.size / stations.length;
  }
  const sum_s = [...first_s.values()].reduce((sum, t_s) => sum + t_s, 0);
  return { firstRound, latency_s: sum_s / stations.length };
}
