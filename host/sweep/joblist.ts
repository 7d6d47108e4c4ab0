/*
 * A grid and its base scenario -> the list of jobs: the same list, in the same order, whoever makes it and whoever runs it.
 *
 *     cell  one point of the grid (the first axis goes slowest) with one draw of the Monte Carlo parameters
 *     job   one repetition of a cell: one scenario with a seed of its own
 *     seed  = SHA-256("ampcore sweep job" ‖ seed of the sweep ‖ 0 ‖ settings of the cell ‖ 0 ‖ draw ‖ 0 ‖ repetition), first LE word
 *
 * A job's seed comes from what its cell is, not from its number: a grid that grows keeps what it had.
 */
import { nodeCrypto } from "../crypto/node.ts";
import { canonicalJson } from "../energy/profiles/profile.ts";
import { scenarioHash } from "../sim/report.ts";
import { withSettings } from "../sim/scenario/read.ts";
import type { Scenario } from "../sim/scenario/schema.ts";
import { streamsOf } from "../sim/streams.ts";
import { toHex } from "../wire/octets.ts";
import { type Column, columnsOf, OF_A_RUN } from "./columns.ts";
import { type Axis, axesOf } from "./grid/axes.ts";
import { type Drawn, drawnOf } from "./grid/draws.ts";
import { GridError } from "./grid/read.ts";
import { type Grid, JOBS_MAX, type Value } from "./grid/schema.ts";

/** What a list is made of; plain values, to be sent to another machine. */
export interface Plan {
  readonly grid: Grid;
  /** With everything set that no cell changes. */
  readonly base: Scenario;
  /** ampcore's. */
  readonly version: string;
  /** SHA-256, hex, of modules and of every file that a scenario of the list names, by the name it has there. */
  readonly files: Readonly<Record<string, string>>;
}

export interface Cell {
  readonly cell: number;
  readonly draw: number | null;
  /** In the order of the parameters. */
  readonly values: readonly Value[];
}

export interface Job {
  readonly job: number;
  readonly cell: number;
  readonly repetition: number;
  readonly seed: number;
  /** SHA-256 of its scenario. */
  readonly hash: string;
}

/** One thing that varies. */
export interface Parameter {
  readonly path: string;
  readonly scale: Axis["scale"];
  /** In order; undefined: drawn from a continuum. */
  readonly values?: readonly Value[];
  /** One of monte_carlo. */
  readonly isDrawn?: true;
}

/** What a grid comes out as. */
export interface Expansion {
  readonly parameters: readonly Parameter[];
  readonly columns: readonly Column[];
  readonly cells: readonly Cell[];
  readonly jobs: readonly Job[];
}

export interface JobList extends Expansion {
  readonly plan: Plan;
  /** SHA-256, hex, over all jobs, what is kept of them, the version and the files. */
  readonly hash: string;
}

/**
 * @param onCell hears what part of the cells is done, from 0.
 * @throws GridError or ScenarioError, one sentence, for a grid with a value that no scenario can have.
 */
export function expansionOf({ grid, base }: Pick<Plan, "grid" | "base">, onCell?: (share: number) => void): Expansion {
  const columns = columnsOf(grid);
  checkNames(grid, columns);
  const { axes, drawn, cells } = cellsOf(grid);
  const parameters = [
    ...axes.map(({ path, scale, values }): Parameter => ({ path, scale, values })),
    ...drawn.map(({ path, scale, values }): Parameter => ({ path, scale, values, isDrawn: true })),
  ];
  const jobs = cells.flatMap((cell, i) => {
    onCell?.(i / cells.length);
    const scenario = settled(base, parameters, cell);
    return Array.from({ length: grid.repetitions }, (_, repetition): Job => {
      const seed = seedOf(grid, parameters, cell, repetition);
      const hash = scenarioHash({ ...scenario, seed }, nodeCrypto);
      return { job: cell.cell * grid.repetitions + repetition, cell: cell.cell, repetition, seed, hash };
    });
  });
  return { parameters, columns, cells, jobs };
}

/** @param expansion of the plan's own grid, if it is there already. @throws GridError or ScenarioError */
export function jobListOf(plan: Plan, expansion: Expansion = expansionOf(plan)): JobList {
  const { parameters, columns, cells, jobs } = expansion;
  const { grid, version, files } = plan;
  const told = canonicalJson({
    version,
    files,
    repetitions: grid.repetitions,
    paths: parameters.map(({ path }) => path),
    columns: grid.results ?? columns.map(({ name }) => name),
    cells: cells.map(({ draw, values }) => [draw, ...values]),
    jobs: jobs.map(({ hash }) => hash),
  });
  return { ...expansion, plan, hash: toHex(nodeCrypto.sha256(new TextEncoder().encode(told))) };
}

