/** Recordings of shepherd: files that h5py wrote and numpy reckoned, broken ones, and what is held of long ones. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { withHdf5 } from "../../../host/data/hdf5.ts";
import { type ReadOptions, readRecording } from "../../../host/data/recording.ts";
import { powerOf } from "../../../host/energy/traces/power.ts";
import type { CurveRecording, PointRecording, Recording } from "../../../host/energy/traces/recording.ts";
import type { Column, RecordedFile } from "../../../host/energy/traces/shepherd/file.ts";
import { PIECE, POINTS, readShepherd } from "../../../host/energy/traces/shepherd/read.ts";
import { endOf_s, energy_J } from "../../../host/energy/traces/trace.ts";
import { skipWithoutProgram } from "../../support/devicetools.ts";

const SKIP = skipWithoutProgram("h5dump");
const WRITER = fileURLToPath(new URL("write_shepherd.py", import.meta.url));
const FOLDER = mkdtempSync(join(tmpdir(), "ampcore-shepherd-"));
after(() => rmSync(FOLDER, { recursive: true, force: true }));

interface Totals {
  readonly energy_J: number;
  readonly charge_As: number;
}

/** What numpy says that is in the files. */
interface Told {
  readonly gzip: Totals;
  readonly contiguous: Totals;
  readonly gap: Totals & { readonly held_J: number };
  readonly rising: Lines;
  readonly falling: Lines;
  readonly pairs: { readonly isc_A: readonly number[]; readonly voc_V: readonly number[] };
}

/** I = a - b V. */
interface Lines {
  readonly a_A: readonly number[];
  readonly b_S: number;
  readonly low_V: number;
  readonly high_V: number;
}

let told: Told;
before(() => {
  if (SKIP) return;
  told = JSON.parse(execFileSync("/usr/bin/python3", [WRITER, "set", FOLDER], { encoding: "utf8" }));
});

const path = (name: string): string => join(FOLDER, `${name}.h5`);

async function read(name: string, options: Partial<ReadOptions> = {}): Promise<Recording> {
  const { format, recording } = await readRecording(path(name), { gaps: "error", ...options });
  assert.equal(format, "shepherd");
  return recording;
}

async function pointsOf(name: string, options: Partial<ReadOptions> = {}): Promise<PointRecording> {
  const recording = await read(name, options);
  assert.ok(recording.kind === "points", `${name} holds points`);
  return recording;
}

async function curvesOf(name: string, options: Partial<ReadOptions> = {}): Promise<CurveRecording> {
  const recording = await read(name, options);
  assert.ok(recording.kind === "curves", `${name} holds curves`);
  return recording;
}

function near(got: number, wanted: number, relative: number, what: string): void {
  assert.ok(Math.abs(got - wanted) <= relative * Math.abs(wanted), `${what}: ${got}, not ${wanted}`);
}

/** Energy and charge of points. */
function totalsOf(recording: PointRecording): Totals {
  const charge_As = recording.i_A.reduce(
    (sum, i_A, k) => sum + i_A * (endOf_s(recording, k) - recording.times_s[k]),
    0,
  );
  return { energy_J: energy_J(powerOf(recording)), charge_As };
}

function checkTotals(recording: PointRecording, wanted: Totals, what: string): void {
  const got = totalsOf(recording);
  near(got.energy_J, wanted.energy_J, 1e-9, `${what}: energy`);
  near(got.charge_As, wanted.charge_As, 1e-9, `${what}: charge`);
}

test("samples: every one is a point, gzipped, contiguous, or without compression, with gains and offsets", {
  skip: SKIP,
}, async () => {
  for (const [name, wanted, count] of [
    ["gzip", told.gzip, 30_000],
    ["plain", told.gzip, 30_000],
    ["first-shepherd", told.gzip, 30_000],
    ["contiguous", told.contiguous, 5_000],
  ] as const) {
    const recording = await pointsOf(name);
    assert.equal(recording.times_s.length, count, name);
    near(recording.end_s, count * 1e-5, 1e-9, `${name}: duration`);
    checkTotals(recording, wanted, name);
  }
});

test("samples over windows of time: energy and charge are what they were, whatever the step", {
  skip: SKIP,
}, async () => {
  const [least_V, most_V] = [0.99, 3.06];
  for (const step_s of [4e-6, 1e-5, 1e-4, 0.0033, 0.01, 0.07, 0.3, 5]) {
    const recording = await pointsOf("gzip", { step_s });
    assert.equal(recording.times_s.length, Math.max(1, Math.ceil(0.3 / step_s - 1e-6)), `${step_s} s`);
    checkTotals(recording, told.gzip, `${step_s} s`);
    const isWithin = recording.v_V.every((v_V, k) => recording.i_A[k] === 0 || (v_V > least_V && v_V < most_V));
    assert.ok(isWithin, `${step_s} s: voltages are among those that were recorded`);
  }
});

