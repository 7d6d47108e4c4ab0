/** Profiles: every number has a source, the figures of the page they came from, and a cost table that meets its total. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { McuResult } from "../../bench/mcu/result.ts";
import { OPCODE_CLASSES } from "../../host/device/rewrite/opcodes.ts";
import type { Weights } from "../../host/device/weights.ts";
import { Capacitor } from "../../host/energy/capacitor.ts";
import { constant } from "../../host/energy/harvest.ts";
import { CELLS } from "../../host/energy/profiles/cells.ts";
import { CONVERTERS } from "../../host/energy/profiles/converters.ts";
import { ENERGIZERS } from "../../host/energy/profiles/energizers.ts";
import { MCUS } from "../../host/energy/profiles/mcus.ts";
import { NVMS } from "../../host/energy/profiles/nvms.ts";
import { canonicalJson, override, valuesOf } from "../../host/energy/profiles/profile.ts";
import { RADIOS } from "../../host/energy/profiles/radios.ts";
import { RECTIFIERS } from "../../host/energy/profiles/rectifiers.ts";
import { STORAGES } from "../../host/energy/profiles/storages.ts";
import { M4_CYCLES, M4_PRICES } from "../../host/energy/profiles/weights.ts";
import { assumed, BANDS, bandOf, type Quantity } from "../../host/energy/quantity.ts";
import { usableEnergy_J } from "../../host/energy/storage.ts";

const KINDS = { STORAGES, RADIOS, MCUS, NVMS, ENERGIZERS, RECTIFIERS, CELLS, CONVERTERS };

const STATUSES = Object.keys(BANDS);

function quantitiesOf(profile: object): [string, Quantity][] {
  return Object.entries(profile).filter(([, field]) => typeof field === "object" && field !== null && "value" in field);
}

for (const [kind, profiles] of Object.entries(KINDS)) {
  test(`${kind}: every profile is named as it is found, every number has unit, source and band`, () => {
    for (const [name, profile] of Object.entries(profiles)) {
      assert.equal(profile.name, name);
      assert.ok(profile.summary.length > 10, `${name} says what it is`);
      for (const [field, { value, unit, source, status, band }] of quantitiesOf(profile)) {
        const what = `${name}.${field}`;
        assert.ok(Number.isFinite(value), `${what} is ${value}`);
        assert.ok(source.length > 10, `${what} has a source: ${source}`);
        assert.ok(STATUSES.includes(status), `${what} has a status: ${status}`);
        const suffix = field.split("_")[1] ?? "1";
        assert.equal(unit, suffix === "dB" ? "dB" : suffix, `${what} is in the unit of its name`);
        const [low, high] = bandOf({ status, band });
        assert.ok(low <= 1 && high >= 1 && low >= 0, `${what}: the band ${low} .. ${high} holds the value`);
      }
    }
  });
}

test("a status has its band, unless a number has its own", () => {
  assert.deepEqual(bandOf({ status: "measured" }), [0.97, 1.03]);
  assert.deepEqual(bandOf({ status: "datasheet" }), [0.8, 1.2]);
  assert.deepEqual(bandOf({ status: "proposal" }), [0.5, 2]);
  assert.deepEqual(bandOf({ status: "assumed" }), [0.33, 3]);
  assert.deepEqual(bandOf(assumed(1, "s", "a test", [0.9, 1.1])), [0.9, 1.1]);
});

test("the figures of the sources: 0.315 uJ, 28.8 uJ, 135 uJ; 97.8 s of R C; 354, 64 and 61 pJ; 19.2 and 10.2 mW", () => {
  const near = (got: number, wanted: number): void =>
    assert.ok(Math.abs(got / wanted - 1) < 5e-3, `${got}, not ${wanted}`);
  near(usableEnergy_J(valuesOf(STORAGES.tgbp)), 0.315e-6);
  near(usableEnergy_J(valuesOf(STORAGES["mlcc-10uF"])), 28.8e-6);
  near(usableEnergy_J(valuesOf(STORAGES["mlcc-47uF"])), 135e-6);
  for (const { capacitance_F, leak_Ohm } of Object.values(STORAGES)) near(capacitance_F.value * leak_Ohm.value, 97.8);
  near(MCUS.msp430fr5994.cycle_J.value, 118e-12 * 3);
  near(MCUS.stm32u5.cycle_J.value, 64e-12);
  near(MCUS.nrf54l15.cycle_J.value, (2.6e-3 * 3) / 128e6);
  near(RADIOS.nrf52840.tx_W.value, 19.2e-3);
  near(RADIOS.nrf54l15.rx_W.value, 10.2e-3);
  const { tx_W, rx_W, listen_W, idle_W } = valuesOf(RADIOS["tgbp-active"]);
  assert.deepEqual([tx_W, rx_W, listen_W, idle_W], [50e-6, 10e-6, 0.1e-6, 0.01e-6]);
  assert.equal(RADIOS["backscatter-15uW"].kind, "backscatter");
  // 64 KB of FRAM in 4 ms: a word of two octets in 125 ns
  near((32768 * NVMS.fram.writeOctet_s.value) / 4e-3, 1.024);
});

test("every storage profile makes a capacitor", () => {
  for (const storage of Object.values(STORAGES)) {
    const capacitor = new Capacitor(valuesOf(storage), constant(50e-6), 0);
    assert.equal(capacitor.charge(60), true);
    assert.ok(Math.abs(capacitor.v_V / storage.vOn_V.value - 1) < 1e-15, `${capacitor.v_V} V`);
  }
});

/** Instructions of a cold M2 of the release module by their class, from the committed results. */
function coldM2(): Record<string, number> {
  const results = readFileSync(new URL("../../bench/results/core.md", import.meta.url), "utf8");
  const table = results.split("## Kinds of instructions in a cold M2")[1].split("## ")[0];
  const rows = [...table.matchAll(/^\| (\w+) \| ([\d,]+) \|/gm)];
  return Object.fromEntries(rows.map(([, kind, count]) => [kind, Number(count.replaceAll(",", ""))]));
}

