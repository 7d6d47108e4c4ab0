/** Sources: their statistics against the numbers they were asked for, and figures of radio and light worked out elsewhere. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Efficiency } from "../../host/energy/efficiency.ts";
import { type Energizer, energizer } from "../../host/energy/harvest/energizer.ts";
import { markov } from "../../host/energy/harvest/markov.ts";
import { recorded } from "../../host/energy/harvest/recorded.ts";
import { constant, type Harvest, shifted } from "../../host/energy/harvest.ts";
import { CELLS } from "../../host/energy/profiles/cells.ts";
import { ENERGIZERS } from "../../host/energy/profiles/energizers.ts";
import { valuesOf } from "../../host/energy/profiles/profile.ts";
import { RECTIFIERS } from "../../host/energy/profiles/rectifiers.ts";
import { Cell } from "../../host/energy/pv/cell.ts";
import { dBmOf, friis_dBm, wattsOf } from "../../host/energy/rf.ts";
import { seeded } from "./random.ts";
import { energyBetween_J } from "./world.ts";

const MARKOV = { on_W: 200e-6, off_W: 5e-6, meanOn_s: 0.3, meanOff_s: 0.7 };
const DEFAULT: Energizer = valuesOf(ENERGIZERS.energizer);
const TRACE = { times_s: Float64Array.of(0, 1, 2.5), power_W: Float64Array.of(1e-6, 2e-6, 3e-6), end_s: 4 };

/** Lengths of the first segments. */
function lengths(harvest: Harvest, count: number): number[] {
  return Array.from({ length: count }, (_, i) => harvest.end_s(i) - (i > 0 ? harvest.end_s(i - 1) : 0));
}

const SOURCES: [string, () => Harvest][] = [
  ["markov", () => markov(seeded(3), MARKOV)],
  ["energizer", () => energizer(seeded(3), DEFAULT, "sms7630-1v0")],
  ["recorded, looped", () => recorded(TRACE, { loop: true })],
  ["shifted", () => shifted(recorded(TRACE, { loop: true }), 2.6)],
];

for (const [name, source] of SOURCES) {
  test(`${name}: segments follow one another, and what was answered once is answered always`, () => {
    const [forwards, backwards] = [source(), source()];
    const count = 2000;
    backwards.power_W(count - 1);
    for (let i = count - 1; i >= 0; i--)
      assert.equal(backwards.end_s(i), source === undefined ? 0 : backwards.end_s(i));
    let end_s = 0;
    for (let i = 0; i < count; i++) {
      assert.ok(forwards.end_s(i) > end_s, `segment ${i} has a length`);
      end_s = forwards.end_s(i);
      assert.equal(backwards.end_s(i), end_s);
      assert.equal(backwards.power_W(i), forwards.power_W(i));
      assert.ok(forwards.power_W(i) >= 0, `segment ${i} gives ${forwards.power_W(i)} W`);
    }
    assert.equal(forwards.end_s(0), backwards.end_s(0));
  });
}

test("constant: one segment without end", () => {
  assert.equal(constant(3e-6).end_s(0), Number.POSITIVE_INFINITY);
  assert.equal(constant(3e-6).power_W(0), 3e-6);
  for (const power_W of [-1e-6, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => constant(power_W), { name: "EnergyError", message: /^harvest: the power is/ });
  }
});