test("a gap is an error, or held, or empty, and is told", { skip: SKIP }, async () => {
  await assert.rejects(read("gap"), {
    name: "EnergyError",
    message:
      /^sample 12001: a gap of 5\.00001 s after .* step is 0\.00001 s; the gap policy hold or zero would fill it$/,
  });
  for (const step_s of [undefined, 0.01]) {
    const gaps: [number, number][] = [];
    const onGap = (from_s: number, length_s: number): void => void gaps.push([from_s, length_s]);
    const zero = await pointsOf("gap", { gaps: "zero", step_s, onGap });
    near(zero.end_s, 5.2, 1e-9, "duration");
    checkTotals(zero, told.gap, "empty");
    assert.equal(gaps.length, 1);
    near(gaps[0][0], 0.12, 1e-9, "the gap begins");
    near(gaps[0][1], 5, 1e-9, "and lasts");
    const hold = await pointsOf("gap", { gaps: "hold", step_s });
    near(totalsOf(hold).energy_J, told.gap.energy_J + told.gap.held_J, 1e-9, "held");
  }
});

test("curves: a straight line stays one on a ramp that rises or falls, and a window has the mean of its curves", {
  skip: SKIP,
}, async () => {
  for (const name of ["rising", "falling"] as const) {
    const { a_A, b_S, low_V, high_V } = told[name];
    const every = await curvesOf(name);
    assert.equal(every.times_s.length, a_A.length);
    near(every.v_V[0], low_V, 1e-6, "the least voltage");
    near(every.v_V[every.v_V.length - 1], high_V, 1e-6, "the greatest");
    const check = (recording: CurveRecording, lines: readonly number[]): void => {
      for (const [row, a] of lines.entries()) {
        for (const [k, v_V] of recording.v_V.entries()) {
          const wanted_A = Math.max(a - b_S * v_V, 0);
          const got_A = recording.i_A[row * recording.v_V.length + k];
          assert.ok(Math.abs(got_A - wanted_A) < 2e-9, `${name}, curve ${row}, ${v_V} V: ${got_A}, not ${wanted_A} A`);
        }
      }
    };
    check(every, a_A);
    // V (a - b V) is greatest at V = a / 2b, or where the ramp ends before that.
    const power = powerOf(every).power_W;
    for (const [row, a] of a_A.entries()) {
      const best_V = Math.min(a / (2 * b_S), high_V);
      near(power[row], best_V * (a - b_S * best_V), 1e-5, `${name}: power of curve ${row}`);
    }
    const threes = a_A.flatMap((_, i) => (i % 3 === 0 ? [(a_A[i] + a_A[i + 1] + a_A[i + 2]) / 3] : []));
    check(await curvesOf(name, { step_s: 3 * 250 * 1e-5 }), threes);
  }
});

test("Isc and Voc: 0.76 of the open circuit voltage, 0.7 of Voc Isc", { skip: SKIP }, async () => {
  const { times_s, v_V, i_A } = await pointsOf("pairs");
  assert.equal(times_s.length, told.pairs.isc_A.length);
  for (const [k, isc_A] of told.pairs.isc_A.entries()) {
    const voc_V = told.pairs.voc_V[k];
    near(v_V[k], 0.76 * voc_V, 1e-6, "voltage");
    near(v_V[k] * i_A[k], 0.7 * voc_V * isc_A, 1e-5, "power");
  }
});

test("octets are read as the file is that they came from", { skip: SKIP }, async () => {
  const octets = new Uint8Array(readFileSync(path("gzip")));
  const { format, recording } = await readRecording(octets, { gaps: "error" });
  assert.equal(format, "shepherd");
  assert.deepEqual(recording, await read("gzip"));
});

test("of three thousand answers in a row none is missed or another's", { skip: SKIP }, async () => {
  await withHdf5(path("contiguous"), (file) => {
    const time = file.column("/data/time");
    const all = time.read(0, time.length);
    for (let ask = 0; ask < 3_000; ask++) {
      const k = (ask * 7) % time.length;
      const got = time.read(k, k + 1);
      assert.ok(got.length === 1 && got[0] === all[k], `sample ${k} is ${got[0]}, not ${all[k]}`);
    }
  });
});

