/** shepherd's YAML: every entry of the files made by others, against their lines read one by one; and what is refused. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { referenceData } from "../../host/data/reference.ts";
import { EnergyError } from "../../host/energy/error.ts";
import type { ConverterProfile } from "../../host/energy/profiles/converter.ts";
import { CONVERTERS } from "../../host/energy/profiles/converters.ts";
import { canonicalJson } from "../../host/energy/profiles/profile.ts";
import { converterOf } from "../../host/energy/shepherd/profile.ts";
import { parseSources, type VirtualSource } from "../../host/energy/shepherd/source.ts";
import { capacitorFor, parseStorages } from "../../host/energy/shepherd/storage.ts";
import { skipWithout } from "../support/reference.ts";
import { seeded } from "./random.ts";

const FOLDER = "traces/shepherd-models";
const SOURCES = "virtual_source_fixture.yaml";
const STORAGES = ["virtual_storage_fixture_mlcc.yaml", "virtual_storage_fixture_tantal.yaml"];

function fixture(file: string): string {
  return readFileSync(join(referenceData() ?? "", FOLDER, file), "utf8");
}

/** An entry's own lines `name: value`, without the parts within it, and its lists of numbers. */
interface Lines {
  readonly own: ReadonlyMap<string, string>;
  readonly rows: ReadonlyMap<string, readonly number[]>;
}

