/*
 * What is kept of a run: columns by name, and any number or text of the result's JSON by its dotted path.
 */
import type { NeedsOf } from "../sim/needs.ts";
import type { Result } from "../sim/result.ts";
import type { Life } from "../sim/tally.ts";
import { GridError } from "./grid/read.ts";
import type { Grid } from "./grid/schema.ts";

/** One value of a row. */
export type Datum = number | string | boolean | null;

export interface Column {
  /** With its unit, where it has one. */
  readonly name: string;
  readonly kind: "whole" | "number" | "any";
  readonly says: string;
  /** Told in percent. */
  readonly isShare?: true;
  /** Of a share of counts: the columns of what succeeded and of what was tried. */
  readonly share?: readonly [succeeded: string, tried: string];
  /** Of which MCUs the needs of an exchange have to be known; of none if left out. */
  readonly needs?: NeedsOf;
  readonly of: (lived: Lived) => Datum;
}

/** A run that is over. */
export interface Lived {
  readonly result: Result;
  /** Lives that heard a trigger that was for them, and those of them with a confirmed reading. */
  readonly heard: number;
  readonly succeeded: number;
}

/** A life is a try when it heard a trigger; one that the run's end cut off behind its first had no time for it. */
export function triesOf(lives: readonly Life[]): Pick<Lived, "heard" | "succeeded"> {
  const tries = lives.filter(
    ({ m1Heard, confirmed, death }) => confirmed > 0 || m1Heard > (death === undefined ? 1 : 0),
  );
  return { heard: tries.length, succeeded: tries.filter(({ confirmed }) => confirmed > 0).length };
}

const whole = (name: string, says: string, of: Column["of"]): Column => ({ name, kind: "whole", says, of });
const number = (name: string, says: string, of: Column["of"]): Column => ({ name, kind: "number", says, of });

/** What most ask for, and what is kept unless a grid says otherwise. */
export const COLUMNS: readonly Column[] = [
  whole("readings", "readings that access points took", ({ result }) => result.readings),
  whole("confirmed", "readings whose M3 arrived", ({ result }) => result.exchanges.confirmed),
  whole("lives", "power-ups of all stations", ({ result }) => result.lives),
  whole("deaths", "lives that ended when power failed", ({ result }) => result.deaths.total),
  whole("lives_tried", "lives that heard a trigger", ({ heard }) => heard),
  whole("lives_succeeded", "of those, with a confirmed reading", ({ succeeded }) => succeeded),
  {
    name: "success_in_one_life",
    kind: "number",
    isShare: true,
    says: "share of the lives that heard a trigger in which a reading was confirmed",
    share: ["lives_succeeded", "lives_tried"],
    of: ({ heard, succeeded }) => (heard === 0 ? null : succeeded / heard),
  },
  number("lives_per_reading", "lives that a confirmed reading took, in the mean", ({ result }) => {
    return result.exchanges.meanLivesPerReading;
  }),
  number(
    "energy_per_reading_J",
    "energy spent a confirmed reading",
    ({ result }) => result.energy.perReading?.e_J ?? null,
  ),
  number("wait_s", "from one confirmed reading of a station to its next, in the mean", ({ result }) => {
    return result.exchanges.meanWait_s;
  }),
  number("wait_longest_s", "the longest of them", ({ result }) => result.exchanges.longestWait_s),
  number("energy_spent_J", "energy spent by all stations", ({ result }) => result.energy.total.e_J),
  {
    ...number("wasted", "share of it spent on exchanges without an M3", ({ result }) => result.energy.wasted.share),
    isShare: true,
  },
  number("harvest_W", "harvest of a station, in the mean", ({ result }) => result.energy.meanHarvest_W),
  {
    ...number("powered", "share of the time that stations were on", ({ result }) => result.energy.availability),
    isShare: true,
  },
  {
    name: "capacitance_needed_F",
    kind: "number",
    says: "the least capacitor on which one exchange fits in one charge",
    needs: "own",
    of: ({ result }) => {
      const own = result.needs.find(({ mcu }) => mcu === result.scenario.stations.mcu);
      return own?.capacitance_F ?? null;
    },
  },
  whole("violations", "broken rules of the protocol", ({ result }) => result.violations),
];

