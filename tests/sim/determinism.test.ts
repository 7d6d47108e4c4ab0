/** The same scenario and seed give the same octets of result: in any process, with any crypto, in slices of any size. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { createPortableCrypto } from "../../host/crypto/portable.ts";
import { resultOf } from "../../host/sim/report.ts";
import type { Result } from "../../host/sim/result.ts";
import { Simulation } from "../../host/sim/simulation.ts";
import { builtIn, type Changes, changed, MODULES, simulated } from "../support/simulated.ts";

const HOSTILE = changed(
  { duration_s: 12, seed: 7, override: { storage: { capacitance_F: 4.7e-6 } } },
  builtIn("hostile"),
);
const FIRST = simulated(HOSTILE).result;

const textOf = (result: Result): string => JSON.stringify(result);

test("the scenario that is compared has all that may differ: readings, deaths, refusals, updates, collisions", () => {
  const { readings, deaths, refusals, exchanges, air } = FIRST;
  assert.ok(readings > 20, `${readings} readings`);
  assert.ok(deaths.total > 0, "deaths");
  assert.ok(Object.keys(refusals.stations).length > 2 && Object.keys(refusals.accessPoints).length > 2, "refusals");
  assert.ok(exchanges.updatesProven > 0, "updates");
  assert.ok((air.up.collided ?? 0) > 0, "collisions");
});

test("the same twice in one process", () => {
  assert.equal(textOf(simulated(HOSTILE).result), textOf(FIRST));
});

test("the same with the crypto of Node and with the one that runs in a page", () => {
  assert.equal(textOf(simulated(HOSTILE, { crypto: createPortableCrypto() }).result), textOf(FIRST));
});

test("the same in one go and in slices, however they fall", () => {
  const run = (slices: number): string => {
    const materials = { crypto: nodeCrypto, module: MODULES.release };
    const simulation = new Simulation(HOSTILE, materials);
    for (let slice = 1; simulation.advance((HOSTILE.duration_s * slice) / slices); slice++);
    assert.equal(simulation.advance(HOSTILE.duration_s), false, "there is nothing behind the end");
    return textOf(resultOf(simulation, materials, { version: "test" }));
  };
  for (const slices of [1, 7, 1000]) assert.equal(run(slices), textOf(FIRST), `${slices} slices`);
});

test("another seed gives another run", () => {
  const other = simulated({ ...HOSTILE, seed: 8 }).result;
  assert.notDeepEqual(other.energy, FIRST.energy);
  assert.notDeepEqual(other.exchanges, FIRST.exchanges);
  assert.notDeepEqual(other.refusals, FIRST.refusals);
});

const CLI = fileURLToPath(new URL("../../host/cli/ampcore.mjs", import.meta.url));
const TRACE = Array.from({ length: 200 }, (_, i) => `${i / 10},${(i % 7) * 60e-6}`);
/** Volts and amperes; out of the cell is negative. */
const CURVE = JSON.stringify({ 0: { "0.1": -60e-6, "1": -55e-6, "2": 0 } });

/** A folder with a trace, a scenario and a module of its own. */
function folderOf(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `ampcore-${name}-`));
  after(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "traces"));
  writeFileSync(join(folder, "traces", "walk.csv"), `t,P\n${TRACE.join("\n")}\n`);
  writeFileSync(join(folder, "own.wasm"), MODULES.release.octets);
  const scenario =
    "duration_s: 1\nstations: {module: own.wasm}\nharvest: {source: trace, trace: {file: traces/walk.csv}}\n";
  writeFileSync(join(folder, "mine.yaml"), scenario);
  return folder;
}

function cli(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): string {
  const options = { cwd, env: { ...process.env, ...env }, encoding: "utf8", maxBuffer: 2 ** 26 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, "run", ...args, "--json"], options);
  assert.equal(status, 0, stderr);
  return stdout;
}

test("the same in processes with other folders, time zones and languages; no path of this machine is in it", () => {
  const [here, there] = [folderOf("here"), folderOf("elsewhere")];
  const first = cli(here, ["mine.yaml"], { TZ: "UTC", LANG: "C", HOME: here });
  const second = cli(tmpdir(), [join(there, "mine.yaml")], {
    TZ: "Pacific/Kiritimati",
    LANG: "tr_TR.UTF-8",
    LC_ALL: "tr_TR.UTF-8",
  });
  assert.equal(second, first);
  for (const path of [here, there, tmpdir(), process.cwd()])
    assert.ok(!first.includes(path), `${path} is in the result`);
  const result: Result = JSON.parse(first);
  assert.doesNotMatch(first, /\b20\d\d-\d\d-\d\dT/, "no time of day");
  assert.equal(result.scenario.harvest.trace.file, "walk.csv");
  const sha256 = (file: string): string =>
    createHash("sha256")
      .update(readFileSync(join(here, file)))
      .digest("hex");
  assert.equal(result.hashes.trace, sha256("traces/walk.csv"), "of the file's octets");
  assert.equal(result.hashes.module, sha256("own.wasm"));
});

test("a hash changes exactly with what it is of", () => {
  const base: Changes = { duration_s: 0.1, stations: { count: 1 } };
  const hashes = (changes: Changes): Result["hashes"] => simulated(changed(changes, changed(base))).result.hashes;
  const before = hashes({});
  const differing = (changes: Changes): string[] =>
    Object.entries(hashes(changes))
      .filter(([name, hash]) => hash !== before[name as keyof Result["hashes"]])
      .map(([name]) => name);
  assert.deepEqual(differing({}), []);
  assert.deepEqual(differing({ seed: 2 }), ["scenario"]);
  assert.deepEqual(differing({ air: { loss_up: 0.01 } }), ["scenario"]);
  assert.deepEqual(differing({ name: "another" }), ["scenario"]);
  assert.deepEqual(differing({ stations: { mcu: "stm32u5" } }), ["scenario", "profiles"]);
  assert.deepEqual(differing({ override: { storage: { capacitance_F: 11e-6 } } }), ["scenario", "profiles"]);
  assert.deepEqual(differing({ stations: { module: "small" } }), ["scenario", "module"]);
  for (const hash of [before.scenario, before.module, before.profiles]) assert.match(hash, /^[0-9a-f]{64}$/);
  assert.equal(before.trace, null);
  assert.equal(before.module, createHash("sha256").update(MODULES.release.octets).digest("hex"));
});

test("of two results with the same hashes every figure is the same, whatever files stood behind them", () => {
  const folder = folderOf("cells");
  const light = TRACE.map((row) => `${row.split(",")[0]},300`);
  writeFileSync(join(folder, "light.csv"), `t,lux\n${light.join("\n")}\n`);
  const cell = "harvest: {source: trace, trace: {file: light.csv, cell: [{lux: 300, file: curve.json}]}}\n";
  writeFileSync(join(folder, "cell.yaml"), `duration_s: 0.5\nstations: {count: 1}\n${cell}`);
  const run = (curve: string): Result => {
    writeFileSync(join(folder, "curve.json"), curve);
    return JSON.parse(cli(folder, ["cell.yaml"]));
  };
  const [weak, strong] = [run(CURVE), run(CURVE.replaceAll("-0.0000", "-0.000"))];
  assert.notEqual(weak.energy.harvest.harvested_J, strong.energy.harvest.harvested_J, "the curves are read");
  assert.notDeepEqual(weak.hashes, strong.hashes, "another I-V curve is another input");
});