/** The scenario of a job; not kept, for there may be very many. */
export function scenarioOf({ plan, parameters, cells, jobs }: JobList, job: number): Scenario {
  const { cell, seed } = jobs[job];
  return { ...settled(plan.base, parameters, cells[cell]), seed };
}

/** A scenario of each kind that names files of its own: one of all, unless it is those that vary. */
export function scenariosNaming({ base }: Pick<Plan, "base">, { parameters, cells }: Expansion): Scenario[] {
  const varies = parameters.some(({ path }) => NAMING.test(path));
  return (varies ? cells : cells.slice(0, 1)).map((cell) => settled(base, parameters, cell));
}

const NAMING = /^(stations\.module|harvest\.(source|trace)|converter)(\.|$)/;

interface Cells {
  readonly axes: readonly Axis[];
  readonly drawn: readonly Drawn[];
  readonly cells: readonly Cell[];
}

function cellsOf(grid: Grid): Cells {
  const axes = axesOf(grid);
  const drawn = drawnOf(grid);
  checkPaths(grid, [...axes, ...drawn]);
  const draws = drawn.length > 0 ? (grid.monte_carlo?.draws ?? 1) : 1;
  const jobs = axes.reduce((points, { values }) => points * values.length, draws * grid.repetitions);
  if (jobs > JOBS_MAX) {
    throw new GridError(
      `the grid has ${jobs.toLocaleString("en")} runs, where ${JOBS_MAX.toLocaleString("en")} at most are expected`,
    );
  }
  const points = axes.reduce<readonly (readonly Value[])[]>(
    (sofar, { values }) => sofar.flatMap((point) => values.map((value) => [...point, value])),
    [[]],
  );
  const streams = streamsOf(nodeCrypto, grid.seed);
  const drawnValues = Array.from({ length: draws }, (_, draw) => drawn.map(({ value }) => value(draw, streams)));
  const cells = points.flatMap((point, i) =>
    drawnValues.map((values, draw) => ({
      cell: i * draws + draw,
      draw: drawn.length > 0 ? draw : null,
      values: [...point, ...values],
    })),
  );
  return { axes, drawn, cells };
}

function checkPaths({ set }: Grid, varied: readonly { readonly path: string }[]): void {
  if (varied.length === 0) {
    throw new GridError("the grid varies nothing, where an axis in grid or a parameter in monte_carlo is expected");
  }
  const paths = varied.map(({ path }) => path);
  for (const [i, path] of paths.entries()) {
    if (path === "seed")
      throw new GridError("seed is no axis: repetitions says how many runs with seeds of their own a cell has");
    if (paths.indexOf(path) !== i)
      throw new GridError(`${path} varies in grid and in monte_carlo, where one of them is expected`);
    if (Object.hasOwn(set, path)) throw new GridError(`${path} is in set and varies, where one of them is expected`);
    const within = paths.find((other) => path.startsWith(`${other}.`));
    if (within !== undefined)
      throw new GridError(`${path} is a part of ${within} and both vary, where one of them is expected`);
    const part = Object.keys(set).find((other) => other.startsWith(`${path}.`));
    if (part !== undefined)
      throw new GridError(`${part} is set and a part of ${path}, which varies: one of them is expected`);
  }
}

/** A table has each name once: beside its columns those of what varies, and of what says which run it was. */
function checkNames({ grid, monte_carlo }: Grid, columns: readonly Column[]): void {
  const taken = [...OF_A_RUN, ...Object.keys(grid), ...Object.keys(monte_carlo?.parameters ?? {})];
  const twice = columns.find(({ name }) => taken.includes(name));
  if (twice) throw new GridError(`results has ${twice.name}, which the table has already: another name is expected`);
}

type Named = readonly Pick<Parameter, "path">[];

function settled(base: Scenario, parameters: Named, { values }: Cell): Scenario {
  return withSettings(base, new Map(parameters.map(({ path }, i) => [path, values[i]])), "the grid");
}

function seedOf({ seed, seeds }: Grid, parameters: Named, { draw, values }: Cell, repetition: number): number {
  const own = seeds === "own" ? canonicalJson(parameters.map(({ path }, i) => [path, values[i]])) : "";
  const name = `ampcore sweep job${seed}\0${own}\0${seeds === "own" ? draw : ""}\0${repetition}`;
  const digest = nodeCrypto.sha256(new TextEncoder().encode(name));
  return new DataView(digest.buffer, digest.byteOffset).getUint32(0, true);
}
