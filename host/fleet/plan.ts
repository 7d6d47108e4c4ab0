/*
 * A fleet before it lives: how many stations at how many access points, who has which address and root, where they stand, and
 * what of a scenario it has no place for. All of it follows from the scenario and its seed, so that any worker that is given
 * a cell makes the same one.
 *
 *     cell    = one access point with its channel, its energizer and the stations that are there
 *     seed    of cell c = first 32 bits, BE, of SHA-256("ampcore fleet" ‖ seed ‖ 0 ‖ c), numbers as decimal text
 */
import type { Crypto } from "../crypto/crypto.ts";
import type { Place } from "../sim/place.ts";
import { ScenarioError } from "../sim/scenario/read.ts";
import type { Scenario } from "../sim/scenario/schema.ts";
import { streamsOf } from "../sim/streams.ts";

export const STATIONS_MAX = 100_000;
/** Unless a fleet says how many access points it has. */
export const STATIONS_PER_AP = 10;

export interface FleetWish {
  /** Of every cell, but for its seed and its number of stations. */
  readonly scenario: Scenario;
  readonly stations: number;
  readonly aps: number;
  /** Of one station, in the mean; 0: nobody moves. */
  readonly movesPerHour: number;
  /** From leaving one access point to being at the next, s. */
  readonly away_s: number;
  /** Of stations from the energizer at their access point, m: the nearest and the farthest that there may be. */
  readonly energizer_m: readonly [number, number];
}

/** @throws ScenarioError for what no fleet can be. */
export function checkFleet({ scenario, stations, aps, movesPerHour, energizer_m }: FleetWish): void {
  const { air, harvest, stations: one } = scenario;
  if (aps > stations)
    throw new ScenarioError(`there are ${aps} access points for ${stations} stations, where each has one at least`);
  if (air.channels !== 1) {
    throw new ScenarioError(
      `air.channels is ${air.channels}, where 1 is expected: in a fleet each access point has its own`,
    );
  }
  if (one.vStart_V !== 0 && movesPerHour > 0) {
    throw new ScenarioError(`stations.vStart_V is ${one.vStart_V}, where 0 is expected of stations that move`);
  }
  if (harvest.source !== "energizer" && energizer_m[0] !== energizer_m[1]) {
    throw new ScenarioError(`harvest.source is ${harvest.source}, where only an energizer stands at a distance`);
  }
  if (movesPerHour > 0) checkMoves(scenario, aps);
}

function checkMoves({ converter, supervisor, air, ap }: Scenario, aps: number): void {
  for (const [key, is, why] of [
    ["converter", converter !== null, "a station that moves arrives with an empty capacitor and nothing before it"],
    ["supervisor", supervisor !== null, "a station that moves arrives with an empty capacitor and nothing before it"],
    [
      "air.forged_trigger_period_s",
      air.forged_trigger_period_s > 0,
      "a station leaves between two rounds, and a stranger's may go on",
    ],
    ["ap.root_update_every_s", ap.root_update_every_s > 0, "the cells of a fleet do not tell each other of new roots"],
  ] as const) {
    if (is) throw new ScenarioError(`${key} is set, and stations move: ${why}`);
  }
  if (aps < 2) throw new ScenarioError("stations move, and there is one access point, where two at least are expected");
}

/** Which stations a cell begins with: the first has numbers 0 to n - 1, and so on; sizes differ by one at most. */
export function firstOf({ stations, aps }: Pick<FleetWish, "stations" | "aps">, cell: number): number {
  return Math.floor((cell * stations) / aps);
}

/** The cell that a station begins in. */
export function cellOf({ stations, aps }: Pick<FleetWish, "stations" | "aps">, station: number): number {
  return Math.floor(((station + 1) * aps - 1) / stations);
}

export function cellScenario(wish: FleetWish, cell: number, crypto: Pick<Crypto, "sha256">): Scenario {
  const { scenario } = wish;
  const digest = crypto.sha256(new TextEncoder().encode(`ampcore fleet${scenario.seed}\0${cell}`));
  const count = firstOf(wish, cell + 1) - firstOf(wish, cell);
  const seed = new DataView(digest.buffer, digest.byteOffset).getUint32(0);
  return { ...scenario, seed, stations: { ...scenario.stations, count } };
}

/** Locally administered: the fleet's access points, and its stations by their numbers in it. */
const addressOf = (kind: number, number: number): Uint8Array =>
  Uint8Array.of(0x02, kind, 0xf1, number >>> 16, (number >>> 8) & 0xff, number & 0xff);

export const stationAddress = (station: number): Uint8Array => addressOf(0xc1, station);
export const apAddress = (cell: number): Uint8Array => addressOf(0xa1, cell);

const ROOT_OCTETS = 32;

/** `numbers`: of the stations in the cell, by their number there; who comes is appended. */
export function placeOf(
  wish: FleetWish,
  cell: number,
  numbers: readonly number[],
  crypto: Pick<Crypto, "sha256">,
): Place {
  const { scenario, energizer_m } = wish;
  // Of a station, wherever it is; and of where it stands, which is another place in each cell.
  const streams = streamsOf(crypto, scenario.seed);
  const between = ([from, to]: readonly [number, number], at: number): number => from + (to - from) * at;
  const standing = (index: number, what: string): number =>
    streams(`fleet: station ${numbers[index]} in cell ${cell}, ${what}`).uniform();
  return {
    aa: apAddress(cell),
    field: streams,
    spaOf: (index) => stationAddress(numbers[index]),
    rootOf: (index) => streams(`fleet: root of station ${numbers[index]}`).fill(new Uint8Array(ROOT_OCTETS)),
    energizerAt_m: (index) => between(energizer_m, standing(index, "from the energizer")),
    apAt_m: (index) => between(scenario.stations.distance_m, standing(index, "from the access point")),
  };
}
