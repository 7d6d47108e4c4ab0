/** `ampcore run` on converters and capacitors of shepherd's YAML, and what it says of files that are none. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { before, test } from "node:test";
import type { Result } from "../../host/sim/result.ts";
import { calls, type Outcome } from "../support/calls.ts";
import { scratchFolder } from "./ampcore.ts";

const FOLDER = scratchFolder();
const at = (name: string): string => join(FOLDER, name);

const SOURCES = `- datatype: VirtualSourceConfig
  parameters:
    name: base
    enable_boost: true
    harvester: {name: mppt_voc}
    storage: {name: Small}
    V_output_threshhold_mV: 1
- datatype: VirtualSourceConfig
  parameters:
    name: mine
    inherit_from: base
    V_intermediate_enable_output_threshold_mV: 2900
    V_intermediate_disable_output_threshold_mV: 2100
    V_intermediate_max_mV: 3500
`;

const STORAGES = `- datatype: VirtualStorageConfig
  parameters: {name: small, q_As: 66.0e-6, p_VOC: [0, 0, 0, 3.3, 0, 0], R_leak_Ohm: 5.0e6}
- datatype: VirtualStorageConfig
  parameters: {name: LiPo, q_As: 66.0e-6, p_VOC: [-0.852, 63.867, 3.6297, 0.559, 0.51, 0.508]}
`;

const BATTERY = SOURCES.replace("Small", "LiPo");
/** A file lies beside the scenario that names it. */
const SCENARIO = "converter: {name: mine, file: sources.yaml, storage: storages.yaml, source_V: 2}\nduration_s: 2\n";

const run = (...settings: string[]): readonly string[] => ["run", "--duration", "1", "--quiet", "--set", ...settings];

const CALLS = {
  whole: ["run", at("scenario.yaml"), "--json"],
  override: ["run", at("scenario.yaml"), "--json", "--set", "override.storage.capacitance_F=33e-6"],
  summary: ["run", at("scenario.yaml"), "--needs"],
  missing: run(`converter.file=${at("none.yaml")}`),
  noFile: run(`converter.storage=${at("storages.yaml")}`),
  noEntry: run(`converter.file=${at("sources.yaml")}`, "converter.name=yours"),
  noSources: run(`converter.file=${at("storages.yaml")}`),
  battery: run(
    `converter.file=${at("battery.yaml")}`,
    "converter.name=mine",
    `converter.storage=${at("storages.yaml")}`,
  ),
  noVoltage: run(`converter.file=${at("sources.yaml")}`, "converter.name=mine"),
  versus: ["versus", at("scenario.yaml")],
} as const;

const outcomes: Partial<Record<string, Outcome>> = {};
before(async () => {
  writeFileSync(at("sources.yaml"), SOURCES);
  writeFileSync(at("storages.yaml"), STORAGES);
  writeFileSync(at("battery.yaml"), BATTERY);
  writeFileSync(at("scenario.yaml"), SCENARIO);
  const names = Object.keys(CALLS) as (keyof typeof CALLS)[];
  const all = await calls(...names.map((name) => CALLS[name]));
  for (const [i, name] of names.entries()) outcomes[name] = all[i];
});

function outcome(name: keyof typeof CALLS): Outcome {
  const found = outcomes[name];
  assert.ok(found, `${name} was called`);
  return found;
}

function resultOf(name: "whole" | "override"): Result {
  const { code, stdout } = outcome(name);
  assert.equal(code, 0);
  return JSON.parse(stdout);
}

type Told = Record<string, Record<string, { value: number }>>;

test("a converter and its capacitor come out of files beside the scenario, with the sources of their numbers", () => {
  const { scenario, profiles, warnings, needs } = resultOf("whole");
  assert.deepEqual(scenario.converter, { name: "mine", file: "sources.yaml", storage: "storages.yaml", source_V: 2 });
  const { storage, converter } = profiles as Told;
  assert.deepEqual(
    ["capacitance_F", "leak_Ohm", "vMax_V", "vOn_V", "vOff_V"].map((name) =>
      Number(storage[name].value.toPrecision(12)),
    ),
    [20e-6, 5e6, 3.3, 2.9, 2.1],
  );
  assert.equal(converter.inputMax_V.value, 10);
  assert.ok(JSON.stringify(profiles).includes('"mine of sources.yaml"'), "the file is the source");
  assert.deepEqual(warnings.slice(0, 1), ['mine: there is no field "V_output_threshhold_mV", it was passed over']);
  assert.ok(Math.abs(needs[0].charge_J / ((20e-6 * (2.9 ** 2 - 2.1 ** 2)) / 2) - 1) < 1e-9, `${needs[0].charge_J} J`);
  assert.ok(!outcome("whole").stdout.includes(FOLDER), `no path, only ${basename("sources.yaml")}`);
});

test("a number of the scenario goes before the file's", () => {
  const { storage } = resultOf("override").profiles as Told;
  assert.equal(storage.capacitance_F.value, 33e-6);
  assert.equal(storage.leak_Ohm.value, 5e6);
});

test("the summary names the capacitor and the converter that the run was on", () => {
  const { stdout } = outcome("summary");
  assert.match(stdout, /tgbp-active, small, behind mine;/);
  assert.match(stdout, /a charge of small gives/);
});

test("what is wrong with a file is one sentence with its name, and exit code 2", () => {
  const sentences: Partial<Record<keyof typeof CALLS, RegExp>> = {
    missing: /converter\.file .*none\.yaml does not exist, where a YAML file of shepherd's is expected/,
    noFile: /converter\.storage is .*, where converter\.file is needed too: its entry says which capacitor is meant/,
    noEntry: /sources\.yaml: there is no entry "yours"; there are base, mine/,
    noSources: /storages\.yaml: there is no entry with datatype: VirtualSourceConfig/,
    battery: /storages\.yaml: LiPo: p_VOC is that of a battery, where a capacitor, \[0, 0, 0, V, 0, 0\], is all that/,
    noVoltage: /the source is known by its power alone, where the efficiency of mine depends on its voltage/,
    versus: /converter is set, where the baseline's stations are fed without one: null would do/,
  };
  for (const [name, sentence] of Object.entries(sentences)) {
    const { code, stderr } = outcome(name as keyof typeof CALLS);
    assert.equal(code, 2, name);
    assert.match(stderr.trim(), sentence, name);
    assert.equal(stderr.trim().split("\n").length, 1, name);
  }
});
