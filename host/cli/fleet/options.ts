/* What `ampcore fleet` was asked for: one fleet, or one for each pair of slots and periods. */
import { availableParallelism } from "node:os";
import { type FleetWish, STATIONS_MAX, STATIONS_PER_AP } from "../../fleet/plan.ts";
import { checkScenario } from "../../sim/scenario/read.ts";
import type { Scenario } from "../../sim/scenario/schema.ts";
import { numberFrom, wholeFrom } from "../daemon/numbers.ts";
import { asUsage, type ScenarioOptions, settingOf } from "../run/scenarios.ts";
import { UsageError } from "../verb.ts";

export interface FleetVerbOptions extends ScenarioOptions {
  readonly aps?: string;
  readonly movesPerHour: string;
  readonly away: string;
  readonly energizer?: string;
  readonly slots?: string;
  readonly periods?: string;
  readonly workers?: string;
  readonly json?: boolean;
  readonly csv?: string;
  readonly report?: string | true;
  readonly quiet?: boolean;
}

const STATIONS_MIN = 10;
const STATIONS = 100;
const WORKERS_MAX = 256;
const DISTANCE_m = [0.1, 1000] as const;
/** Of a mean: more than one a second is no move. */
const MOVES_MAX = 3600;
const AWAY_MAX_s = 86_400;

/** What options of a fleet say, and --set cannot: always, or where the option is there. */
const SAID_BY = [
  { path: "stations.count", option: "--stations", isSaid: () => true },
  { path: "ap.slots", option: "--slots", isSaid: ({ slots }) => slots !== undefined },
  { path: "ap.trigger_period_s", option: "--periods", isSaid: ({ periods }) => periods !== undefined },
  { path: "harvest.energizer.distance_m", option: "--energizer", isSaid: ({ energizer }) => energizer !== undefined },
] as const satisfies readonly { path: string; option: string; isSaid: (options: FleetVerbOptions) => boolean }[];

/** @throws UsageError for a --set that would be passed over. */
export function checkSettings(options: FleetVerbOptions): void {
  for (const setting of options.set ?? []) {
    const paths = asUsage(() => pathsOf(...settingOf(setting)));
    const said = SAID_BY.find(({ path, isSaid }) => paths.includes(path) && isSaid(options));
    if (said) {
      throw new UsageError(
        `--set ${setting} is not for a fleet, where ${said.option} says ${said.path}: use that alone`,
      );
    }
  }
}

/** What a setting sets, one by one, where its value is a part. */
function pathsOf(path: string, value: unknown): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([key, one]) => pathsOf(`${path}.${key}`, one));
}

/** @throws UsageError */
export function wishOf(scenario: Scenario, options: FleetVerbOptions): FleetWish {
  const { stations: wished, aps: apsWished, movesPerHour, away, energizer } = options;
  const stations = wished === undefined ? STATIONS : wholeFrom("--stations", wished, [STATIONS_MIN, STATIONS_MAX]);
  const aps =
    apsWished === undefined ? Math.ceil(stations / STATIONS_PER_AP) : wholeFrom("--aps", apsWished, [1, stations]);
  return {
    ...{ scenario, stations, aps },
    movesPerHour: numberFrom("--moves-per-hour", movesPerHour, [0, MOVES_MAX]),
    away_s: numberFrom("--away", away, [0, AWAY_MAX_s]),
    energizer_m: energizer === undefined ? spread(scenario) : between(energizer),
  };
}

/** About the scenario's own distance, if there is an energizer. */
function spread({ harvest }: Scenario): [number, number] {
  const { distance_m } = harvest.energizer;
  return harvest.source === "energizer" ? [distance_m * (2 / 3), distance_m * (4 / 3)] : [distance_m, distance_m];
}

function between(text: string): [number, number] {
  const [near, far = near, ...more] = text.split(",").map((one) => numberFrom("--energizer", one, DISTANCE_m));
  if (more.length > 0 || far < near) {
    throw new UsageError(`--energizer ${text} is no distance, where one like 3 or two like 2,4 are expected`);
  }
  return [near, far];
}

/** The fleets of a table, or the one; slots change fastest. @throws UsageError */
export function wishesOf(wish: FleetWish, { slots, periods }: FleetVerbOptions): FleetWish[] {
  const { ap } = wish.scenario;
  const counts =
    slots === undefined ? [ap.slots] : listed("--slots", slots, (one) => wholeFrom("--slots", one, [1, 255]));
  const times =
    periods === undefined
      ? [ap.trigger_period_s]
      : listed("--periods", periods, (one) => numberFrom("--periods", one, [0.001, 3600]));
  return times.flatMap((trigger_period_s) =>
    counts.map((count) => {
      const scenario = { ...wish.scenario, ap: { ...ap, slots: count, trigger_period_s } };
      return { ...wish, scenario: asUsage(() => checkScenario(scenario, "--slots and --periods")) };
    }),
  );
}

function listed<T>(option: string, text: string, read: (one: string) => T): T[] {
  const values = text.split(",").map(read);
  if (new Set(values).size < values.length) throw new UsageError(`${option} ${text} has one twice`);
  return values;
}

/** @throws UsageError */
export function workersOf({ workers }: FleetVerbOptions): number {
  return workers === undefined ? availableParallelism() : wholeFrom("--workers", workers, [1, WORKERS_MAX]);
}