const MCU_RESULTS = new URL("../../bench/results/mcu.json", import.meta.url);

function cyclesOf(mix: Record<string, number>, weights: Weights): number {
  let sixteenths = 0;
  for (const [kind, count] of Object.entries(mix)) sixteenths += count * weights[kind as keyof Weights];
  return sixteenths / 16;
}

test("the Cortex-M4's weights are the fitted prices, and make a cold M2 of as many cycles as it takes there", () => {
  const { calibrations, firmwares }: McuResult = JSON.parse(readFileSync(MCU_RESULTS, "utf8"));
  const [{ prices }] = calibrations;
  for (const [kind, price] of Object.entries(M4_PRICES)) {
    assert.ok(Math.abs(price - prices[kind]) < 1e-9, `${kind} is ${price}, and was fitted to ${prices[kind]}`);
  }
  const [{ board, module, instructions }] = firmwares;
  assert.deepEqual([board, module], ["mps2-an386", "release"]);
  const wanted = instructions.m2Cold * M4_CYCLES;
  for (const name of ["stm32u5", "nrf54l15", "apollo", "near-threshold-10pJ"] as const) {
    const cycles = cyclesOf(coldM2(), MCUS[name].weights);
    assert.ok(Math.abs(cycles / wanted - 1) < 0.03, `${name}: ${cycles} cycles, not ${wanted}`);
  }
  const msp430 = cyclesOf(coldM2(), MCUS.msp430fr5994.weights) / cyclesOf(coldM2(), MCUS.stm32u5.weights);
  assert.equal(msp430, 6);
});

