/** The converter's tables, and what becomes of a source behind it, against the formulas written out once more. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  boosted_W,
  drawnFor_W,
  harvestThrough,
  inputEfficiency,
  outputEfficiency,
  scaledRecording,
  throughBoost,
} from "../../host/energy/converter.ts";
import { constant } from "../../host/energy/harvest.ts";
import { currentAt_A, openCircuit_V, pointOn } from "../../host/energy/harvester.ts";
import type { ConverterProfile } from "../../host/energy/profiles/converter.ts";
import { CONVERTERS } from "../../host/energy/profiles/converters.ts";
import { assumed } from "../../host/energy/quantity.ts";
import { powerOf } from "../../host/energy/traces/power.ts";
import type { CurveRecording, PointRecording } from "../../host/energy/traces/recording.ts";
import { seeded } from "./random.ts";

const { bq25504, bq25570 } = CONVERTERS;

function near(got: number, wanted: number, what: string): void {
  assert.ok(Math.abs(got - wanted) <= 1e-12 * Math.abs(wanted), `${what}: ${got}, not ${wanted}`);
}

/** As virtual_converter_model.py computes with whole numbers: uV and nA, the current's exponent less 1. */
function shepherdCell(v_uV: number, i_nA: number): [row: number, column: number] {
  const voltage = Math.trunc(v_uV / 2 ** 17);
  const current = Math.trunc(i_nA / 2 ** 12);
  return [Math.min(voltage, 11), Math.min(current > 0 ? Math.trunc(Math.log2(current)) : 0, 11)];
}

test("the cell of a voltage and a current is the one that shepherd's arithmetic takes", () => {
  const random = seeded(4);
  const table = bq25504.boost;
  const cells = new Set<string>();
  for (let i = 0; i < 20_000; i++) {
    const v_uV = Math.floor(2.2e6 * random());
    const i_nA = Math.floor(10 ** (8 * random()));
    const [row, column] = shepherdCell(v_uV, i_nA);
    cells.add(`${row} ${column}`);
    const eta = inputEfficiency(table, v_uV * 1e-6, i_nA * 1e-9);
    assert.equal(eta, table.rows[row][column], `${v_uV} uV, ${i_nA} nA`);
  }
  assert.equal(cells.size, 144, "every cell was met");
});

test("cells begin where the comments of the table say: 8 uA, 16 uA ... 8 mA; 131 mV, 262 mV ...", () => {
  const row = bq25504.boost.rows[1];
  const at = (i_A: number): number => inputEfficiency(bq25504.boost, 0.2, i_A);
  assert.deepEqual([at(0), at(8e-6), at(8.2e-6), at(16.3e-6), at(16.4e-6)], [row[0], row[0], row[1], row[1], row[2]]);
  assert.equal(at(8.3e-3), row[10], "8.39 mA begin the last");
  assert.equal(at(8.4e-3), row[11]);
  assert.equal(at(1), row[11]);
  assert.equal(inputEfficiency(bq25504.boost, 0.131, 1e-3), bq25504.boost.rows[0][7]);
  assert.equal(inputEfficiency(bq25504.boost, 9, 1e-3), bq25504.boost.rows[11][7]);
  const out = (i_A: number): number => outputEfficiency(bq25570.buck, i_A);
  assert.deepEqual([out(0.9e-6), out(1.1e-6), out(2.1e-6), out(0.9e-3), out(2e-3)], [0.4, 0.5, 0.6, 0.93, 0.92]);
});

test("power in is power out times the cell: nothing below the threshold, and no more than the input takes", () => {
  assert.equal(boosted_W(bq25504, 0.129, 1e-3), 0);
  near(boosted_W(bq25504, 0.13, 1e-3), 0.2 * 0.13e-3, "row 0");
  near(boosted_W(bq25504, 0.5, 100e-6), 0.73 * 50e-6, "0.5 V, 100 uA");
  near(boosted_W(bq25504, 4, 0.2), 0.9 * 3 * 0.1, "3 V and 100 mA of it");
  const drop: ConverterProfile = { ...bq25504, inputDrop_V: assumed(0.3, "V", "a test's") };
  near(boosted_W(drop, 0.8, 100e-6), 0.73 * 50e-6, "a diode takes its 0.3 V");
  assert.equal(boosted_W(drop, 0.3, 100e-6), 0);
  near(throughBoost(constant(50e-6), bq25504, 0.5).power_W(0), 0.73 * 50e-6, "a source of power at 0.5 V");
});

