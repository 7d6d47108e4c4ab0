/** Traces: what is read, on files that others recorded and on texts made to be wrong. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { referenceData } from "../../host/data/reference.ts";
import { CELLS } from "../../host/energy/profiles/cells.ts";
import { Cell } from "../../host/energy/pv/cell.ts";
import { maximumPowerPoint, parseIvCurve } from "../../host/energy/pv/curve.ts";
import type { TraceOptions } from "../../host/energy/traces/parse.ts";
import { GAP_STEPS } from "../../host/energy/traces/stamps.ts";
import { meanPower_W } from "../../host/energy/traces/trace.ts";
import { skipWithout } from "../support/reference.ts";
import { parseTrace } from "../support/traces.ts";

const STRICT: TraceOptions = { gaps: "error" };
/** 1 uW a lux. */
const LINEAR = new Cell([{ lux: 1, power_W: 1e-6 }]);

const MEMENTOS = "traces/mementos-rf";
const SOLAR = "traces/simba-solar";

function reference(path: string): string {
  return readFileSync(join(referenceData() ?? "", path), "utf8");
}

function near(got: number, wanted: number, relative: number, what: string): void {
  assert.ok(Math.abs(got - wanted) <= relative * Math.abs(wanted), `${what}: ${got}, not ${wanted}`);
}

test("a CSV of time and power, in either order and in its header's units", () => {
  const seconds = parseTrace("t,P\n0,1e-6\n0.5,2e-6\n1,0\n", STRICT);
  assert.deepEqual(seconds, {
    times_s: Float64Array.of(0, 0.5, 1),
    power_W: Float64Array.of(1e-6, 2e-6, 0),
    end_s: 1.5,
  });
  assert.equal(meanPower_W(seconds), 1e-6);
  const units = parseTrace(
    "\uFEFF# made up\n\nP_uW , t_ms\r\n1,100\r\n\r\n2.0 , 600\r\n+0,1.1e3 # the last\r\n",
    STRICT,
  );
  assert.deepEqual([...units.times_s], [0, 0.5, 1.1 - 0.1]);
  assert.deepEqual([...units.power_W], [1e-6, 2e-6, 0]);
  for (const [header, power_W] of [
    ["P_W", 2],
    ["P_mW", 2e-3],
    ["P_uW", 2e-6],
    ["P_nW", 2e-9],
  ] as const) {
    assert.equal(parseTrace(`t_us,${header}\n0,2\n1,2\n`, STRICT).power_W[0], power_W);
  }
});

test("a CSV of voltage across a load, and of light on a cell", () => {
  const volts = parseTrace("t,V_mV\n0,3000\n1,-1500\n", { ...STRICT, load_Ohm: 30e3 });
  assert.deepEqual([...volts.power_W], [9 / 30e3, 2.25 / 30e3]);
  const lux = parseTrace("t,lux\n0,300\n60,1000\n", { ...STRICT, cell: new Cell(CELLS.am1417.points) });
  assert.deepEqual(
    [...lux.power_W].map((power_W) => Math.round(power_W * 1e9)),
    [29000, 65000],
  );
  const dim = parseTrace("t,lux\n0,300\n60,1000\n", { ...STRICT, cell: LINEAR, light: 0.1 });
  assert.deepEqual(
    [...dim.power_W].map((power_W) => Math.round(power_W * 1e9)),
    [30000, 100000],
  );
});

test("Mementos' lines of milliseconds and volts are known by their form, and stand across 30 kOhm", () => {
  const trace = parseTrace("103717744\t0.3\n103717745\t0.6\n103717746 0\n", STRICT);
  near(trace.power_W[1], 12e-6, 1e-12, "0.6 V across 30 kOhm");
  near(trace.end_s, 0.003, 1e-5, "end");
  assert.equal(trace.times_s[0], 0);
  near(parseTrace("1 0.3\n2 0.6\n", { ...STRICT, load_Ohm: 60e3 }).power_W[1], 6e-6, 1e-12, "0.6 V across 60 kOhm");
});

