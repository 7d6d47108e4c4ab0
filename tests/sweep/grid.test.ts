/** Grid files: what comes of them, and what a mistake in one is told. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { checkScenario } from "../../host/sim/scenario/read.ts";
import { streamsOf } from "../../host/sim/streams.ts";
import { axesOf } from "../../host/sweep/grid/axes.ts";
import { drawnOf } from "../../host/sweep/grid/draws.ts";
import { readGrid } from "../../host/sweep/grid/read.ts";
import { expansionOf, type JobList, jobListOf, scenarioOf } from "../../host/sweep/joblist.ts";

const BASE = checkScenario({ duration_s: 1 }, "a test");
const listOf = (yaml: string, files = { release: "00" }): JobList =>
  jobListOf({ grid: readGrid(yaml, "g.yaml"), base: BASE, version: "1", files });
const valuesOf = (axis: string) => axesOf(readGrid(`grid: {harvest.scale: ${axis}}`, "g.yaml"))[0].values;

test("axes: lists as they are, ranges evenly or by factors, ends exact, whole numbers where asked for", () => {
  assert.deepEqual(valuesOf("[3, 1, 2]"), [3, 1, 2]);
  assert.deepEqual(valuesOf("{from: 0, to: 1, steps: 5}"), [0, 0.25, 0.5, 0.75, 1]);
  assert.deepEqual(valuesOf("{from: 0.1, to: 0.7, steps: 7}"), [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
  assert.deepEqual(valuesOf("{from: 1.0e-6, to: 1.0e-3, steps: 4, scale: log}"), [1e-6, 1e-5, 1e-4, 1e-3]);
  assert.deepEqual(valuesOf("{from: 8, to: 1, steps: 4, scale: log}"), [8, 4, 2, 1]);
  assert.deepEqual(valuesOf("{from: 1, to: 4, steps: 7, whole: true}"), [1, 2, 3, 4]);
  const even = valuesOf("{from: 2, to: 1000, steps: 10, scale: log}") as number[];
  assert.deepEqual(valuesOf("{from: 0.123456789012345, to: 0.5, steps: 2}"), [0.123456789012345, 0.5]);
  for (const [i, x] of even.entries()) assert.ok(Math.abs(x / (2 * 500 ** (i / 9)) - 1) < 1e-11);
});

test("draws follow their distributions: moments, ends, whole numbers as often as each other", () => {
  const drawn = (distribution: string): number[] => {
    const yaml = `monte_carlo: {draws: 1, parameters: {harvest.scale: ${distribution}}}`;
    const [{ value }] = drawnOf(readGrid(yaml, "g.yaml"));
    const streams = streamsOf(nodeCrypto, 3);
    return Array.from({ length: 4000 }, (_, draw) => value(draw, streams) as number);
  };
  const mean = (xs: readonly number[]): number => xs.reduce((sum, x) => sum + x, 0) / xs.length;
  const sd = (xs: readonly number[]): number => Math.sqrt(mean(xs.map((x) => (x - mean(xs)) ** 2)));
  const near = (x: number, wanted: number, by: number): void => assert.ok(Math.abs(x - wanted) < by, `${x}, ${wanted}`);
  const uniform = drawn("{uniform: [2, 6]}");
  near(mean(uniform), 4, 0.08);
  near(sd(uniform), 4 / Math.sqrt(12), 0.05);
  const log = drawn("{loguniform: [1, 100]}");
  near(mean(log.map(Math.log10)), 1, 0.04);
  near(mean(log), 99 / Math.log(100), 1.5);
  assert.ok(log.every((x) => x >= 1 && x <= 100));
  const normal = drawn("{normal: {mean: 5, sd: 2}}");
  near(mean(normal), 5, 0.12);
  near(sd(normal), 2, 0.1);
  assert.ok(drawn("{normal: {mean: 5, sd: 2, min: 4, max: 5}}").every((x) => x >= 4 && x <= 5));
  const whole = drawn("{uniform: [1, 3], whole: true}");
  for (const x of [1, 2, 3]) near(whole.filter((one) => one === x).length / whole.length, 1 / 3, 0.03);
  assert.equal(new Set(whole).size, 3);
  assert.ok(drawn("{normal: {mean: 5, sd: 2, min: 4.4, max: 7.6}, whole: true}").every((x) => x >= 5 && x <= 7));
  assert.ok(drawn("{loguniform: [1.4, 3.9], whole: true}").every((x) => x === 2 || x === 3));
  near(drawn("{choice: [7, 9]}").filter((x) => x === 7).length / 4000, 0.5, 0.03);
});

test("cells are numbered with the first axis slowest, draws within points, repetitions within cells", () => {
  const list = listOf(`
grid: {ap.slots: [8, 16], ap.acwe: [0, 1, 2]}
monte_carlo: {draws: 2, parameters: {harvest.scale: {uniform: [1, 2]}}}
repetitions: 3`);
  assert.equal(list.jobs.length, 2 * 3 * 2 * 3);
  assert.deepEqual(
    list.cells.slice(0, 5).map(({ values, draw }) => [...values.slice(0, 2), draw]),
    [
      [8, 0, 0],
      [8, 0, 1],
      [8, 1, 0],
      [8, 1, 1],
      [8, 2, 0],
    ],
  );
  assert.equal(list.cells[0].values[2], list.cells[2].values[2], "a draw is the same at every point");
  assert.notEqual(list.cells[0].values[2], list.cells[1].values[2]);
  assert.deepEqual(
    list.jobs.map(({ job }) => job),
    list.jobs.map((_, i) => i),
  );
  const { cell, repetition, seed } = list.jobs[7];
  assert.deepEqual([cell, repetition], [2, 1]);
  const scenario = scenarioOf(list, 7);
  assert.deepEqual([scenario.ap.slots, scenario.ap.acwe, scenario.seed], [8, 1, seed]);
  assert.equal(new Set(list.jobs.map((job) => job.seed)).size, list.jobs.length, "seeds of their own");
});

test("seeds: a grid that grows keeps what it had; shared ones are the same in every cell", () => {
  const seedsOf = (list: JobList) =>
    new Map(
      list.jobs.map(({ job, cell, repetition, seed }) => [`${list.cells[cell].values}/${repetition}`, { job, seed }]),
    );
  const small = seedsOf(listOf("{grid: {ap.slots: [8, 16]}, repetitions: 2}"));
  const large = seedsOf(listOf("{grid: {ap.slots: [4, 8, 12, 16]}, repetitions: 5}"));
  for (const [key, { seed }] of small) assert.equal(large.get(key)?.seed, seed, key);
  const lots = listOf("{monte_carlo: {draws: 9, parameters: {ap.slots: {choice: [8, 16]}}}}").jobs;
  assert.equal(new Set(lots.map(({ seed }) => seed)).size, 9, "draws that chose the same are other runs");
  const shared = listOf("{grid: {ap.slots: [8, 16]}, repetitions: 2, seeds: shared}").jobs.map(({ seed }) => seed);
  assert.deepEqual(shared.slice(0, 2), shared.slice(2));
  assert.notEqual(shared[0], shared[1]);
  const other = listOf("{grid: {ap.slots: [8, 16]}, repetitions: 2, seed: 2}").jobs.map(({ seed }) => seed);
  assert.ok(other.every((seed, i) => seed !== [...small.values()][i].seed));
});

test("the list's hash is that of its jobs: another value, seed, column, file or version makes another", () => {
  const YAML = "{grid: {ap.slots: [8, 16]}, results: [confirmed]}";
  const { hash } = listOf(YAML);
  assert.equal(
    listOf(`${YAML.slice(0, -1)}, name: other, about: words}`).hash,
    hash,
    "what it is called does not matter",
  );
  const others = [
    listOf(YAML.replace("16", "17")),
    listOf(YAML.replace("confirmed", "deaths")),
    listOf(`${YAML.slice(0, -1)}, seed: 2}`),
    listOf(`${YAML.slice(0, -1)}, repetitions: 2}`),
    listOf(YAML, { release: "01" }),
    jobListOf({ ...listOf(YAML).plan, version: "2" }),
    jobListOf({ ...listOf(YAML).plan, base: { ...BASE, duration_s: 2 } }),
  ].map((list) => list.hash);
  assert.equal(new Set([hash, ...others]).size, others.length + 1);
});

test("a mistake in a grid is one sentence that says what, where, and what would be right", () => {
  const axis = (text: string): string => `grid: {ap.slots: ${text}}`;
  const drawn = (text: string): string => `monte_carlo: {draws: 2, parameters: {harvest.scale: ${text}}}`;
  const mistakes: readonly [string, RegExp][] = [
    ["5", /^g\.yaml: the grid is 5, where a part with grid or monte_carlo is expected$/],
    ["{}", /^the grid varies nothing, where an axis in grid or a parameter in monte_carlo is expected$/],
    ["grids: {}", /^g\.yaml: there is no key grids; the keys there are sweep, name,/],
    ["grid: [1", /^g\.yaml, line 1, column 9: this is no YAML/],
    ["sweep: 2", /^g\.yaml: sweep is 2, where 1, the version of this format is expected$/],
    [axis("5"), /^g\.yaml: grid\.ap\.slots is 5, where a list of values, or from, to and steps is expected$/],
    [axis("[]"), /^g\.yaml: grid\.ap\.slots is \[\], where a list/],
    [axis("{from: 1, to: 3}"), /is \{"from":1,"to":3\}, where a list of values, or from, to and steps is expected$/],
    [axis("{from: a, to: 3, steps: 3}"), /^g\.yaml: grid\.ap\.slots\.from is "a", where a number is expected$/],
    [axis("{from: 1, to: 3, steps: 1}"), /slots\.steps is 1, where a whole number from 2 to 200,000 is expected$/],
    [axis("{from: 1, to: 3, steps: 3, scale: cubic}"), /scale is "cubic", where lin or log is expected$/],
    [
      axis("{from: 0, to: 3, steps: 3, scale: log}"),
      /goes from 0 to 3 by factors, where numbers above 0 are expected$/,
    ],
    [axis("{from: 3, to: 3, steps: 3}"), /goes from 3 to 3, where two numbers are expected$/],
    [axis("[8, 16, 8]"), /^grid\.ap\.slots has 8 twice, where values that differ are expected$/],
    [axis("[8, 300]"), /ap\.slots is 300, where a whole number from 1 to 255 is expected$/],
    ["grid: {ap.slot: [8]}", /there is no key ap\.slot; the keys there are profile,/],
    ["grid: {seed: [1, 2]}", /^seed is no axis: repetitions says/],
    ["{grid: {ap.slots: [8]}, set: {ap.slots: 9}}", /^ap\.slots is in set and varies, where one of them is expected$/],
    [
      `${axis("[8]")}\nmonte_carlo: {draws: 1, parameters: {ap.slots: {choice: [1]}}}`,
      /^ap\.slots varies in grid and in monte_carlo/,
    ],
    [
      drawn("{gauss: [1, 2]}"),
      /is \{"gauss":\[1,2\]\}, where one of uniform, loguniform, normal and choice is expected$/,
    ],
    [drawn("{uniform: [5, 2]}"), /is between 5 and 2, where a least below the greatest is expected$/],
    [drawn("{loguniform: [0, 2]}"), /is between 0 and 2, where numbers above 0 for a loguniform one is expected$/],
    [drawn("{normal: {mean: 2}}"), /scale\.normal\.sd is missing, where a number is expected$/],
    [drawn("{normal: {mean: 2, sd: 0}}"), /is of sd 0, where a number above 0 is expected$/],
    [drawn("{normal: {mean: 2, sd: 1, min: 90}}"), /has next to nothing between its min and its max/],
    ["monte_carlo: {draws: 0, parameters: {}}", /^g\.yaml: monte_carlo\.draws is 0, where a whole number from 1 /],
    [`${axis("[8]")}\nrepetitions: 1.5`, /^g\.yaml: repetitions is 1\.5, where a whole number/],
    [
      `${axis("[8]")}\nrepetitions: 200000\nseeds: own\nseed: 1\nset: {}\nmonte_carlo: {draws: 2, parameters: {harvest.scale: {uniform: [1, 2]}}}`,
      /^the grid has 400,000 runs, where 200,000 at most are expected$/,
    ],
    [
      drawn("{uniform: [0.2, 0.8], whole: true}"),
      /is between 0\.2 and 0\.8, where a whole number between them is expected$/,
    ],
    [
      "grid: {harvest.constant: [{power_W: 1}], harvest.constant.power_W: [1, 2]}",
      /^harvest\.constant\.power_W is a part of harvest\.constant and both vary, where one/,
    ],
    [
      "{set: {harvest.constant.power_W: 2}, grid: {harvest.constant: [{power_W: 1}]}}",
      /^harvest\.constant\.power_W is set and a part of harvest\.constant, which varies: one/,
    ],
    [
      `${axis("[8]")}\nresults: [{name: seed, path: readings}]`,
      /^results has seed, which the table has already: another name is expected$/,
    ],
    [
      `${axis("[8]")}\nresults: [{name: ap.slots, path: readings}]`,
      /^results has ap\.slots, which the table has already/,
    ],
    [`${axis("[8]")}\nresults: [confirmed, {name: confirmed, path: readings}]`, /^results has two columns confirmed/],
  ];
  for (const [yaml, sentence] of mistakes) {
    assert.throws(
      () => listOf(yaml),
      ({ name, message }: Error) => {
        assert.ok(["GridError", "ScenarioError"].includes(name), `${yaml}: ${name}`);
        assert.match(message, sentence, yaml);
        return true;
      },
      yaml,
    );
  }
});

test("how far the list is comes to be known with each cell", () => {
  const { plan } = listOf("grid: {ap.slots: [8, 16, 32, 64]}\nrepetitions: 3");
  const shares: number[] = [];
  expansionOf(plan, (share) => shares.push(share));
  assert.deepEqual(shares, [0, 0.25, 0.5, 0.75]);
});
