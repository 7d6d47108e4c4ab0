/** `ampcore run`: one document on stdout, progress on stderr, and an exit code that tells. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, mock, test } from "node:test";
import { parse } from "csv-parse/sync";
import { runToEnd } from "../../host/cli/run/progress.ts";
import { builtInNames } from "../../host/cli/run/scenarios.ts";
import type { Result } from "../../host/sim/result.ts";
import type { Simulation } from "../../host/sim/simulation.ts";
import { calls, type Outcome } from "../support/calls.ts";
import { mutant } from "../support/mutant.ts";
import { ampcore, scratchFolder } from "./ampcore.ts";

const FOLDER = scratchFolder();
const SHORT = ["--duration", "1", "--stations", "2"];

const CSV = join(FOLDER, "lives.csv");
const DYING = ["run", "--duration", "6", "--set", "override.storage.capacitance_F=4.7e-6"];
const CHANGES = ["--seed", "9", "--set", "ap.slots=20", "stations.distance_m=[2, 3]", "--set", "air.loss_up=0.5"];
const REPEATS = ["run", ...SHORT, "--set", `stations.module=${join(FOLDER, "repeats.wasm")}`];
const MUTE = ["run", ...SHORT, "--set", `stations.module=${join(FOLDER, "mute.wasm")}`];

/** All calls of this file but the first test's, by name. */
const CALLS = {
  quiet: ["run", ...SHORT, "--quiet"],
  summary: ["run", "hostile", "--duration", "4", "--stations", "4"],
  jsonAndCsv: [...DYING, "--json", "--csv", CSV],
  csv: [...DYING, "--csv", "-"],
  changes: ["run", ...CHANGES, "--stations", "3", "--duration", "0.5", "--json"],
  repeatsJson: [...REPEATS, "--json"],
  repeats: REPEATS,
  repeatsQuiet: [...REPEATS, "--quiet"],
  mute: [...MUTE, "--json"],
  ...Object.fromEntries(builtInNames().map((name) => [name, ["run", name, "--duration", "2", "--quiet"]])),
} as const;

const outcomes: Partial<Record<string, Outcome>> = {};
before(async () => {
  // The number of an SNonce in its power cycle stands still.
  writeFileSync(join(FOLDER, "repeats.wasm"), await mutant(["station/snonce.ts", "  Cycle.sNonces++;\n", ""]));
  // A PTK that is nobody's, of a station that wakes up in a session.
  const mute = await mutant(
    ["station/exchange.ts", "  makeKeys();\n", ""],
    ["station/boot.ts", "  Session.state = IDLE;\n  return 0;", "  Session.state = 3;\n  return 0;"],
  );
  writeFileSync(join(FOLDER, "mute.wasm"), mute);
  const all = await calls(...Object.values(CALLS));
  for (const [i, name] of Object.keys(CALLS).entries()) outcomes[name] = all[i];
});

function outcomeOf(name: string): Outcome {
  const outcome = outcomes[name];
  assert.ok(outcome, `${name} was called`);
  return outcome;
}

const NOTHING = { code: 0, stdout: "", stderr: "" };
/** On a machine that is busy a run lasts long enough to tell how far it is. */
const isProgress = (stderr: string): boolean =>
  stderr.split("\n").every((line) => line === "" || line.endsWith(" ..."));

test("--json is exactly one JSON document on stdout, longer than a pipe holds", async () => {
  const args = ["run", "--duration", "0.1", "--stations", "400", "--set", "stations.vStart_V=3", "air.channels=100"];
  const { code, stdout, stderr } = await ampcore([...args, "--json"]);
  assert.ok(code === 0 && isProgress(stderr), stderr);
  assert.ok(stdout.startsWith("{") && stdout.endsWith("}\n") && stdout.length > 2 ** 17, `${stdout.length} characters`);
  const result = JSON.parse(stdout) as Result;
  assert.equal(result.violations, 0);
  assert.ok(result.readings > 0 && result.lives >= 400, `${result.readings} readings in ${result.lives} lives`);
  for (const name of ["scenario", "module", "profiles"] as const) assert.match(result.hashes[name], /^[0-9a-f]{64}$/);
  assert.equal(result.hashes.trace, null);
  assert.deepEqual(Object.keys(result.profiles).sort(), ["harvest", "mcu", "nvm", "radio", "storage"]);
  assert.equal(result.scenario.name, "default");
  assert.equal(result.scenario.duration_s, 0.1, "with what the command line changed");
  assert.equal(result.stations.length, 400);
  assert.equal(result.needs.length, 5);
});

/** A simulation of 100 s that takes `slice_ms` of the clock on the wall for each second of its own. */
function slow(slice_ms: number): Simulation {
  let now_s = 0;
  const simulation = {
    world: { scenario: { duration_s: 100 } },
    port: { taken: [1000, 234] },
    advance(until_s: number) {
      mock.timers.tick(Math.round((until_s - now_s) * slice_ms));
      now_s = until_s;
      return until_s < 100;
    },
  };
  return simulation as unknown as Simulation;
}