/** What the table says of each run beside these, by those names. */
export const OF_A_RUN: readonly string[] = ["job", "cell", "draw", "repetition", "seed", "scenario_sha256", "refused"];

/** What a map shows unless a grid says otherwise. */
export const ANSWER = "success_in_one_life";

/** The columns of a grid. A share brings the counts that its interval is made of; broken rules are always kept. @throws GridError for two of one name. */
export function columnsOf({ results }: Pick<Grid, "results">): Column[] {
  if (results === undefined) return [...COLUMNS];
  const named = (name: string): Column | undefined => COLUMNS.find((column) => column.name === name);
  const wished = [...results, "violations"].flatMap((wish): Column[] => {
    if (typeof wish !== "string") return [byPath(wish.name, wish.path)];
    const known = named(wish);
    if (known === undefined) return [byPath(wish, wish)];
    const counts = (known.share ?? []).flatMap((name) => named(name) ?? []);
    return [...counts, known];
  });
  const columns = wished.filter((column, i) => !wished.slice(0, i).includes(column));
  const twice = columns.find(({ name }, i) => columns.slice(0, i).some((other) => other.name === name));
  if (twice) throw new GridError(`results has two columns ${twice.name}, where names that differ are expected`);
  return columns;
}

function byPath(name: string, path: string): Column {
  const says = `${path} of the result`;
  const needs = path.startsWith("needs") ? "all" : undefined;
  return { name, kind: "any", says, ...(needs && { needs }), of: ({ result }) => datumAt(result, path) };
}

/** What these columns want to know. */
export function needsFor(columns: readonly Column[]): NeedsOf {
  const wished = columns.map(({ needs }) => needs);
  return wished.includes("all") ? "all" : wished.includes("own") ? "own" : "none";
}

/** Counts by name leave out what there was none of. */
const COUNTS = /^(deaths\.byPhase|deaths\.byCause|exchanges\.livesPerReading|refusals\.\w+|air\.\w+)\.[^.]+$/;

/** A number, a text, true or false as it is, a part as JSON; null where there is none. */
function datumAt(result: Result, path: string): Datum {
  const value = valueAt(result, path);
  if (value === undefined) return COUNTS.test(path) ? 0 : null;
  return typeof value === "object" && value !== null ? JSON.stringify(value) : (value as Datum);
}

function valueAt(result: Result, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((part, key) => (isPart(part) && Object.hasOwn(part, key) ? part[key] : undefined), result);
}

/** @throws GridError for a path that a result, any one with a confirmed reading, does not have. */
export function checkPaths({ results = [] }: Pick<Grid, "results">, sample: Result): void {
  for (const wish of results) {
    const path = typeof wish === "string" ? wish : wish.path;
    const isKnown = typeof wish === "string" && COLUMNS.some(({ name }) => name === path);
    if (isKnown || COUNTS.test(path) || valueAt(sample, path) !== undefined) continue;
    const keys = path.split(".");
    const there = keys.findIndex((_, i) => valueAt(sample, keys.slice(0, i + 1).join(".")) === undefined);
    const parent = there === 0 ? sample : valueAt(sample, keys.slice(0, there).join("."));
    // What is null in one run may be a part in another, and another may have more stations.
    if (parent === null || (Array.isArray(parent) && /^\d+$/.test(keys[there]))) continue;
    const near = isPart(parent) ? Object.keys(parent) : [];
    const names = there === 0 ? [...COLUMNS.map(({ name }) => name), ...near] : near;
    const known = names.length > 0 ? `; there are ${names.slice(0, NAMES_MAX).join(", ")}` : "";
    throw new GridError(`results has ${path}, and no result has ${keys.slice(0, there + 1).join(".")}${known}`);
  }
}

const NAMES_MAX = 40;

function isPart(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
