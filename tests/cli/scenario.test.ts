/** `ampcore scenario`: what it prints is what `run` reads. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { parse } from "yaml";
import { checkScenario, readScenario } from "../../host/sim/scenario/read.ts";
import { calls, type Outcome } from "../support/calls.ts";
import { ampcore, scratchFolder } from "./ampcore.ts";

const FOLDER = scratchFolder();
const DEEP = join(FOLDER, "deep");
const DEFAULT = checkScenario({}, "nothing");
const BUILT_IN = ["crowd", "default", "fleet", "hostile", "slow-supervisor", "story", "tgbp-active"];

const MINE = `name: mine
seed: 5
stations: {count: 3, mcu: apollo}
ap: {slots: 20, to: each}
air: {loss_up: 0.25}
`;
mkdirSync(DEEP);
writeFileSync(join(FOLDER, "mine.yaml"), MINE);
writeFileSync(join(DEEP, "walk.csv"), "t,P\n0,1e-4\n1,1e-4\n2,1e-4\n");
writeFileSync(join(DEEP, "mine.yaml"), "duration_s: 0.2\nharvest: {source: trace, trace: {file: walk.csv}}\n");

const CALLS: Readonly<Record<string, readonly string[]>> = {
  example: ["--example"],
  exampleJson: ["--example", "--json"],
  mine: [join(FOLDER, "mine.yaml")],
  mineJson: [join(FOLDER, "mine.yaml"), "--json"],
  list: ["--json"],
  profiles: ["--profiles"],
  profilesJson: ["--profiles", "--json"],
  ...Object.fromEntries(BUILT_IN.map((name) => [name, [name]])),
};
const outcomes: Partial<Record<string, Outcome>> = {};

/** What is printed first, and what becomes of it when it is read again. */
before(async () => {
  const first = await calls(...Object.values(CALLS).map((args) => ["scenario", ...args]));
  for (const [i, name] of Object.keys(CALLS).entries()) outcomes[name] = first[i];
  const { stdout } = await ampcore(["scenario", "deep/mine.yaml"], { cwd: FOLDER });
  writeFileSync(join(DEEP, "printed.yaml"), stdout);
  writeFileSync(join(FOLDER, "again.yaml"), printed("mine"));
  [outcomes.again, outcomes.deep] = await calls(
    ["scenario", join(FOLDER, "again.yaml")],
    ["run", join(DEEP, "printed.yaml"), "--quiet"],
  );
});

function printed(name: string): string {
  const outcome = outcomes[name];
  assert.ok(outcome, `${name} was called`);
  assert.deepEqual([outcome.code, outcome.stderr], [0, ""], name);
  return outcome.stdout;
}

test("--example is the default, and explains itself", () => {
  const text = printed("example");
  assert.deepEqual(readScenario(text, "example"), DEFAULT);
  assert.ok((text.match(/# /g) ?? []).length > 50, "comments");
  assert.deepEqual(JSON.parse(printed("exampleJson")), DEFAULT);
});

test("a file is printed with all that it leaves out, and what is printed is the same scenario", () => {
  const expected = checkScenario(parse(MINE), "mine");
  assert.deepEqual(readScenario(printed("mine"), "printed"), expected);
  assert.deepEqual(JSON.parse(printed("mineJson")), expected);
  assert.equal(printed("again"), printed("mine"), "and again");
});

test("a scenario that was printed into its own folder names the same files", () => {
  assert.equal(printed("deep"), "");
});

test("built-in scenarios are listed, and each can be shown", () => {
  const rows: { scenario: string; about: string }[] = JSON.parse(printed("list"));
  assert.deepEqual(
    rows.map(({ scenario }) => scenario),
    BUILT_IN,
  );
  for (const { scenario, about } of rows) {
    assert.ok(about.length > 10 && !about.includes("\n"), `${scenario}: ${about}`);
    assert.equal(readScenario(printed(scenario), scenario).name, scenario);
  }
});

test("--profiles has every number with unit, source and status", () => {
  const [text, json] = [printed("profiles"), printed("profilesJson")];
  const kinds: Record<string, Record<string, Record<string, unknown>>> = JSON.parse(json);
  assert.deepEqual(Object.keys(kinds).sort(), ["converter", "fitted", "mcu", "nvm", "radio", "storage"]);
  let numbers = 0;
  for (const profiles of Object.values(kinds)) {
    for (const profile of Object.values(profiles)) {
      for (const field of Object.values(profile)) {
        if (typeof field !== "object" || field === null || !("unit" in field)) continue;
        numbers++;
        const { value, unit, source, status } = field as Record<string, unknown>;
        assert.ok(typeof value === "number" && typeof unit === "string", JSON.stringify(field));
        assert.ok(typeof source === "string" && source.length > 5, JSON.stringify(field));
        assert.ok(["measured", "datasheet", "proposal", "assumed"].includes(String(status)), JSON.stringify(field));
      }
    }
  }
  assert.ok(numbers > 80, `${numbers} numbers`);
  for (const name of ["nrf54l15", "fram", "tgbp-active", "mlcc-10uF", "bq25570"]) assert.ok(text.includes(name), name);
});