function linesOf(yaml: string): Lines[] {
  return yaml
    .split(/^- datatype:/m)
    .slice(1)
    .map((text) => {
      const bare = text.replace(/#.*$/gm, "");
      const own = new Map(
        [...bare.matchAll(/^ {4}(\w+): *(\S.*?)? *$/gm)].map(([, name, value = ""]) => [name, value]),
      );
      const rows = new Map<string, readonly number[]>();
      for (const [, name, list] of bare.matchAll(/^ {4}(\w+): *\[([^:]*?)\] *$/gm)) {
        rows.set(
          name,
          [...list.matchAll(/[\d.]+/g)].map(([number]) => Number(number)),
        );
      }
      for (const [, name, list] of bare.matchAll(/^ {4}(\w+):\n((?: {4}- .*\n)+)/gm)) {
        rows.set(
          name,
          [...list.matchAll(/- (\S+)/g)].map(([, number]) => Number(number)),
        );
      }
      return { own, rows };
    });
}

const skip = skipWithout(FOLDER);

test("every source of the fixture is read as its lines and its parents' lines have it", { skip }, () => {
  const yaml = fixture(SOURCES);
  const entries = linesOf(yaml);
  const byName = new Map(entries.map((entry) => [entry.own.get("name"), entry]));
  const sources = parseSources(yaml);
  assert.equal(sources.length, 13);
  assert.deepEqual(
    sources.map(({ name }) => name),
    entries.map(({ own }) => own.get("name")),
  );
  for (const [i, source] of sources.entries()) {
    const chain: Lines[] = [];
    for (let at: Lines | undefined = entries[i]; at; at = byName.get(at.own.get("inherit_from"))) chain.push(at);
    const value = (field: string): string | undefined => chain.find(({ own }) => own.has(field))?.own.get(field);
    const row = (field: string): readonly number[] | undefined =>
      chain.find(({ rows }) => rows.has(field))?.rows.get(field);
    const milli = (field: string): number => Number(value(field)) / 1e3;
    const what = source.name;
    assert.deepEqual(
      {
        boost: source.boost,
        buck: source.buck,
        inputMax_V: source.inputMax_V,
        inputMax_A: source.inputMax_A,
        inputDrop_V: source.inputDrop_V,
        inputResistance_Ohm: source.inputResistance_Ohm,
        boostLeast_V: source.boostLeast_V,
        vMax_V: source.vMax_V,
        enable_V: source.enable_V,
        disable_V: source.disable_V,
        check_s: source.check_s,
        powerGoodOn_V: source.powerGoodOn_V,
        powerGoodOff_V: source.powerGoodOff_V,
        immediatePowerGood: source.immediatePowerGood,
        output_V: source.output_V,
        outputDrop_V: source.outputDrop_V,
      },
      {
        boost: value("enable_boost") === "true",
        buck: value("enable_buck") === "true",
        inputMax_V: milli("V_input_max_mV"),
        inputMax_A: milli("I_input_max_mA"),
        inputDrop_V: milli("V_input_drop_mV"),
        inputResistance_Ohm: milli("R_input_mOhm"),
        boostLeast_V: milli("V_input_boost_threshold_mV"),
        vMax_V: milli("V_intermediate_max_mV"),
        enable_V: milli("V_intermediate_enable_output_threshold_mV"),
        disable_V: milli("V_intermediate_disable_output_threshold_mV"),
        check_s: milli("interval_check_thresholds_ms"),
        powerGoodOn_V: milli("V_pwr_good_enable_threshold_mV"),
        powerGoodOff_V: milli("V_pwr_good_disable_threshold_mV"),
        immediatePowerGood: value("immediate_pwr_good_signal") === "true",
        output_V: milli("V_output_mV"),
        outputDrop_V: milli("V_buck_drop_mV"),
      },
      what,
    );
    assert.deepEqual(source.inputTable.rows.flat(), row("LUT_input_efficiency"), what);
    assert.deepEqual(source.outputTable.columns, row("LUT_output_efficiency"), what);
    const power = (field: string): number => 2 ** Number(value(field));
    assert.equal(source.inputTable.vStep_V, power("LUT_input_V_min_log2_uV") / 1e6, what);
    assert.equal(source.inputTable.least_A, power("LUT_input_I_min_log2_nA") / 1e9, what);
    assert.equal(source.outputTable.least_A, power("LUT_output_I_min_log2_nA") / 1e9, what);
    assert.equal(source.outputCapacitance_F, Number(value("C_output_uF")) / 1e6, what);
    assert.deepEqual(source.warnings, [], what);
  }
});

test("what an entry inherits is whole: BQ25570's storage is its own, not its parent's with changes", { skip }, () => {
  const of = (name: string): VirtualSource | undefined =>
    parseSources(fixture(SOURCES)).find((one) => one.name === name);
  assert.deepEqual(of("BQ25504")?.storage, { name: "Capacitor_100uF_6.3V", SoC_init: 0.66, R_leak_Ohm: 19e6 });
  assert.deepEqual(of("BQ25570")?.storage, { name: "Capacitor_100uF_6.3V", SoC_init: 0.66 });
  assert.deepEqual(of("default")?.storage, { name: "Capacitor_100uF_6.3V", SoC_init: 0.66 });
  assert.equal(of("direct")?.harvester, null);
  assert.deepEqual(of("dio_res_cap")?.harvester, { kind: "cv", v_V: 2 });
  assert.deepEqual(of("BQ25570")?.harvester, { kind: "mppt_voc", fraction: 0.76 });
});

test("every capacitor of the fixtures is read: C = q / V, its leakage, its series resistance, its first charge", {
  skip,
}, () => {
  let count = 0;
  for (const file of STORAGES) {
    const entries = linesOf(fixture(file));
    const storages = parseStorages(fixture(file));
    assert.equal(storages.length, entries.length);
    for (const [i, { name, capacitance_F, rated_V, leak_Ohm, series_Ohm, initial_V, warnings }] of storages.entries()) {
      const { own, rows } = entries[i];
      const volts = rows.get("p_VOC")?.[3] ?? 0;
      assert.equal(name, own.get("name"));
      assert.equal(rated_V, volts, name);
      assert.equal(capacitance_F, Number(own.get("q_As")) / volts, name);
      assert.equal(leak_Ohm, Number(own.get("R_leak_Ohm")), name);
      assert.equal(series_Ohm, rows.get("p_Rs")?.[2], name);
      assert.equal(initial_V, Number(own.get("SoC_init")) * volts, name);
      assert.deepEqual(warnings, [], name);
      // The name says it as well.
      const [, told_uF] = /_(\d+)uF/.exec(name) ?? [];
      if (told_uF)
        assert.ok(Math.abs(capacitance_F / (Number(told_uF) * 1e-6) - 1) < 1e-12, `${name}: ${capacitance_F} F`);
      count++;
    }
  }
  assert.equal(count, 15);
});

test("the capacitor that a source names is that of the storage file, with the source's own numbers in it", {
  skip,
}, () => {
  const sources = parseSources(fixture(SOURCES));
  const [bq25504] = sources.filter(({ name }) => name === "BQ25504");
  const found = capacitorFor(bq25504, fixture(STORAGES[0]));
  assert.ok(found, "it names one");
  assert.ok(Math.abs(found.capacitance_F / 100e-6 - 1) < 1e-12, `${found.capacitance_F} F`);
  assert.deepEqual([found.leak_Ohm, found.initial_V], [19e6, 0.66 * 6.3]);
  assert.equal(capacitorFor(sources[0], fixture(STORAGES[0])), undefined, "neutral names none");
  assert.throws(
    () => capacitorFor(bq25504, fixture(STORAGES[1])),
    /^EnergyError: there is no entry "Capacitor_100uF_6\.3V"; there are AVX/,
  );
});

test("the built-in converters are the fixture's, number by number", { skip }, () => {
  const sources = new Map(parseSources(fixture(SOURCES)).map((source) => [source.name, converterOf(source, SOURCES)]));
  const numbers = (profile: ConverterProfile | undefined): unknown =>
    JSON.parse(canonicalJson(profile ?? {}), (key, value) =>
      ["name", "summary", "source", "status", "band", "harvester"].includes(key) ? undefined : value,
    );
  assert.deepEqual(numbers(CONVERTERS.bq25504), numbers(sources.get("BQ25504")));
  assert.deepEqual(numbers(CONVERTERS.bq25570), numbers(sources.get("BQ25570")));
  assert.deepEqual(CONVERTERS.bq25570.harvester, sources.get("BQ25570")?.harvester);
  // Ours goes no higher than an MCU without a regulator bears.
  const { vMax_V } = CONVERTERS["diode-capacitor"];
  assert.deepEqual(numbers(CONVERTERS["diode-capacitor"]), {
    ...(numbers(sources.get("diode+capacitor")) as object),
    vMax_V: { value: vMax_V.value, unit: "V" },
  });
  for (const [name, profile] of sources) {
    const isSchmitt = /s$|Schmitt|default/.test(name);
    assert.equal(profile.check_s.value, /^BQ/.test(name) && !isSchmitt ? 64e-3 : 0, name);
  }
});

/** A file with one source of these parameters. */
const one = (parameters: string): string =>
  `- datatype: VirtualSourceConfig\n  parameters:\n    name: mine\n${parameters}`;
const cap = (parameters: string): string =>
  `- datatype: VirtualStorageConfig\n  parameters:\n    name: mine\n    q_As: 6.3e-5\n${parameters}`;

test("a field that nobody knows is told, and everything else stands", () => {
  const [source] = parseSources(
    one("    V_output_mv: 1800\n    harvester: {name: mppt_voc, setpont_n: 0.5}\n    V_output_mV: 1800"),
  );
  assert.equal(source.output_V, 1.8);
  assert.deepEqual(source.warnings, [
    'mine: there is no field "V_output_mv", it was passed over',
    'mine: harvester: there is no field "setpont_n", it was passed over',
  ]);
  const [storage] = parseStorages(cap("    q_As2: 1"));
  assert.deepEqual(storage.warnings, ['mine: there is no field "q_As2", it was passed over']);
  const [delayed] = parseSources(one("    interval_startup_delay_drain_ms: 5"));
  assert.deepEqual(delayed.warnings, ["mine: interval_startup_delay_drain_ms is not modelled, it was passed over"]);
});

test("what no file of sources may have is refused in one sentence", () => {
  const two = (a: string, b: string): string =>
    `${one(a)}\n- datatype: VirtualSourceConfig\n  parameters:\n    name: other\n${b}`;
  const cases: readonly (readonly [yaml: string, message: RegExp])[] = [
    ["", /^the file is null, where a list of entries is needed$/],
    ["a: 1", /^the file is \{"a":1\}, where a list of entries is needed$/],
    ["- 1", /^entry 1: it is 1, where a datatype and its parameters are needed$/],
    ["[", /^line 1: this is no YAML: /],
    ["- &a [*a]", /^(entry 1: |the YAML does not come out as plain values: )/],
    [
      "- datatype: VirtualStorageConfig\n  parameters: {name: x}",
      /^there is no entry with datatype: VirtualSourceConfig$/,
    ],
    [
      "- datatype: VirtualSourceConfig\n  parameters: {nam: x}",
      /^entry 1: its name is missing, where a text of one line is needed$/,
    ],
    [one("").replace("mine", '"\\rmine"'), /^entry 1: its name is "\\rmine", where a text of one line is needed$/],
    [two("", "    inherit_from: third"), /^other: it inherits from "third", which is no entry of this file$/],
    [one("    inherit_from: Mine"), /^mine: it inherits from "Mine", and so from itself$/],
    [two("    inherit_from: other", "    inherit_from: mine"), /^other: it inherits from "mine", and so from itself$/],
    [`${one("")}\n${one("")}`, /^entry 2: there is another entry with the name "mine"$/],
    [one("    enable_boost: 1"), /^mine: enable_boost is 1, where true or false is needed$/],
    [one("    V_output_mV: 5001"), /^mine: V_output_mV is 5001, where a number from 0 to 5000 is needed$/],
    [one("    V_output_mV: .nan"), /^mine: V_output_mV is NaN, where a number from 0 to 5000 is needed$/],
    [one("    V_output_mV: '1'"), /^mine: V_output_mV is "1", where/],
    [
      one("    LUT_input_V_min_log2_uV: 1.5"),
      /^mine: LUT_input_V_min_log2_uV is 1\.5, where a whole number is needed$/,
    ],
    [
      one("    LUT_input_I_min_log2_nA: 0"),
      /^mine: LUT_input_I_min_log2_nA is 0, where a number from 1 to 20 is needed$/,
    ],
    [
      one("    LUT_output_efficiency: [1, 2]"),
      /^mine: LUT_output_efficiency is \[1,2\], where a list of 12 numbers from 0 to 1/,
    ],
    [
      one("    LUT_input_efficiency: [[1]]"),
      /^mine: LUT_input_efficiency is \[\[1\]\], where a list of 12 rows is needed$/,
    ],
    [
      one(`    LUT_input_efficiency: [${Array(12).fill(`[${Array(12).fill(1.5)}]`)}]`),
      /^mine: LUT_input_efficiency, row 1, is \[1\.5,.*\], where a list of 12 numbers from 0 to 1 is needed$/,
    ],
    [
      one("    enable_buck: true\n    LUT_output_efficiency: [0,1,1,1,1,1,1,1,1,1,1,1]"),
      /^mine: LUT_output_efficiency has a 0, /,
    ],
    [
      one("    harvester: {name: best}"),
      /^mine: harvester is "best", where one of mppt_opt, .* cv20 \(any two digits\) is needed$/,
    ],
    [one("    harvester: 3"), /^mine: harvester is 3, where a part with a name, or null is needed$/],
    [one("    harvester: {name: mppt_voc, setpoint_n: 0}"), /^mine: harvester: setpoint_n is 0, where a part of /],
  ];
  for (const [yaml, message] of cases) {
    assert.throws(
      () => parseSources(yaml),
      (error) => error instanceof EnergyError && message.test(error.message) && !error.message.includes("\n"),
      `${yaml}`,
    );
  }
});

test("a battery is no capacitor: it is refused in one sentence, and so is what no capacitor has", () => {
  const cases: readonly (readonly [parameters: string, message: RegExp])[] = [
    // LiPo of virtual_storage_config.py.
    [
      "    p_VOC: [-0.852, 63.867, 3.6297, 0.559, 0.51, 0.508]",
      /^mine: p_VOC is that of a battery, where a capacitor, /,
    ],
    ["    p_VOC: [0, 0, 0, 0, 0, 0]", /^mine: p_VOC is that of a battery/],
    ["    p_VOC: [0, 0, 0, 6.3]", /^mine: p_VOC is \[0,0,0,6\.3\], where a list of 6 finite numbers is needed$/],
    ["    p_Rs: [0.1463, 30.27, 0.1037, 0.0584, 0.1747, 0.1288]", /^mine: p_Rs changes with the charge/],
    ["    p_RtS: [0.1063, 62.49, 0.0437]", /^mine: p_RtS is a battery's transient/],
    ["    p_rce: 0.9248", /^mine: p_rce is 0\.9248, a battery's/],
    ["    R_leak_Ohm: 0", /^mine: R_leak_Ohm is 0, where a finite number above 0 is needed$/],
    ["    SoC_init: 1.1", /^mine: SoC_init is 1\.1, where a number from 0 to 1 is needed$/],
    [
      "    p_VOC: [0, 0, 0, 1.0e-320, 0, 0]",
      /^mine: q_As \/ V is Infinity F, where a finite number above 0 is needed$/,
    ],
  ];
  for (const [parameters, message] of cases) {
    assert.throws(
      () => parseStorages(cap(parameters)),
      (error) => error instanceof EnergyError && message.test(error.message),
      parameters,
    );
  }
  assert.throws(
    () => parseStorages(cap("").replace("6.3e-5", "-1")),
    /^EnergyError: mine: q_As is -1, where a finite number above 0/,
  );
});

test("a source on which no station can live is refused", () => {
  const profile = (parameters: string) => () => converterOf(parseSources(one(parameters))[0], "f.yaml");
  assert.throws(profile("    V_pwr_good_enable_threshold_mV: 2000"), {
    name: "EnergyError",
    message:
      "mine: a station on it goes on at 2 V, off at 2.2 V, and the storage up to 10 V, where 0 < off < on <= most is needed",
  });
  assert.throws(
    profile("    enable_boost: true\n    harvester: {name: direct}"),
    /mine: its harvester holds the source nowhere/,
  );
  // Below output and drop there is nothing to regulate with: the thresholds are no lower.
  const buck = profile(
    "    enable_buck: true\n    V_output_mV: 2400\n    V_buck_drop_mV: 200\n    V_intermediate_enable_output_threshold_mV: 3000\n    V_intermediate_disable_output_threshold_mV: 1000",
  )();
  assert.deepEqual([buck.vOn_V.value, buck.vOff_V.value], [3, 2.6]);
});

test("a fixture with a line changed, lost or moved is read, or refused in one sentence", { skip }, () => {
  const random = seeded(31);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
  const values = [
    "-1",
    "1e999",
    ".nan",
    "null",
    "true",
    "[1]",
    "{a: 1}",
    "'x'",
    "neutral",
    "BQ25504",
    "0",
    "&a",
    "*a",
    "|",
  ];
  const outcomes = { read: 0, refused: 0 };
  for (const file of [SOURCES, ...STORAGES]) {
    const lines = fixture(file).split("\n");
    for (let i = 0; i < 80; i++) {
      const at = Math.floor(random() * lines.length);
      const changed = [...lines];
      const kind = Math.floor(random() * 4);
      if (kind === 0) changed.splice(at, 1);
      else if (kind === 1) changed[at] = `${" ".repeat(Math.floor(8 * random()))}${lines[at].trim()}`;
      else if (kind === 2) changed.splice(at, 0, pick(lines));
      else changed[at] = lines[at].replace(/: .*/, `: ${pick(values)}`);
      try {
        if (file === SOURCES) parseSources(changed.join("\n"));
        else parseStorages(changed.join("\n"));
        outcomes.read++;
      } catch (error) {
        assert.ok(error instanceof EnergyError, `${error}`);
        assert.match(error.message, /^[^\n\r]{10,}$/);
        outcomes.refused++;
      }
    }
  }
  assert.ok(outcomes.read > 30 && outcomes.refused > 30, JSON.stringify(outcomes));
});
