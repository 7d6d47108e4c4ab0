/** REACT's power, Ekho's surfaces, columns V and I, and what is made of recordings: power, parts, other steps, figures. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { csvOf } from "../../../host/cli/trace/csv.ts";
import { referenceData } from "../../../host/data/reference.ts";
import { Capacitor } from "../../../host/energy/capacitor.ts";
import { Efficiency } from "../../../host/energy/efficiency.ts";
import { constant } from "../../../host/energy/harvest.ts";
import { RECTIFIERS } from "../../../host/energy/profiles/rectifiers.ts";
import { formatOf, parseRecording, type TraceOptions } from "../../../host/energy/traces/parse.ts";
import { maximumPower_W, powerOf } from "../../../host/energy/traces/power.ts";
import { between, resampled, spelledOut } from "../../../host/energy/traces/resample.ts";
import { GAP_STEPS } from "../../../host/energy/traces/stamps.ts";
import { chargeTime_s, statisticsOf } from "../../../host/energy/traces/statistics.ts";
import { energy_J, meanPower_W, type Trace } from "../../../host/energy/traces/trace.ts";
import { skipWithout } from "../../support/reference.ts";
import { parseTrace } from "../../support/traces.ts";
import { seeded } from "../random.ts";
import { SMALL } from "../world.ts";

const STRICT: TraceOptions = { gaps: "error" };
const REACT = "sec RSSI,mW\n0.00\t0.03\n0.02\t1.25\n0.04\t0.00\n";
const SURFACE = "# a remark\n2\n0,4\n0.5,2e-3,2e-3,2e-3,1e-3,0 # five currents\n1,4e-3,3e-3,2e-3,1e-3,-1e-9\n";

function near(got: number, wanted: number, relative: number, what: string): void {
  assert.ok(Math.abs(got - wanted) <= relative * Math.abs(wanted), `${what}: ${got}, not ${wanted}`);
}

function refused(text: string, message: RegExp, options: Partial<TraceOptions> = {}): void {
  assert.throws(
    () => parseRecording(text, { ...STRICT, ...options }),
    (error) => {
      assert.ok(error instanceof Error && error.name === "EnergyError", `${JSON.stringify(text)}: ${error}`);
      assert.match(error.message, message);
      assert.ok(!/\. |\n|\.$/.test(error.message), `one sentence: ${error.message}`);
      return true;
    },
  );
}

test("REACT: seconds and milliwatts behind a tab, as they are or through a rectifier", () => {
  assert.equal(formatOf(REACT), "react");
  const trace = parseTrace(REACT, STRICT);
  assert.deepEqual([...trace.power_W], [0.03 / 1000, 1.25 / 1000, 0]);
  assert.deepEqual([...trace.times_s], [0, 0.02, 0.04]);
  near(trace.end_s, 0.06, 1e-12, "end");
  const rectifier = new Efficiency(RECTIFIERS["sms7630-1v0"].points);
  const rectified = parseTrace(REACT, { ...STRICT, rectifier }).power_W;
  // -15.2 dBm is below the diode's knee; 0.97 dBm is above the last point of its table.
  assert.deepEqual([...rectified], [0, (1.25 / 1000) * 0.525, 0]);
  refused("sec RSSI,mW\n0.00\t0.03\n0.02 1,25\n", /^line 3: "1,25" stands for the power in mW, where a finite number/);
  refused("sec RSSI,mW\n0.00\t0.03\n0.02\n", /^line 3: "0\.02" is no time and power, such as 0\.02 and 0\.25/);
  refused("sec RSSI,mW\n0.00\t0.03\n0.02\t-1\n", /^line 3: the power is -1 mW, where no source gives less than 0$/);
  refused("sec RSSI,mW\n", /^the trace has no samples$/);
  refused("t,P\n0,1\n1,1\n", /^a rectifier is for power that was received as RF, as REACT has it, where this is csv$/, {
    rectifier,
  });
});

test("an Ekho surface: 2^n + 1 voltages, curves in amperes, the maximum of V I between voltages too", () => {
  assert.equal(formatOf(SURFACE), "ekho");
  const recording = parseRecording(SURFACE, STRICT);
  assert.ok(recording.kind === "curves", "curves");
  assert.deepEqual([...recording.v_V], [0, 1, 2, 3, 4]);
  assert.deepEqual([...recording.times_s], [0, 0.5]);
  assert.equal(recording.end_s, 1);
  assert.deepEqual([...recording.i_A.slice(5)], [4e-3, 3e-3, 2e-3, 1e-3, 0]);
  // I = 4 mA - V x 1 mS: 2 V x 2 mA. And 4 mW at 2 V, then 4 mA - V x 1 mS from there: no more than that.
  near(maximumPower_W(recording, 1), 4e-3, 1e-12, "a straight line");
  near(maximumPower_W(recording, 0), 4e-3, 1e-12, "a knee at a voltage");
  const line = { kind: "curves", times_s: Float64Array.of(0), end_s: 1, v_V: Float64Array.of(0, 3) } as const;
  near(maximumPower_W({ ...line, i_A: Float64Array.of(3e-3, 0) }, 0), 2.25e-3, 1e-12, "between two voltages");
  refused("1\n", /^the surface ends before its second line, where vmin,vmax are needed, such as 0,3\.5$/);
  refused("0\n0,1\n", /^line 1: "0" stands for n of 2\^n \+ 1 voltages, where a whole number from 1 to 16 is needed$/);
  refused("99\n0,1\n", /^line 1: "99" stands for n/);
  refused(
    "1\n2,1\n0,1,1,1\n",
    /^line 2: "2,1" is no range of voltages, where vmin,vmax with 0 <= vmin < vmax are needed$/,
  );
  refused("1\n0\n", /^line 2: "0" is no range/);
  refused("1\n0,1\n0,1,1\n", /^line 3: the number of its columns is 3, where a time and 3 currents are needed$/);
  refused("1\n0,1\n0,1,x,1\n", /^line 3: "x" stands for a current in A/);
  refused("1\n0,1e300\n0,1,1,1e300\n", /^line 3: its currents come to powers that are no finite numbers$/);
  refused("1\n0,1\n0,1,1,1\n", /^line 3: this is the only sample, where a trace needs at least two$/);
});

test("Siren's surfaces of AM1417 and AM1456: 51 curves of 65 currents, reckoned again by other means", {
  skip: skipWithout("traces/siren-iv"),
}, () => {
  for (const [name, vMax_V, first_mW, best_mW] of [
    ["am1417", 3.5, 20.67, 28.42],
    ["am1456", 3.2, 7.769, 10.68],
  ] as const) {
    const text = readFileSync(join(referenceData() ?? "", `traces/siren-iv/${name}.csv`), "utf8");
    const recording = parseRecording(text, STRICT);
    assert.ok(recording.kind === "curves", "curves");
    assert.equal(recording.times_s.length, 51);
    near(recording.end_s, 10.2, 1e-9, "end");
    // Column k + 1 of a line stands for vMax k / 64.
    const rows = text
      .trim()
      .split(/\r?\n/)
      .slice(2)
      .map((line) => line.split(",").map(Number));
    const atVoltages_W = rows.map((row) => Math.max(...row.slice(1).map((i_A, k) => (i_A * vMax_V * k) / 64)));
    near(atVoltages_W[0] * 1e3, first_mW, 1e-3, `${name}: the first`);
    near(Math.max(...atVoltages_W) * 1e3, best_mW, 1e-3, `${name}: the best`);
    for (const [row, power_W] of powerOf(recording).power_W.entries()) {
      const least_W = atVoltages_W[row];
      assert.ok(
        power_W >= least_W * (1 - 1e-12) && power_W < 1.06 * least_W,
        `${name}, ${row}: ${power_W} W, ${least_W} W at voltages`,
      );
    }
  }
});

test("columns V and I are points, in any order and unit", () => {
  const recording = parseRecording("I_uA,t_ms,V_mV\n100,0,2000\n50,500,1500\n0,1000,0\n", STRICT);
  assert.ok(recording.kind === "points", "points");
  assert.deepEqual([...recording.times_s], [0, 0.5, 1]);
  near(powerOf(recording).power_W[0], 200e-6, 1e-12, "2 V x 100 uA");
  near(energy_J(powerOf(recording)), 0.5 * (200e-6 + 75e-6), 1e-12, "energy");
  const zero = parseRecording("t,V,I\n0,1,1\n1,1,1\n2,1,1\n50,1,1\n", { gaps: "zero" });
  assert.ok(zero.kind === "points" && zero.i_A[3] === 0 && zero.v_V[3] === 0, "nothing in a gap");
  refused("t,V,I\n0,1,1\n1,-1,1\n", /^line 3: V is -1, where no source gives less than 0$/);
  refused("t,V,I\n0,1e300,1e300\n1,1,1\n", /^line 2: it comes to a power of Infinity W, where a finite one is needed$/);
  refused("t,V,I\n0,1\n", /^line 2: the number of its columns is 2, where the header has 3$/);
});

/** Uneven steps, long holds, nothing for a while. */
function rough(count: number): Trace {
  const random = seeded(11);
  const lengths_s = Array.from({ length: count }, () => 0.01 * (0.2 + 1.6 * random()) * (random() < 0.02 ? 40 : 1));
  const times_s = Float64Array.from(lengths_s);
  let end_s = 0;
  for (const [i, length_s] of lengths_s.entries()) {
    times_s[i] = end_s;
    end_s += length_s;
  }
  return { times_s, power_W: times_s.map(() => (random() < 0.3 ? 0 : 1e-3 * random())), end_s };
}