/** What is wrong with each file. */
const BAD: Readonly<Record<string, RegExp>> = {
  back: /^sample 15001: time goes back, from 0\.14999 s to 0\.14 s after the first sample$/,
  still: /^sample 2: time stands still/,
  nan: /^sample 18: NaN V and 0\.0001 A are no power$/,
  unequal: /^\/data\/current has 19999 samples, where \/data\/time has 20000; they must be as long$/,
  missing: /^it has no \/data\/current, where a recording of shepherd has/,
  other: /^it has no \/data\/time/,
  folders: /^\/data\/time is no dataset, where a row of numbers is needed$/,
  text: /^\/data\/voltage does not hold little-endian whole or floating-point numbers/,
  "big-endian": /^\/data\/voltage does not hold little-endian/,
  flat: /^\/data\/voltage has 2 dimensions, where one row of numbers is needed$/,
  lzf: /^\/data\/time is compressed with lzf, which cannot be read here: h5py can write it anew with gzip or with none$/,
  pieces: /^\/data\/time is stored in pieces of 160000000 octets, where at most 67108864 are read at once$/,
  emulator: /^its mode is emulator: that is what a target drew, where what a source gave is needed$/,
  kind: /^\/data has the datatype "ivory", where one of ivsample, ivcurve, isc_voc is needed$/,
  window: /^\/data has the window_samples 0, where ivcurve needs a whole number from 2 to 1000000$/,
  wide: /^it has 20000 samples, where ivcurve takes 30000 of them for one entry$/,
  level: /^the first curve has the one voltage 2\.1e-8 V, where a ramp of voltages is needed$/,
  gainless: /^\/data\/current has no attribute gain, where a number above 0 is needed$/,
  gain: /^\/data\/voltage has the gain -1, where a number above 0 is needed$/,
  lone: /^it has 1 samples, where a recording needs at least two$/,
  nothing: /^it has 0 samples/,
  cut: /^it cannot be opened: truncated file: eof = \d+/,
  spoilt: /^\/data\/voltage cannot be read at sample 1: filter returned failure during read$/,
  signature: /^it cannot be opened: /,
};

test("a file that is broken, or something else, is refused in one sentence", { skip: SKIP }, async () => {
  for (const [name, message] of Object.entries(BAD)) {
    await assert.rejects(read(name), (error) => {
      assert.ok(error instanceof Error && error.name === "EnergyError", `${name}: ${error}`);
      assert.match(error.message, message);
      assert.ok(!/\. |\n|\.$/.test(error.message), `one sentence: ${error.message}`);
      return true;
    });
  }
  await assert.rejects(read("gzip", { step_s: 1e-12 }), {
    message: /^a step of 1e-12 s makes \d+ of entries of 0\.3 s/,
  });
  await assert.rejects(read("gzip", { step_s: 0 }), { name: "EnergyError", message: /^a step of 0 s/ });
});

test("a day, of which only some pieces hold power, is read with all of its energy", { skip: SKIP }, async () => {
  const file = path("day");
  const written = execFileSync("/usr/bin/python3", [WRITER, "long", file, "1200000", "72000000"], { encoding: "utf8" });
  const progress: number[] = [];
  const recording = await pointsOf("day", { onProgress: (part) => void progress.push(part) });
  assert.equal(recording.times_s.length, 172_800, "one entry each half second");
  near(recording.end_s, 86_400, 1e-9, "a day");
  checkTotals(recording, JSON.parse(written), "a day");
  assert.ok(progress.length > 3 && progress.at(-1) === 1, `${progress} was told`);
});

/** A file of any length that holds nothing: what is asked of it is made up, and the greatest piece is kept in mind. */
function endless(count: number): { readonly file: RecordedFile; readonly asked: { most: number } } {
  const asked = { most: 0 };
  const column = (
    make: (from: number, to: number) => Column["read"] extends (...a: never[]) => infer R ? R : never,
  ) => ({
    length: count,
    chunk: 10_000,
    read: (from: number, to: number) => {
      asked.most = Math.max(asked.most, to - from);
      return make(from, to);
    },
  });
  const columns: Readonly<Record<string, Column>> = {
    "/data/time": column((from, to) => Float64Array.from({ length: to - from }, (_, k) => 10_000 * (from + k))),
    "/data/voltage": column((from, to) => new Uint32Array(to - from).fill(2_000_000)),
    "/data/current": column((from, to) => new Uint32Array(to - from).fill(100)),
  };
  const gains: Readonly<Record<string, number>> = { "/data/time": 1e-9, "/data/voltage": 1e-6, "/data/current": 1e-6 };
  const attributes: Readonly<Record<string, string | number>> = { mode: "harvester", datatype: "ivsample" };
  return {
    asked,
    file: {
      has: (at) => at in columns,
      column: (at) => columns[at],
      attribute: (at, name) => (name === "gain" ? gains[at] : name === "offset" ? 0 : attributes[name]),
    },
  };
}

test("ten times the length is neither asked for in greater pieces nor kept in more entries", () => {
  for (const count of [400_000, 4_000_000]) {
    const { file, asked } = endless(count);
    const recording = readShepherd(file, { gaps: "error" });
    assert.ok(asked.most <= PIECE, `${asked.most} samples at once`);
    assert.ok(recording.times_s.length <= POINTS, `${recording.times_s.length} entries`);
    near(energy_J(powerOf(recording)), 2 * 1e-4 * count * 1e-5, 1e-9, "energy");
  }
});