test("a gap is an error, or held, or empty; it is a step of more than GAP_STEPS median steps", () => {
  const steps = (gap_s: number): string => `t,P\n0,1\n1,2\n2,3\n${2 + gap_s},4\n${3 + gap_s},5\n`;
  assert.equal(parseTrace(steps(GAP_STEPS), STRICT).times_s.length, 5);
  assert.throws(() => parseTrace(steps(50), STRICT), {
    name: "EnergyError",
    message: "line 5: a gap of 50 s after line 4, where a step is 1 s; the gap policy hold or zero would fill it",
  });
  const hold = parseTrace(steps(50), { gaps: "hold" });
  assert.deepEqual([...hold.times_s], [0, 1, 2, 52, 53]);
  near(meanPower_W(hold), (1 + 2 + 50 * 3 + 4 + 5) / 54, 1e-12, "held");
  const zero = parseTrace(steps(50), { gaps: "zero" });
  assert.deepEqual([...zero.times_s], [0, 1, 2, 3, 52, 53]);
  near(meanPower_W(zero), (1 + 2 + 3 + 4 + 5) / 54, 1e-12, "empty");
});

test("what is no trace is refused in one sentence, with its line", () => {
  const bad: [text: string, message: RegExp, options?: Partial<TraceOptions>][] = [
    ["", /^the trace is empty$/],
    ["\n \n", /^the trace is empty$/],
    ["# nothing\n", /^the trace is empty, where a header such as t_s,P_uW is needed$/],
    ["t,P\n", /^the trace has no samples$/],
    ["t,P\n0,1\n", /^line 2: this is the only sample, where a trace needs at least two$/],
    ["t,P\n0,1\n1,much\n", /^line 3: "much" stands for P, where a finite number is needed$/],
    ["t,P\n0,1\nsoon,1\n", /^line 3: "soon" stands for t, where/],
    ["t_s,P_uW\n0,1\n1,NaN\n", /^line 3: "NaN" stands for P_uW, where/],
    ["t,P\n0,1\n1,Infinity\n", /^line 3: "Infinity"/],
    ["t,P\n0,1\n1,-inf\n", /^line 3: "-inf"/],
    ["t,P\n0,1\n1,1e999\n", /^line 3: "1e999"/],
    ["t,P\n0,1\n1,0x10\n", /^line 3: "0x10"/],
    ["t,P\n0,1\n1,\n", /^line 3: ""/],
    ["t,P\n0,1\n\n\n1,1,1\n", /^line 5: the number of its columns is 3, where the header has 2$/],
    ["t,P\n0,1\n1\n", /^line 3: the number of its columns is 1, where the header has 2$/],
    ["t,P\n-1,1\n0,1\n", /^line 2: the time -1 is negative, where it starts at 0 or later$/],
    ["t_ms,P\n0,1\n5,1\n5,1\n", /^line 4: time stands still, from 0\.005 s in line 3 to 0\.005 s$/],
    ["t,P\n0,1\n5,1\n4,1\n", /^line 4: time goes back, from 5 s in line 3 to 4 s$/],
    ["t,P\n0,1\n1,-1e-9\n", /^line 3: P is -1e-9, where no source gives less than 0$/],
    ["t,lux\n0,1\n1,-1\n", /^line 3: lux is -1, where no source gives less than 0$/, { cell: LINEAR }],
    [
      "t,Q\n0,1\n1,1\n",
      /^line 1: "Q" is no column of a trace; they are t, P, V, I and lux, with a unit as in t_ms or P_uW$/,
    ],
    ["t,P_kW\n0,1\n1,1\n", /^line 1: "P_kW" has an unknown unit; right would be P_W, P_mW, P_uW, P_nW$/],
    ["t,lux_lx\n0,1\n1,1\n", /^line 1: "lux_lx" has an unknown unit; right would be lux alone$/],
    ["t_s_s,P\n0,1\n1,1\n", /^line 1: "t_s_s" is no column/],
    ["t,constructor\n0,1\n1,1\n", /^line 1: "constructor" is no column/],
    ["t\n0\n1\n", /^line 1: the header has the columns t, where t and one of P, V, lux, or V with I, are needed$/],
    ["t,t\n0,1\n1,1\n", /^line 1: the header has the columns t, t, where/],
    ["P,V\n0,1\n1,1\n", /^line 1: the header has the columns P, V, where/],
    ["t,P,V\n0,1,1\n", /^line 1: the header has the columns t, P, V, where/],
    ["t,V\n0,1\n1,1\n", /^line 1: column V is a voltage, which needs load_Ohm, the resistance it stood across$/],
    ["t,V\n0,1\n1,1\n", /^the load resistance is 0 Ohm, where a number above 0 is needed$/, { load_Ohm: 0 }],
    ["t,lux\n0,1\n1,1\n", /^line 1: column lux is light, which needs a cell that it falls on, such as am1417$/],
    ['t,P\n0,1\n1,"1\n', /^line \d: this is no CSV \(csv quote not closed\)$/],
    ["1 0.3\n2 high\n", /^line 2: "high" stands for the voltage in V, where a finite number is needed$/],
    ["1 0.3\n2\n", /^line 2: "" stands for the voltage in V/],
    ["1 0.3\n2 0.4 0.5\n", /^line 2: "2 0.4 0.5" stands for the time in ms/],
    ["2 0.3\n1 0.3\n", /^line 2: time goes back, from 0\.002 s in line 1 to 0\.001 s$/],
    [
      "DATE (MM/DD/YYYY),MST,Global CM3 (cor) [W/m^2]\n1/1/2023,00:00,1\n",
      /^line 1: this is daylight, which needs a cell/,
    ],
    [
      "DATE (MM/DD/YYYY),MST,Global CM3 (cor) [W/m^2]\n1/1/2023,00:00,1\n1/1/2023,1\n",
      /^line 3: "1\/1\/2023,1" is no date, time and irradiance, such as/,
      { cell: LINEAR },
    ],
  ];
  for (const [text, message, options] of bad) {
    assert.throws(
      () => parseTrace(text, { ...STRICT, ...options }),
      (error) => {
        assert.ok(error instanceof Error && error.name === "EnergyError", `${JSON.stringify(text)}: ${error}`);
        assert.match(error.message, message);
        assert.ok(!/\. |\n|\.$/.test(error.message), `one sentence: ${error.message}`);
        return true;
      },
    );
  }
});

