/** ampcore fuzz, as it is called. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { readCorpus } from "../../host/cli/fuzz/corpus.ts";
import { attackerOf, fileOf, jobsOf, limitsOf, seedOf } from "../../host/cli/fuzz/options.ts";
import { replay } from "../../host/cli/fuzz/replay.ts";
import { loadStation } from "../../host/device/load.ts";
import { ampcore, scratchFolder } from "../cli/ampcore.ts";
import { DEVICES } from "../support/device.ts";
import { planted, TRAPS } from "./planted.ts";

const folder = scratchFolder();
const inFolder = (name: string): string => join(folder, name);
const [release] = DEVICES;
const EXAMPLE = fileURLToPath(new URL("attacker.example.ts", import.meta.url));

test("--json tells executions, edges and the costliest input; the same seed and runs tell the same", async () => {
  const [one, two] = await Promise.all(
    [1, 2].map(async () => {
      const { code, stdout } = await ampcore(["fuzz", "--runs", "100", "--seed", "3", "--json"]);
      assert.equal(code, 0);
      const { timing, ...rest } = JSON.parse(stdout);
      assert.ok(timing.perSecond > 0, "executions per second");
      return rest;
    }),
  );
  assert.deepEqual(one, two);
  assert.equal(one.executions, 100);
  assert.equal(one.coverage.unit, "edges");
  assert.ok(one.costliest.cost > 50_000 && one.costliest.steps.length > 0, "the costliest input is told");
});

test("a finding is written, minimised, exit code 1; --replay runs it, frames decoded", async () => {
  const rx = loadStation(release.module, {
    entropy: () => false,
    nvmRead: () => false,
    nvmWrite: () => false,
  }).exports.amp_rx_buffer();
  const module = inFolder("planted.wasm");
  writeFileSync(module, planted(release.octets, "amp_receive", rx, [{ at: 0, value: 0x1b }], TRAPS));
  const crashes = inFolder("crashes");
  const found = await ampcore(["fuzz", "--module", module, "--crashes", crashes]);
  assert.equal(found.code, 1, found.stderr);
  assert.match(found.stdout, /trap: step 1, receive: it trapped/);
  const [file, ...others] = readdirSync(crashes);
  assert.deepEqual(others, []);
  const again = await ampcore(["fuzz", "--module", module, "--replay", join(crashes, file)]);
  assert.equal(again.code, 1);
  assert.match(again.stdout, /^amp_receive\(\d+\) {2}1b/);
  assert.match(again.stdout, /trap: /);
  assert.equal(JSON.parse(readFileSync(join(crashes, file), "utf8")).rule, "trap");
  const shipped = await ampcore(["fuzz", "--replay", join(crashes, file)]);
  assert.equal(shipped.code, 0, "the shipped module does nothing of the kind");
});

test("--corpus keeps what was reached, and the next run starts there", async () => {
  const folder = inFolder("corpus");
  const covered = async (): Promise<number> => {
    const { code, stdout } = await ampcore(["fuzz", "--corpus", folder, "--runs", "80", "--json"]);
    assert.equal(code, 0);
    return JSON.parse(stdout).coverage.covered;
  };
  const first = await covered();
  const kept = readdirSync(folder).length;
  assert.ok(kept > 30, `${kept} inputs`);
  // Its inputs are played before any other: what they reached is reached again.
  assert.ok((await covered()) >= first, "no less than before");
});

test("--jobs shares the runs out over threads; the same number of them tells the same, and what all reached is one", async () => {
  const [one, two] = await Promise.all(
    [1, 2].map(async () => {
      const { code, stdout, stderr } = await ampcore(["fuzz", "--runs", "301", "--seed", "3", "--jobs", "2", "--json"]);
      assert.equal(code, 0, stderr);
      const { timing, ...rest } = JSON.parse(stdout);
      assert.ok(timing.perSecond > 0, "executions per second");
      return rest;
    }),
  );
  assert.deepEqual(one, two);
  assert.equal(one.executions, 301);
  assert.equal(one.jobs, 2);
  assert.ok(one.coverage.covered > 400, `${one.coverage.covered} edges`);
});

test("--attacker plugs in an attacker of one's own: the example runs, and brings what else would not come", async () => {
  const callsOf = async (...more: string[]): Promise<number> => {
    const { code, stdout, stderr } = await ampcore(["fuzz", "--runs", "60", "--json", ...more]);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout).calls;
  };
  assert.notEqual(await callsOf("--attacker", EXAMPLE), await callsOf());
});

test("any words on the command line end with exit code 0, 1 or 2, and with 2 say why in one line", async () => {
  const { code, stdout, stderr } = await ampcore([
    "fuzz",
    "--target",
    "cli",
    "--runs",
    "500",
    "--json",
    "--crashes",
    folder,
  ]);
  assert.equal(code, 0, stdout + stderr);
  assert.ok(JSON.parse(stdout).coverage.covered > 40, stdout);
});

test("a mistake in the call is exit code 2 and one line", async () => {
  const { code, stderr } = await ampcore(["fuzz", "--target", "nothing"]);
  assert.equal(code, 2);
  assert.match(stderr, /^ampcore fuzz: --target is "nothing", where one of station, wire[^\n]*\n$/);
});

test("every option says in one sentence what would be right", async () => {
  const notAnAttacker = inFolder("nothing.ts");
  writeFileSync(notAnAttacker, "export default {};\n");
  const usage = (message: RegExp) => ({ name: "UsageError", message });
  assert.throws(() => limitsOf({ runs: "many" }), usage(/^--runs is "many", where a whole number/));
  assert.throws(() => limitsOf({ seconds: "0" }), usage(/^--seconds is "0", where a number above 0/));
  assert.throws(() => seedOf({ seed: "-1" }), usage(/^--seed is "-1"/));
  assert.throws(() => jobsOf({ jobs: "0", target: "station" }), usage(/^--jobs is "0", where a whole number from 1/));
  assert.throws(() => jobsOf({ jobs: "2", target: "cli" }), usage(/^--jobs is more than 1, which --target cli/));
  assert.throws(() => fileOf("--module", inFolder("gone.wasm")), usage(/^--module .* does not exist/));
  await assert.rejects(attackerOf(notAnAttacker), usage(/exports no default with a method input/));
  await assert.rejects(replay(notAnAttacker, { build: "release", json: false, quiet: true }), usage(/it is no JSON/));
  assert.throws(() => readCorpus(notAnAttacker), usage(/is a file, where a folder is expected/));
  assert.deepEqual(limitsOf({}), { runs: 20_000, seconds: Number.POSITIVE_INFINITY });
  assert.deepEqual(limitsOf({ seconds: "0.5" }), { runs: Number.POSITIVE_INFINITY, seconds: 0.5 });
});