test("markov: exponential holding times of the means asked for, and the first state drawn as often as it holds", () => {
  const harvest = markov(seeded(7), MARKOV);
  const all = lengths(harvest, 40_000);
  for (const [state, mean_s] of [
    [harvest.power_W(0), harvest.power_W(0) === MARKOV.on_W ? 0.3 : 0.7],
    [harvest.power_W(1), harvest.power_W(1) === MARKOV.on_W ? 0.3 : 0.7],
  ]) {
    const held = all.filter((_, i) => harvest.power_W(i) === state);
    assert.equal(held.length, 20_000);
    const mean = held.reduce((sum, length) => sum + length, 0) / held.length;
    assert.ok(Math.abs(mean / mean_s - 1) < 5 / Math.sqrt(20_000), `mean ${mean} s, not ${mean_s} s`);
    // An exponential time is longer than its mean with probability 1/e.
    const longer = held.filter((length) => length > mean_s).length / held.length;
    assert.ok(Math.abs(longer - 1 / Math.E) < 5 * Math.sqrt(0.24 / 20_000), `${longer} are longer than the mean`);
  }
  let on = 0;
  for (let seed = 0; seed < 2000; seed++) if (markov(seeded(seed), MARKOV).power_W(0) === MARKOV.on_W) on++;
  assert.ok(Math.abs(on / 2000 - 0.3) < 0.05, `${on} of 2000 start on`);
  // A stream that gives 0 makes a holding time of 0, which no segment may have.
  assert.ok(markov(() => 0, MARKOV).end_s(0) > 0, "a segment has a length");
  for (const bad of [{ on_W: -1 }, { off_W: Number.NaN }, { meanOn_s: 0 }, { meanOff_s: Number.POSITIVE_INFINITY }]) {
    assert.throws(() => markov(seeded(1), { ...MARKOV, ...bad }), { name: "EnergyError", message: /is needed$/ });
  }
});

test("recorded: each sample holds until the next; then nothing, or the same again", () => {
  const once = recorded(TRACE, { loop: false });
  assert.deepEqual([0, 1, 2, 3].map(once.end_s), [1, 2.5, 4, Number.POSITIVE_INFINITY]);
  assert.deepEqual([0, 1, 2, 3].map(once.power_W), [1e-6, 2e-6, 3e-6, 0]);
  const loop = recorded(TRACE, { loop: true });
  assert.deepEqual([2, 3, 4, 5, 6].map(loop.end_s), [4, 5, 6.5, 8, 9]);
  assert.deepEqual([2, 3, 4, 5, 6].map(loop.power_W), [3e-6, 1e-6, 2e-6, 3e-6, 1e-6]);
});

test("shifted: the source from a later second on", () => {
  const loop = recorded(TRACE, { loop: true });
  for (const by_s of [0, 0.3, 1, 3.99, 4, 7.5]) {
    const later = shifted(loop, by_s);
    for (const [from_s, to_s] of [
      [0, 0.5],
      [0.1, 9],
      [5, 20],
    ]) {
      const wanted_J = energyBetween_J(loop, from_s + by_s, to_s + by_s);
      const got_J = energyBetween_J(later, from_s, to_s);
      assert.ok(Math.abs(got_J - wanted_J) < 1e-18, `${from_s} .. ${to_s} s, shifted by ${by_s} s`);
    }
  }
  for (const by_s of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => shifted(loop, by_s), { name: "EnergyError", message: /^harvest: the shift is/ });
  }
});

test("Friis: a 30 dBm sub-1 GHz energizer gives -1.7, -7.7 and -15.7 dBm at 1, 2 and 5 m", () => {
  for (const [distance_m, wanted_dBm] of [
    [1, -1.7],
    [2, -7.7],
    [5, -15.7],
  ]) {
    const got_dBm = friis_dBm(30, 0, 915e6, distance_m);
    assert.ok(Math.abs(got_dBm - wanted_dBm) < 0.05, `${got_dBm} dBm at ${distance_m} m`);
  }
  assert.ok(Math.abs(0.2 * wattsOf(friis_dBm(30, 0, 915e6, 1)) - 135.8e-6) < 0.2e-6, "20 % of it are 135.8 uW");
  assert.ok(Math.abs(dBmOf(wattsOf(-12.34)) + 12.34) < 1e-12, "dBm and watts are each other's inverse");
});