test("another step: the same energy, in all and in every part that begins and ends with one", () => {
  const trace = rough(5000);
  for (const step_s of [0.001, 0.0123, 0.5, 7, 1000]) {
    const even = resampled(trace, step_s);
    near(energy_J(even), energy_J(trace), 1e-10, `${step_s} s`);
    assert.equal(even.times_s.length, Math.ceil(trace.end_s / step_s));
    const middle_s = step_s * Math.floor(even.times_s.length / 2);
    if (middle_s === 0) continue;
    near(energy_J(between(even, 0, middle_s)), energy_J(between(trace, 0, middle_s)), 1e-9, `${step_s} s, first half`);
  }
  assert.throws(() => resampled(trace, 0), { name: "EnergyError", message: /^a step of 0 s makes NaN samples/ });
  assert.throws(() => resampled(trace, 1e-9), { name: "EnergyError", message: /where at most 20000000 are made$/ });
  const part = between(trace, 3, 4);
  assert.equal(part.times_s[0], 0);
  near(part.end_s, 1, 1e-12, "a second of it");
  assert.throws(() => between(trace, 4, 3), { name: "EnergyError", message: /^there is nothing from 4 s to 3 s/ });
});

test("what is written of a trace is read again with the same energy, and no hold in it is taken for a gap", () => {
  for (const trace of [rough(800), { times_s: Float64Array.of(0), power_W: Float64Array.of(1e-3), end_s: 2 }]) {
    near(energy_J(parseTrace([...csvOf(trace)].join(""), STRICT)), energy_J(trace), 1e-12, "energy");
  }
  const held = spelledOut({ times_s: Float64Array.of(0, 1, 2, 500), power_W: Float64Array.of(1, 1, 2, 3), end_s: 501 });
  const steps = held.times_s.slice(1).map((t, i) => t - held.times_s[i]);
  assert.ok(Math.max(...steps) <= GAP_STEPS, `${Math.max(...steps)} s`);
});