test("daylight crosses the ends of months and years at their true distance", () => {
  const header = "DATE (MM/DD/YYYY),MST,Global CM3 (cor) [W/m^2]\n";
  const days = (from: string, to: string): number =>
    parseTrace(`${header}${from},00:00,1\n${to},00:00,1\n`, { ...STRICT, cell: LINEAR }).times_s[1] / 86400;
  assert.equal(days("12/31/2023", "1/1/2024"), 1);
  assert.equal(days("2/28/2024", "3/1/2024"), 2);
  assert.equal(days("2/28/2023", "3/1/2023"), 1);
  assert.equal(days("2/28/1900", "3/1/1900"), 1);
  assert.equal(days("2/28/2000", "3/1/2000"), 2);
  assert.equal(days("1/1/2023", "1/1/2024"), 365);
});

test("Mementos 1 and 5: 153 and 93 uW on the average", { skip: skipWithout(`${MEMENTOS}/5.txt`) }, () => {
  for (const [file, samples, mean_uW] of [
    ["1.txt", 25274, 153.3],
    ["5.txt", 31118, 93.04],
  ] as const) {
    const trace = parseTrace(reference(`${MEMENTOS}/${file}`), STRICT);
    assert.equal(trace.times_s.length, samples);
    near(meanPower_W(trace) * 1e6, mean_uW, 1e-3, file);
    near(trace.end_s, samples / 1000, 1e-9, `${file}: its length`);
  }
});