test("rectifiers: the measured powers, and a knee below which there is nothing", () => {
  // DC output in uW by input in dBm, as the set was read.
  const read: Record<keyof typeof RECTIFIERS, [number, number][]> = {
    "sms7630-0v5": [
      [-12.5, 16],
      [-10, 45],
      [-5, 147],
    ],
    "sms7630-1v0": [
      [-15, 0.3],
      [-10, 3.6],
      [-7.5, 69],
      [0, 525],
    ],
    "ssuhf-1v0": [
      [-20, 0.3],
      [-15, 5.2],
      [-10, 18.8],
    ],
  };
  for (const [name, points] of Object.entries(read)) {
    const rectifier = new Efficiency(RECTIFIERS[name as keyof typeof RECTIFIERS].points);
    for (const [input_dBm, output_uW] of points) {
      const got_uW = rectifier.outputOf_W(input_dBm) * 1e6;
      assert.ok(Math.abs(got_uW - output_uW) <= 0.03 * output_uW + 0.02, `${name}: ${got_uW} uW at ${input_dBm} dBm`);
    }
    assert.equal(rectifier.outputOf_W(points[0][0] - 1e-9), 0);
    assert.equal(rectifier.outputOf_W(Number.NEGATIVE_INFINITY), 0);
  }
  // The knee: 2.5 dB more input, 19 times the output.
  const diode = new Efficiency(RECTIFIERS["sms7630-1v0"].points);
  assert.ok(diode.outputOf_W(-7.5) / diode.outputOf_W(-10) > 15, "there is a knee");
  assert.ok(Math.abs(diode.at(-8.75) - 0.213) < 1e-15, "half way between two points");
  assert.equal(diode.at(10), 0.525);
  assert.equal(diode.output_W(0), 0);
});

test("an efficiency table that is none is refused", () => {
  const refused = (points: [number, number][], message: RegExp): void => {
    const table = points.map(([input_dBm, efficiency]) => ({ input_dBm, efficiency }));
    assert.throws(() => new Efficiency(table), { name: "EnergyError", message });
  };
  refused([], /it has no points$/);
  refused(
    [
      [0, 0.1],
      [0, 0.2],
    ],
    /point 2 is at 0 dBm, which is not above the one before$/,
  );
  refused([[Number.NaN, 0.1]], /point 1 is at NaN dBm/);
  refused([[0, 1.1]], /point 1 has efficiency 1.1, which is not within 0 \.\. 1$/);
  refused([[0, Number.NaN]], /efficiency NaN/);
});

test("energizer, by default: 100 to 200 uW on the average, nothing for half of the time, and longer outages by fading", () => {
  for (let seed = 1; seed <= 5; seed++) {
    const harvest = energizer(seeded(seed), DEFAULT, ENERGIZERS.energizer.rectifier);
    const mean_W = energyBetween_J(harvest, 0, 1800) / 1800;
    assert.ok(mean_W > 100e-6 && mean_W < 200e-6, `seed ${seed}: ${mean_W * 1e6} uW`);
    let [dark_s, longest_s, outage_s, begin_s] = [0, 0, 0, 0];
    for (let i = 0; begin_s < 1800; i++) {
      const length_s = harvest.end_s(i) - begin_s;
      begin_s += length_s;
      outage_s = harvest.power_W(i) < 10e-6 ? outage_s + length_s : 0;
      if (outage_s > 0) dark_s += length_s;
      longest_s = Math.max(longest_s, outage_s);
    }
    assert.ok(dark_s > 0.5 * 1800 && dark_s < 0.6 * 1800, `seed ${seed}: ${dark_s} s below 10 uW`);
    assert.ok(longest_s > 1 && longest_s < 20, `seed ${seed}: the longest outage is ${longest_s} s`);
  }
});

test("energizer: dwell, pause and steps as asked for; without fading the power is Friis times the efficiency", () => {
  const quiet = { ...DEFAULT, fading_dB: 0, duty: 0.25, dwell_s: 0.4, fadingStep_s: 0.13 };
  const harvest = energizer(seeded(1), quiet, "sms7630-1v0");
  // 0.4 s in three steps, 1.2 s of silence
  const wanted = [0.4 / 3, 0.4 / 3, 0.4 / 3, 1.2];
  for (const [i, length_s] of lengths(harvest, 40).entries()) {
    assert.ok(Math.abs(length_s - wanted[i % 4]) < 1e-12, `segment ${i}: ${length_s} s`);
    const input_dBm = 36 + 2 - 20 * Math.log10((4 * Math.PI * 3 * 915e6) / 299792458);
    const efficiency = 0.39 + (0.135 * (input_dBm + 7.5)) / 7.5;
    const on_W = efficiency * 1e-3 * 10 ** (input_dBm / 10);
    const wanted_W = i % 4 === 3 ? 0 : on_W;
    assert.ok(
      Math.abs(harvest.power_W(i) - wanted_W) < 1e-15,
      `segment ${i}: ${harvest.power_W(i)} W, not ${wanted_W} W`,
    );
  }
  const always = energizer(seeded(1), { ...quiet, duty: 1 }, "sms7630-1v0");
  for (let i = 0; i < 20; i++) assert.ok(always.power_W(i) > 0, "a duty of 1 has no pause");
  const far = energizer(seeded(1), { ...quiet, distance_m: 30 }, "sms7630-1v0");
  for (let i = 0; i < 20; i++) assert.equal(far.power_W(i), 0);
});