test("times and powers of any trace come back from its CSV bit for bit", () => {
  const random = seeded(12);
  for (let trial = 0; trial < 300; trial++) {
    const count = 1 + Math.floor(30 * random());
    const unit_s = 10 ** (12 * random() - 6);
    const times_s = new Float64Array(count);
    const step = (): number => unit_s * (0.1 + random()) * (random() < 0.1 ? 100 : 1);
    for (let i = 1; i < count; i++) times_s[i] = times_s[i - 1] + step();
    const power_W = times_s.map(() => (random() < 0.1 ? 0 : random() * 10 ** (40 * random() - 30)));
    // A trace that was cut ends with a short entry.
    const trace = { times_s, power_W, end_s: times_s[count - 1] + step() * (random() < 0.3 ? 0.01 : 1) };
    const read = parseTrace([...csvOf(trace)].join(""), STRICT);
    const powers_W = new Map([...read.times_s].map((time_s, i) => [time_s, read.power_W[i]]));
    for (const [i, time_s] of times_s.entries()) {
      assert.ok(powers_W.has(time_s), `trial ${trial}: nothing at ${time_s} s`);
      assert.equal(powers_W.get(time_s), power_W[i], `trial ${trial}: at ${time_s} s`);
    }
    const wanted = spelledOut(trace);
    assert.deepEqual([read.times_s, read.power_W], [wanted.times_s, wanted.power_W], `trial ${trial}`);
  }
});

test("figures: shares of time, not of samples; the longest poor stretch", () => {
  const trace = parseTrace("t,P_mW\n0,5\n1,0\n2,0.1\n3,10\n4,1\n13,2\n", STRICT);
  const figures = statisticsOf(trace);
  assert.deepEqual(
    [figures.min_W, figures.p10_W, figures.median_W, figures.p90_W, figures.max_W].map((p_W) => p_W * 1e3),
    [0, 0.1, 1, 5, 10],
  );
  near(figures.mean_W, meanPower_W(trace), 1e-12, "mean");
  assert.equal(figures.longestLow_s, 2);
  assert.equal(figures.step_s, 1);
});

test("the time of a charge is the capacitor's own, and there is none where leakage wins", () => {
  for (const power_W of [2e-6, 20e-6, 1e-3]) {
    const capacitor = new Capacitor(SMALL, constant(power_W), SMALL.vOff_V);
    const wanted_s = chargeTime_s(SMALL, power_W);
    assert.ok(wanted_s !== undefined, `${power_W} W suffices`);
    assert.ok(!capacitor.charge(wanted_s * (1 - 1e-9)), `${power_W} W: not before ${wanted_s} s`);
    assert.ok(capacitor.charge(wanted_s * (1 + 1e-9)), `${power_W} W: by ${wanted_s} s`);
  }
  // 3 V across 9.78 MOhm are 0.92 uW.
  assert.equal(chargeTime_s(SMALL, 0.9e-6), undefined);
  near(chargeTime_s({ ...SMALL, leak_Ohm: Number.POSITIVE_INFINITY }, 28.8e-6) ?? 0, 1, 1e-12, "28.8 uJ");
});