test("Mementos 2: its one bad clock reading and its 40 s gap are found", {
  skip: skipWithout(`${MEMENTOS}/2.txt`),
}, () => {
  const text = reference(`${MEMENTOS}/2.txt`);
  // Line 13735 is stamped one second late: a gap in front of it, and time goes back behind it.
  assert.throws(() => parseTrace(text, STRICT), {
    message: /^line 13736: time goes back, from 34936 s in line 13735 to 34935.001 s$/,
  });
  const lines = text.split("\n");
  const mended = lines.toSpliced(13734, 1).join("\n");
  assert.throws(() => parseTrace(mended, STRICT), { message: /^line 38734: a gap of 40\.001 s after line 38733/ });
  const zero = parseTrace(mended, { gaps: "zero" });
  near(zero.end_s, 79.232, 1e-4, "end");
  // 189 uW are the mean of its samples; the gap has none.
  near(meanPower_W(zero) * zero.end_s, 189.25e-6 * 39.231, 1e-3, "energy");
  near(
    meanPower_W(parseTrace(mended, { gaps: "hold" })),
    (meanPower_W(zero) * zero.end_s + 40 * zero.power_W[38732]) / zero.end_s,
    1e-3,
    "held",
  );
});

test("I-V curves: AM1417 gives 29, 47 and 65 uW at 300, 600 and 1000 lux, EXL2 68 and 147", {
  skip: skipWithout(SOLAR),
}, () => {
  for (const [name, wanted] of Object.entries({
    AM1417: CELLS.am1417.points,
    "EXL2-1V50": CELLS["exl2-1v50"].points,
  })) {
    for (const { lux, power_W } of wanted) {
      const curve = parseIvCurve(reference(`${SOLAR}/${name}_lux${lux}.json`), lux);
      const { v_V, i_A, power_W: got_W } = maximumPowerPoint(curve);
      assert.equal(Math.round(got_W * 1e6), Math.round(power_W * 1e6), `${name} at ${lux} lux`);
      assert.equal(got_W, v_V * i_A);
    }
  }
});

test("an NREL week of daylight on AM1417 behind a window", { skip: skipWithout(SOLAR) }, () => {
  const text = reference(`${SOLAR}/nrel-2023jan-week1.txt`);
  // 85.5418 W/m^2 on the average where readings below 0 are darkness; a linear cell keeps it.
  const linear = parseTrace(text, { ...STRICT, cell: LINEAR, light: 0.01 });
  assert.equal(linear.times_s.length, 10080);
  assert.equal(linear.end_s, 7 * 86400);
  near(meanPower_W(linear), 85.54184 * 120 * 0.01 * 1e-6, 1e-6, "mean of a linear cell");
  const curves = [300, 600, 1000].map((lux) => parseIvCurve(reference(`${SOLAR}/AM1417_lux${lux}.json`), lux));
  const cell = parseTrace(text, { ...STRICT, cell: Cell.of(curves), light: 0.01 });
  assert.equal(Math.min(...cell.power_W), 0);
  const peak_W = Math.max(...cell.power_W);
  assert.ok(peak_W > 47e-6 && peak_W < 65e-6, `783 W/m^2 are 940 lux behind the window: ${peak_W} W`);
  assert.ok(meanPower_W(cell) > 5e-6 && meanPower_W(cell) < 12e-6, `${meanPower_W(cell)} W over the week`);
});

test("an I-V curve that is none is refused", () => {
  for (const text of [
    "",
    "no",
    "[]",
    "{}",
    '{"0":[]}',
    '{"0":{"0.1":"x"}}',
    '{"0":{"x":1}}',
    '{"0":{"0.1":-1}}',
    "null",
  ]) {
    assert.throws(() => parseIvCurve(text, 300), { name: "EnergyError", message: /^I-V curve: / }, text);
  }
  assert.throws(() => parseIvCurve('{"0":{"0.1":-1,"0.2":0}}', 0), { name: "EnergyError", message: /taken at 0 lux/ });
});
