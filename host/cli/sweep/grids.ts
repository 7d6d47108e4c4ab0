/*
 * The sweep that a command line means: a built-in grid by its name or a file, its scenario, and the hashes of what that names.
 */
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { builtModule } from "../../build/build.ts";
import { nodeCrypto } from "../../crypto/node.ts";
import { fileHash } from "../../data/recording.ts";
import { withSettings } from "../../sim/scenario/read.ts";
import type { Scenario } from "../../sim/scenario/schema.ts";
import { readGrid } from "../../sweep/grid/read.ts";
import type { Grid } from "../../sweep/grid/schema.ts";
import { expansionOf, type JobList, jobListOf, type Plan, scenariosNaming } from "../../sweep/joblist.ts";
import { answerOf } from "../../sweep/result.ts";
import { percent } from "../../text/units.ts";
import { toHex } from "../../wire/octets.ts";
import { isShipped } from "../run/materials.ts";
import { Teller } from "../run/progress.ts";
import { builtInNames, scenarioFor, settingOf } from "../run/scenarios.ts";
import { readUserFile, unreadable } from "../run/userfile.ts";
import { UsageError } from "../verb.ts";
import { version } from "../version.ts";

const BUILT_IN = fileURLToPath(new URL("../../sweep/built-in", import.meta.url));

export function builtInGrids(): string[] {
  return readdirSync(BUILT_IN)
    .map((file) => file.replace(/\.yaml$/, ""))
    .sort();
}

/** The text of a built-in grid. */
export function builtInGrid(name: string): string {
  return readFileSync(join(BUILT_IN, `${name}.yaml`), "utf8");
}

export interface GridOptions {
  readonly set?: readonly string[];
  readonly seed?: string;
}

/** `wish`: a built-in name or a path. `isQuiet`: no word of how far it is. @throws UsageError, one sentence. */
export async function jobListFor(wish: string, options: GridOptions, isQuiet: boolean): Promise<JobList> {
  const { grid, folder } = asSweepUsage(() => gridFor(wish, options));
  const { scenario } = grid;
  const place = builtInNames().includes(scenario) || isAbsolute(scenario) ? scenario : join(folder, scenario);
  const base = asSweepUsage(() => withSettings(scenarioFor(place, {}), new Map(Object.entries(grid.set)), "set"));
  const teller = new Teller(isQuiet);
  const onCell = (share: number): void => teller.tell(() => `${percent(share)} of the list of runs`);
  const expansion = asSweepUsage(() => expansionOf({ grid, base }, onCell));
  teller.end();
  const files = await hashesOf(scenariosNaming({ base }, expansion));
  const list = jobListOf({ grid, base, version: version(), files }, expansion);
  asSweepUsage(() => answerOf(list));
  return list;
}

function gridFor(wish: string, { seed, set = [] }: GridOptions): { readonly grid: Grid; readonly folder: string } {
  const isBuiltIn = builtInGrids().includes(wish);
  const expected = `a YAML file or one of ${builtInGrids().join(", ")}`;
  const text = isBuiltIn ? builtInGrid(wish) : readUserFile("the grid", wish, expected).toString("utf8");
  const grid = readGrid(text, wish);
  const folder = isBuiltIn ? "." : dirname(wish);
  const settings = set.map(settingOf);
  for (const [path] of settings) {
    if (path === "seed") throw new UsageError("--set seed=... is no setting of a sweep: --seed is");
    const varies = Object.hasOwn(grid.grid, path) || Object.hasOwn(grid.monte_carlo?.parameters ?? {}, path);
    if (varies)
      throw new UsageError(`--set ${path}=...: that varies in ${wish}, where a path that does not is expected`);
  }
  const changed = { ...grid, set: { ...grid.set, ...(Object.fromEntries(settings) as Grid["set"]) } };
  if (seed === undefined) return { grid: changed, folder };
  if (!/^\d+$/.test(seed) || Number(seed) >= 2 ** 32) {
    throw new UsageError(`--seed is ${seed}, where a whole number from 0 to 4,294,967,295 is expected`);
  }
  return { grid: { ...changed, seed: Number(seed) }, folder };
}

/** What the scenarios read, by the name that a scenario has it by without its folder. @throws UsageError */
export async function hashesOf(scenarios: readonly Scenario[]): Promise<Record<string, string>> {
  const wanted = new Map(
    scenarios.flatMap((scenario) => filesOf(scenario).map(({ what, file }) => [file, what] as const)),
  );
  const hashes: Record<string, string> = {};
  for (const [file, what] of [...wanted].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const hash = isShipped(file) ? toHex(nodeCrypto.sha256(await builtModule(file))) : hashOf(what, file);
    const name = basename(file);
    if ((hashes[name] ?? hash) !== hash) {
      throw new UsageError(`two files of this sweep are called ${name}, where names that differ are expected`);
    }
    hashes[name] = hash;
  }
  return hashes;
}

function filesOf({ stations, harvest, converter }: Scenario): { readonly what: string; readonly file: string }[] {
  const { file, cell } = harvest.trace;
  const named: (readonly [what: string, file: string | null | undefined])[] = [
    ["stations.module", stations.module],
    ["converter.file", converter?.file],
    ["converter.storage", converter?.storage],
  ];
  if (harvest.source === "trace") {
    named.push(
      ["the trace", file],
      ...(Array.isArray(cell) ? cell.map((curve) => ["the curve", curve.file] as const) : []),
    );
  }
  return named.flatMap(([what, path]) => (path ? [{ what, file: path }] : []));
}

function hashOf(what: string, file: string): string {
  try {
    return fileHash(file);
  } catch (error) {
    throw unreadable(what, file, error);
  }
}

/** The list of a plan that another machine made; a text: why this one cannot work on it, as the end of a sentence. */
export async function listOf(plan: Plan): Promise<JobList | string> {
  if (plan.version !== version()) {
    return `is of ampcore ${plan.version}, and this worker is ${version()}: one of the same version is expected`;
  }
  const expansion = expansionOf(plan);
  let own: Record<string, string>;
  try {
    own = await hashesOf(scenariosNaming(plan, expansion));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return `needs a file that is not here: ${error.message}`;
  }
  const [name, hash] = Object.entries(plan.files).find(([file, hash]) => own[file] !== hash) ?? [];
  if (name === undefined || hash === undefined) return jobListOf(plan, expansion);
  const what = isShipped(name) ? `module ${name}` : name;
  return `is made with another ${what} (SHA-256 ${hash.slice(0, 12)}, and here ${own[name]?.slice(0, 12)}): the same one is expected`;
}

/** Mistakes in a grid are mistakes of its author. */
export function asSweepUsage<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw usageOf(error);
  }
}

/** What is told to the user in one sentence, as a UsageError; anything else as it is. */
export function usageOf(error: unknown): unknown {
  const isTold = error instanceof Error && SENTENCES.includes(error.name);
  return isTold ? new UsageError(error.message) : error;
}

const SENTENCES = ["GridError", "ScenarioError", "EnergyError", "LogError", "QueueError"];