test("a load draws more from the storage than it takes, by the efficiency at its own current", () => {
  // 22 uW at 2.2 V are 10 uA: the column from 8.2 uA on.
  near(drawnFor_W(bq25570, 22e-6), 22e-6 / 0.82, "22 uW");
  near(drawnFor_W(bq25570, 10e-3), 10e-3 / 0.92, "10 mW");
  assert.equal(drawnFor_W(bq25570, 0), 0);
  assert.equal(drawnFor_W(bq25504, 22e-6), 22e-6, "without a buck converter what it takes");
});

/** I = 1 mA (1 - V / V_oc) and darkness: V_oc 2 V, 1 V, none. */
const CURVES: CurveRecording = {
  kind: "curves",
  times_s: Float64Array.of(0, 1, 2),
  end_s: 3,
  v_V: Float64Array.of(0, 0.5, 1, 1.5, 2, 2.5),
  i_A: Float64Array.of(1, 0.75, 0.5, 0.25, 0, 0, 1, 0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0).map((i_mA) => i_mA * 1e-3),
};

test("a harvester holds a curve at its maximum, at a part of its open-circuit voltage, or at its own voltage", () => {
  assert.deepEqual(
    [0, 1, 2].map((i) => openCircuit_V(CURVES, i)),
    [2, 1, 0],
  );
  assert.deepEqual(pointOn(CURVES, 0, { kind: "mppt_opt" }), { v_V: 1, i_A: 0.5e-3 });
  const part = pointOn(CURVES, 0, { kind: "mppt_voc", fraction: 0.76 });
  near(part.v_V, 1.52, "76 % of 2 V");
  near(part.i_A, 0.24e-3, "the current there");
  assert.deepEqual(pointOn(CURVES, 1, { kind: "cv", v_V: 2 }), { v_V: 2, i_A: 0 });
  assert.deepEqual(pointOn(CURVES, 2, { kind: "mppt_voc", fraction: 0.76 }), { v_V: 0, i_A: 0 });
  assert.equal(currentAt_A(CURVES, 0, 3), 0, "behind its end there is none");
  near(currentAt_A(CURVES, 1, 0.25), 0.75e-3, "between two points");
});

test("through a converter that loses nothing the maximum power point is all that a recording's source gave", () => {
  const ideal: ConverterProfile = {
    ...bq25504,
    harvester: { kind: "mppt_opt" },
    boost: { ...bq25504.boost, rows: bq25504.boost.rows.map((row) => row.map(() => 1)) },
    boostLeast_V: assumed(0, "V", "a test's"),
  };
  const random = seeded(12);
  const v_V = Float64Array.from({ length: 9 }, (_, k) => k * 0.3);
  const i_A = Float64Array.from({ length: 90 }, () => 50e-3 * random());
  const curves: CurveRecording = {
    kind: "curves",
    times_s: Float64Array.from({ length: 10 }, (_, i) => i),
    end_s: 10,
    v_V,
    i_A,
  };
  const [through, all] = [harvestThrough(curves, ideal, null), powerOf(curves)];
  for (const [i, power_W] of all.power_W.entries()) near(through.power_W[i], power_W, `curve ${i}`);
  assert.equal(through.end_s, 10);
  const real = harvestThrough(curves, bq25504, null);
  for (const [i, power_W] of all.power_W.entries()) assert.ok(real.power_W[i] < power_W, `curve ${i} loses something`);
});

test("points come at their voltage, power at the voltage that is told, and without one it is refused in one sentence", () => {
  const points: PointRecording = {
    kind: "points",
    times_s: Float64Array.of(0, 1),
    end_s: 2,
    v_V: Float64Array.of(0.5, 0.1),
    i_A: Float64Array.of(100e-6, 1e-3),
  };
  const [first_W, second_W] = harvestThrough(points, bq25504, null).power_W;
  near(first_W, 0.73 * 50e-6, "0.5 V, 100 uA");
  assert.equal(second_W, 0, "0.1 V is too little");
  const power = { kind: "power", times_s: points.times_s, end_s: 2, power_W: Float64Array.of(50e-6, 100e-6) } as const;
  near(harvestThrough(power, bq25504, 0.5).power_W[0], 0.73 * 50e-6, "50 uW at 0.5 V");
  assert.throws(() => harvestThrough(power, bq25504, null), {
    name: "EnergyError",
    message:
      "the source is known by its power alone, where the efficiency of bq25504 depends on its voltage: converter.source_V would say it",
  });
  // Twice the power is twice the current at the same voltage: another cell of the table.
  near(harvestThrough(scaledRecording(points, 2), bq25504, null).power_W[0], 0.74 * 0.5 * 200e-6, "twice as much");
  near(
    scaledRecording(power, 2).kind === "power" ? harvestThrough(scaledRecording(power, 2), bq25504, 0.5).power_W[0] : 0,
    0.74 * 100e-6,
    "of power too",
  );
});
