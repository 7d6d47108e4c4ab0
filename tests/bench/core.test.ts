/** `bench core`: what it measures is the real thing, it has looked hard enough, and nothing got worse. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { before, test } from "node:test";
import { countingModule } from "../../bench/core/bed.ts";
import {
  BUILDS,
  type Build,
  type PerBuild,
  perBuild,
  primitivesModule,
  stationModule,
  stationTarget,
} from "../../bench/core/builds.ts";
import { coreFigures } from "../../bench/core/figures.ts";
import { measured } from "../../bench/core/measure.ts";
import type { BuildResult } from "../../bench/core/result.ts";
import type { Figures } from "../../host/bench/bench.ts";
import { regressions, told } from "../../host/bench/regression.ts";
import { committedResult } from "../../host/bench/results.ts";
import { ensureBuilt } from "../../host/build/build.ts";
import { replay, type Script } from "../vectors/script.ts";
import { CountingStation } from "./countingstation.ts";

let results: PerBuild<BuildResult>;
let figures: Figures;

before(async () => {
  results = await perBuild((build) => measured(build, async () => undefined));
  figures = coreFigures(results);
});

test("nothing is more than 1 % worse than bench/results/core.json: octets, memory, instructions, traces", (t) => {
  const committed = coreFigures(committedResult("core") as PerBuild<BuildResult>);
  assert.ok(Object.keys(committed).length > 100, "a result is committed");
  assert.deepEqual(regressions(committed, figures).map(told), []);
  const isStale = Object.entries(figures).some(([name, value]) => committed[name] !== value);
  if (isStale) t.diagnostic("the committed figures are of another build: npm run bench -- core --save");
});

test("the committed result names the functions of the cold M2, and the modules by their digests", () => {
  for (const { functions, module } of Object.values(committedResult("core") as PerBuild<BuildResult>)) {
    assert.ok(functions.length > 10 && functions.every(({ name }) => !/^function \d+$/.test(name)));
    assert.match(module.sha256, /^[0-9a-f]{64}$/);
  }
});

test("to measure a build makes nothing of it stale: the next one finds the modules and their names as they were", async () => {
  for (const build of BUILDS) {
    await primitivesModule(build);
    const station = await ensureBuilt({ targets: [stationTarget(build)] });
    assert.deepEqual(
      station.filter(({ made }) => made).map(({ file }) => file),
      [],
    );
  }
});

test("a planted worse figure is caught, whichever it is", () => {
  for (const [name, value] of Object.entries(figures)) {
    const planted = { ...figures, [name]: Math.ceil(value * 1.011) + 1 };
    assert.deepEqual(
      regressions(figures, planted).map(({ figure }) => figure),
      [name],
    );
  }
});

test("a planted worse result is caught, wherever in it it stands", () => {
  for (const build of BUILDS) {
    const places: [figure: string, worsen: (result: BuildResult) => void][] = [
      [`${build}, module: octets`, ({ module }) => Object.assign(module, { octets: module.octets + 200 })],
      [`${build}, module: touched`, ({ module }) => Object.assign(module, { touched: module.touched + 16 })],
      [`${build}, M3: instructions`, ({ jobs }) => Object.assign(jobs.M3, { instructions: 1e6 })],
      [
        `${build}, worst amp_send: instructions`,
        ({ worst }) => Object.assign(worst.exports.amp_send, { instructions: 1e6 }),
      ],
      [
        `${build}, worst withoutKey: instructions`,
        ({ worst }) => Object.assign(worst.input.withoutKey, { instructions: 1e6 }),
      ],
      [`${build}, primitives: cmac`, ({ primitives }) => Object.assign(primitives, { cmac: 1e6 })],
      [`${build}, constant time: traces`, ({ constantTime }) => Object.assign(constantTime, { traces: 2 })],
    ];
    for (const [figure, worsen] of places) {
      const planted = structuredClone(results);
      worsen(planted[build]);
      const found = regressions(figures, coreFigures(planted)).map((one) => one.figure);
      assert.deepEqual(found, [figure]);
    }
  }
});

for (const build of BUILDS) {
  test(`${build}: the parts of the cold M2 add up, by class and by function`, () => {
    const { jobs, classes, functions } = results[build];
    const cold = jobs["M2 compact, CCM, cold"].instructions;
    assert.equal(sum(Object.values(classes)), cold);
    assert.equal(sum(functions.map(({ instructions }) => instructions)), cold);
  });

  test(`${build}: costs are in the order that the protocol puts them in`, () => {
    const { jobs, primitives, module } = results[build];
    const cost = (name: string): number => jobs[name].instructions;
    const [cold, warm, direct] = ["cold", "warm", "direct"].map((source) => cost(`M2 compact, CCM, ${source}`));
    // The cache saves four compressions, and costs its CRC-32; direct mode has neither.
    assert.ok(cold > warm && warm > direct);
    assert.ok(cold > 7 * primitives.sha256Block + primitives.ccm16, "more than its primitives");
    assert.ok(cost("M2 sent again for the same M1") < 0.1 * cold, "no crypto");
    assert.ok(cost("M3, PMK cache written") > cost("M3"));
    assert.deepEqual(
      [jobs["M3, PMK cache written"], jobs["M3 with UPDATE"], jobs.M3].map(({ nvmWritten }) => nvmWritten),
      [92, 72, 0],
    );
    assert.ok(primitives.ccm16Aad22 > primitives.ccm16 && primitives.aesBlockAndKey > primitives.aesTwoBlocks);
    assert.ok(module.touched <= module.heapBase);
  });

  test(`${build}: AMP-R6, one trace for all secrets`, () => {
    const { secrets, traces } = results[build].constantTime;
    assert.deepEqual([secrets, traces], [24, 1]);
  });

  test(`${build}: no call of any committed vector costs more than the worst that the search found`, async () => {
    const { exports } = results[build].worst;
    const seen = await costsInVectors(build);
    assert.ok(seen.amp_receive > 0.5 * exports.amp_receive.instructions, "the vectors do work");
    for (const [name, instructions] of Object.entries(seen)) {
      const worst = exports[name as keyof typeof exports].instructions;
      assert.ok(instructions <= worst, `${name}: ${instructions} in a vector, ${worst} in the search`);
    }
  });
}

/** The costliest call of each export in all scripts of tests/vectors/amp, faults of NVM and entropy included. */
async function costsInVectors(build: Build): Promise<Record<string, number>> {
  const counting = countingModule((await stationModule(build)).octets);
  const worst: Record<string, number> = {};
  const see = (name: string, instructions: number): void => {
    worst[name] = Math.max(worst[name] ?? 0, instructions);
  };
  const folder = new URL("../vectors/amp/", import.meta.url);
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".json") && name !== "example.json")) {
    const { cases } = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as { cases: { script?: Script }[] };
    for (const { script } of cases) if (script) replay(script, (host) => new CountingStation(counting, host, see));
  }
  return worst;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