test("weights are whole numbers that the meter takes: one for each class, a branch and a call cost something", () => {
  for (const { name, weights, weightsNote } of Object.values(MCUS)) {
    assert.deepEqual(Object.keys(weights).sort(), [...OPCODE_CLASSES].sort(), name);
    for (const [kind, weight] of Object.entries(weights)) {
      assert.ok(Number.isInteger(weight) && weight >= 0, `${name}: ${kind} costs ${weight}`);
    }
    assert.ok(weights.branch > 0 && weights.call > 0, `${name}: a loop costs something`);
    assert.equal(weightsNote.status, "assumed");
  }
});

test("a scenario's number takes a profile's place: assumed, from the scenario, and the profile itself unchanged", () => {
  const before = canonicalJson(STORAGES.tgbp);
  const bigger = override(STORAGES.tgbp, { capacitance_F: 2e-6, leak_Ohm: Number.POSITIVE_INFINITY });
  assert.deepEqual(bigger.capacitance_F, { value: 2e-6, unit: "F", source: "scenario", status: "assumed" });
  assert.equal(bigger.vOn_V, STORAGES.tgbp.vOn_V);
  assert.equal(bigger.name, "tgbp");
  assert.equal(canonicalJson(STORAGES.tgbp), before);
  assert.equal(valuesOf(bigger).leak_Ohm, Number.POSITIVE_INFINITY);
  assert.equal(override(ENERGIZERS.energizer, { gain_dBi: -3 }).gain_dBi.value, -3);
  assert.equal(override(MCUS.stm32u5, { boot_J: 0 }).boot_J.value, 0);
});

test("a number that a profile has not, or cannot have, is refused in one sentence", () => {
  const bad: [object & { name: string }, Record<string, number>, RegExp][] = [
    [
      STORAGES.tgbp,
      { capacity_F: 1 },
      /^tgbp: "capacity_F" is none of its numbers, which are capacitance_F, leak_Ohm, /,
    ],
    [STORAGES.tgbp, { name: 1 }, /^tgbp: "name" is none/],
    [STORAGES.tgbp, { toString: 1 }, /^tgbp: "toString" is none/],
    [STORAGES.tgbp, { capacitance_F: 0 }, /^tgbp: capacitance_F is 0, where a number of F above 0 is needed$/],
    [STORAGES.tgbp, { capacitance_F: Number.POSITIVE_INFINITY }, /capacitance_F is Infinity/],
    [MCUS.apollo, { clock_Hz: -1 }, /^apollo: clock_Hz is -1, where a number of Hz above 0 is needed$/],
    [MCUS.apollo, { weights: 1 }, /^apollo: "weights" is none/],
    [RADIOS.nrf52840, { tx_W: -1 }, /^nrf52840: tx_W is -1, where a finite number of W of at least 0 is needed$/],
    [RADIOS.nrf52840, { tx_W: Number.NaN }, /tx_W is NaN/],
    [
      ENERGIZERS.energizer,
      { eirp_dBm: Number.NEGATIVE_INFINITY },
      /eirp_dBm is -Infinity, where a finite number of dBm is needed$/,
    ],
  ];
  for (const [profile, values, message] of bad)
    assert.throws(() => override(profile, values), { name: "EnergyError", message });
});

test("the canonical JSON of a profile is the same whatever the order of its members, and another for another number", () => {
  assert.equal(canonicalJson({ b: [2, { d: 1, c: null }], a: "x" }), '{"a":"x","b":[2,{"c":null,"d":1}]}');
  assert.equal(canonicalJson({ r: Number.POSITIVE_INFINITY }), '{"r":"Infinity"}');
  for (const profiles of Object.values(KINDS)) {
    for (const profile of Object.values(profiles)) {
      const reversed = Object.fromEntries(Object.entries(profile).reverse());
      assert.equal(canonicalJson(reversed), canonicalJson(profile));
      assert.deepEqual(JSON.parse(canonicalJson(profile)), JSON.parse(JSON.stringify(profile)));
    }
  }
  assert.notEqual(canonicalJson(override(STORAGES.tgbp, { vMax_V: 1.3 })), canonicalJson(STORAGES.tgbp));
});
