/** What the README states about the module, its ABI and its figures is so. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { benchNames, loadBench } from "../../host/bench/benches.ts";
import { filled, markdownPage } from "../../host/bench/markdown.ts";
import { committedResult } from "../../host/bench/results.ts";
import { builtModule, ROOT } from "../../host/build/build.ts";
import { FUNCTIONS, IMPORTS, NVM_OCTETS, STATES, STATUS } from "../../host/device/abi.ts";
import { binaryFacts } from "../../host/device/facts.ts";
import { PROFILES, payloadMax_octets, readingMax_octets } from "../twin/frames.ts";
import { codeSpans, README, section, table } from "./page.ts";

test("the status table is abi.ts', all of it in its order", () => {
  const rows = table("", "status", "what happened", "what to do");
  assert.deepEqual(
    rows.map(([number, name]) => [name, Number(number)]),
    Object.entries(STATUS),
  );
  for (const [, name, happened, todo] of rows) assert.ok(happened && todo, name);
});

test("status: the lengths in it are the profiles'", () => {
  const [, , happened] = table("", "status", "what happened", "what to do")[-STATUS["payload too long"] - 1];
  const list = (lengths: number[]): string => `${lengths.slice(0, -1).join(", ")} (?:and|or) ${lengths.at(-1)}`;
  assert.match(happened, new RegExp(`M2 has room for ${list(PROFILES.map(readingMax_octets))} octets`));
  assert.match(happened, new RegExp(`Data for ${list(PROFILES.map(payloadMax_octets))}$`));
});

test("the imports are the ABI's, with as many parameters", () => {
  const rows = table("import", "what it must guarantee").map(([call]) => /^`(\w+)\((.*)\)`$/.exec(call) ?? []);
  assert.deepEqual(
    Object.fromEntries(rows.map(([, name, parameters]) => [name, parameters.split(", ").length])),
    IMPORTS,
  );
});

test("every export that the README names is one, and every one is named there or in its table of costs", () => {
  const named = new Set(README.match(/\bamp_[a-z_]+/g));
  for (const name of named) assert.ok(name in FUNCTIONS, name);
  for (const name of Object.keys(FUNCTIONS)) assert.ok(named.has(name), name);
  assert.ok(README.includes(`States: ${STATES.map((name, state) => `${state} ${name}`).join(", ")}.`));
});

test("facts of both modules: imports, memory, no start, no table, no growth, globals from 0", async () => {
  for (const build of ["release", "small"]) {
    const facts = binaryFacts(await builtModule(build));
    assert.equal(facts.imports.length, Object.keys(IMPORTS).length);
    assert.deepEqual([facts.hasStart, facts.hasTable, facts.hasElements], [false, false, false]);
    assert.deepEqual(facts.memory, { min: 1, max: 1 });
    for (const { mutable, init } of facts.globals) assert.ok(!mutable || Number(init) === 0);
    const [, heapBase] = /first `__heap_base` octets \(([\d,]+)\)/.exec(README) ?? [];
    assert.equal(Number(heapBase?.replace(",", "")), facts.heapBase);
  }
  assert.ok(
    README.includes(`NVM is ${NVM_OCTETS} octets.`) && README.includes(`The first writes the ${NVM_OCTETS} octets`),
  );
  assert.ok(codeSpans().includes("AMP_STATION_MEMORY_OCTETS"));
});

test("the tables of the README and bench/results are those of the committed results", async () => {
  for (const name of benchNames()) {
    const bench = await loadBench(name);
    const tables = bench.tables(committedResult(name));
    assert.equal(filled(README, name, tables), README);
    const page = readFileSync(join(ROOT, `bench/results/${name}.md`), "utf8");
    assert.equal(page, markdownPage(name, tables));
  }
  const regions = [...README.matchAll(/<!-- bench (\S+) -->/g)].map(([, of]) => of);
  assert.deepEqual(regions, [
    "fleet/access",
    "core/goals",
    "core/peers",
    "handshake/ways",
    "versus/charge",
    "versus/harvest",
    "peers/jobs",
    "throughput/exchanges",
    "mcu/firmware",
    "core/exports",
  ]);
});

test("what is an assumption or a deviation is said so, and marked in the code", () => {
  const rows = table("", "choice");
  const kinds = rows.map(([kind]) => kind);
  assert.deepEqual([...new Set(kinds)], ["Assumption", "Deviation"]);
  assert.ok(rows.every(([, choice]) => choice.length > 20));
  assert.match(section("## The profile"), /\*\*What it does not give\.\*\* No forward secrecy/);
  const marked = ["assembly/frame/fields.ts", "assembly/station/snonce.ts", "host/channel/slots.ts"];
  for (const file of marked) assert.match(readFileSync(join(ROOT, file), "utf8"), /(Assumption|Deviation):/);
});