test("energizer: fading has its standard deviation, and its correlation after one correlation time is 1/e", () => {
  // Far above the last point of the table, where the efficiency is 19 % always: the power is fading and nothing else.
  const asked = { ...DEFAULT, duty: 1, dwell_s: 1, fadingStep_s: 0.1, correlation_s: 1, fading_dB: 5, eirp_dBm: 90 };
  const harvest = energizer(seeded(4), asked, "ssuhf-1v0");
  const faded_dB = Array.from({ length: 100_000 }, (_, i) => dBmOf(harvest.power_W(i) / 0.19));
  const mean = faded_dB.reduce((sum, x) => sum + x, 0) / faded_dB.length;
  const centred = faded_dB.map((x) => x - mean);
  const variance = centred.reduce((sum, x) => sum + x * x, 0) / centred.length;
  assert.ok(Math.abs(Math.sqrt(variance) - 5) < 0.2, `standard deviation ${Math.sqrt(variance)} dB`);
  for (const [steps, wanted] of [
    [1, Math.exp(-0.1)],
    [10, Math.exp(-1)],
    [30, Math.exp(-3)],
  ]) {
    let sum = 0;
    for (let i = 0; i + steps < centred.length; i++) sum += centred[i] * centred[i + steps];
    const correlation = sum / (centred.length - steps) / variance;
    assert.ok(Math.abs(correlation - wanted) < 0.05, `${correlation} after ${steps} steps, not ${wanted}`);
  }
});

test("an energizer that cannot be is refused", () => {
  for (const bad of [
    { distance_m: 0 },
    { frequency_Hz: -1 },
    { duty: 0 },
    { duty: 1.1 },
    { dwell_s: 0 },
    { fading_dB: -1 },
    { fadingStep_s: 0 },
    { correlation_s: Number.NaN },
    { eirp_dBm: Number.POSITIVE_INFINITY },
  ]) {
    assert.throws(() => energizer(seeded(1), { ...DEFAULT, ...bad }, "sms7630-1v0"), {
      name: "EnergyError",
      message: new RegExp(`^energizer: ${Object.keys(bad)[0]} is .* needed$`),
    });
  }
});

test("a cell: its points, straight lines between and from darkness, in proportion above; a converter behind it", () => {
  const cell = new Cell(CELLS.am1417.points);
  for (const [lux, wanted_uW] of [
    [0, 0],
    [150, 14.5],
    [300, 29],
    [450, 38],
    [600, 47],
    [1000, 65],
    [2000, 130],
  ]) {
    assert.ok(Math.abs(cell.power_W(lux) * 1e6 - wanted_uW) < 1e-9, `${cell.power_W(lux)} W at ${lux} lux`);
  }
  const converter = new Efficiency([{ input_dBm: dBmOf(20e-6), efficiency: 0.8 }]);
  const converted = new Cell(CELLS.am1417.points, converter);
  assert.equal(converted.power_W(150), 0);
  assert.ok(Math.abs(converted.power_W(1000) - 52e-6) < 1e-15, "80 % of 65 uW");
  assert.equal(converted.power_W(0), 0);
  assert.throws(() => new Cell([]), { name: "EnergyError" });
  assert.throws(() => new Cell([{ lux: 0, power_W: 1 }]), { name: "EnergyError" });
  assert.throws(
    () =>
      new Cell([
        { lux: 5, power_W: 1 },
        { lux: 5, power_W: 2 },
      ]),
    { name: "EnergyError" },
  );
});