test("progress is told on stderr, about every second after the first two, and not when it is to be quiet", () => {
  const told = (isQuiet: boolean, slice_ms: number): string[] => {
    const write = mock.method(process.stderr, "write", () => true);
    mock.timers.enable({ apis: ["Date"] });
    try {
      runToEnd(slow(slice_ms), isQuiet);
      return write.mock.calls.map(({ arguments: [text] }) => String(text));
    } finally {
      mock.timers.reset();
      write.mock.restore();
    }
  };
  assert.deepEqual(told(false, 15), [], "done in a second and a half");
  assert.deepEqual(told(true, 100), []);
  const lines = told(false, 100);
  assert.ok(lines.length >= 7 && lines.length <= 9, `${lines.length} times in ten seconds`);
  for (const line of lines) assert.match(line, / of 100 s, 1,234 readings/);
});

test("--quiet says nothing, a summary names what a person wants to know, on stdout alone", () => {
  assert.deepEqual(outcomeOf("quiet"), NOTHING);
  const { code, stdout, stderr } = outcomeOf("summary");
  assert.ok(code === 0 && isProgress(stderr), stderr);
  for (const word of ["hostile", "readings taken", "lives", "phase", "at least", "at most", "mic", "bad FCS"]) {
    assert.ok(stdout.includes(word), word);
  }
  assert.match(stdout, /\b0 violations/);
  const lines = stdout.split("\n");
  assert.ok(lines.length < 60 && lines.every((line) => line.length <= 160), "on one screen");
});

test("--csv has a row for each life, in a file or on stdout", () => {
  const { code, stdout } = outcomeOf("jsonAndCsv");
  assert.equal(code, 0);
  const result = JSON.parse(stdout) as Result;
  const text = readFileSync(CSV, "utf8");
  assert.equal(outcomeOf("csv").stdout, text);
  assert.equal(outcomeOf("csv").code, 0);
  const rows: Record<string, string>[] = parse(text, { columns: true });
  assert.equal(rows.length, result.lives);
  assert.ok(result.deaths.total > 5, `${result.deaths.total} deaths`);
  assert.equal(rows.filter(({ phase }) => phase !== "").length, result.deaths.total);
  const sum = (column: string): number => rows.reduce((all, row) => all + Number(row[column]), 0);
  assert.equal(sum("m2Sent"), result.exchanges.m2Sent);
  assert.equal(sum("confirmed"), result.exchanges.confirmed);
  assert.ok(Math.abs(sum("spent_J") / result.energy.total.e_J - 1) < 1e-9, "all that was spent");
  for (const row of rows) assert.ok(Number(row.down_s) >= Number(row.up_s), JSON.stringify(row));
});

test("every built-in scenario runs, and breaks nothing", () => {
  assert.deepEqual(builtInNames(), ["crowd", "default", "fleet", "hostile", "slow-supervisor", "story", "tgbp-active"]);
  for (const name of builtInNames()) assert.deepEqual(outcomeOf(name), NOTHING, name);
});

test("what the command line changes is what the scenario has", () => {
  const { seed, stations, duration_s, ap, air } = (JSON.parse(outcomeOf("changes").stdout) as Result).scenario;
  assert.deepEqual([seed, stations.count, duration_s, ap.slots, air.loss_up], [9, 3, 0.5, 20, 0.5]);
  assert.deepEqual(stations.distance_m, [2, 3]);
});

test("exit code 1: a module that breaks a rule is told by rule and sentence, in the result and in the summary", () => {
  const json = outcomeOf("repeatsJson");
  assert.ok(json.code === 1 && isProgress(json.stderr), json.stderr);
  const { violations, invariants, scenario } = JSON.parse(json.stdout) as Result;
  assert.ok(violations > 0, "broken");
  const [broken] = invariants.filter((verdict) => verdict.violations > 0);
  assert.equal(broken.rule, "AMP-R2");
  assert.match(broken.first ?? "", /^station \d used an SNonce twice$/);
  assert.equal(scenario.stations.module, "repeats.wasm", "by its name alone");
  const summary = outcomeOf("repeats");
  assert.equal(summary.code, 1);
  assert.match(summary.stdout, /AMP-R2[\s\S]*station \d used an SNonce twice/);
  assert.match(summary.stdout, /\d violations/);
  assert.deepEqual(outcomeOf("repeatsQuiet"), { ...NOTHING, code: 1 });
});

test("exit code 1: a module that no AP can talk to has a result, too", () => {
  const { code, stdout, stderr } = outcomeOf("mute");
  assert.ok(isProgress(stderr), stderr);
  assert.equal(code, 1, "a rule was broken");
  assert.equal((JSON.parse(stdout) as Result).readings, 0);
});
