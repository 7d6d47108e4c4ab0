/** `ampcore trace`: figures, pictures and CSV of recordings, and one sentence for every mistake. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fs, { readFileSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { before, test } from "node:test";
import { writeCsv } from "../../host/cli/trace/csv.ts";
import { energy_J, type Trace } from "../../host/energy/traces/trace.ts";
import { calls, type Outcome } from "../support/calls.ts";
import { parseTrace } from "../support/traces.ts";
import { scratchFolder } from "./ampcore.ts";

const FOLDER = scratchFolder();

/** The path of a new file. */
function file(name: string, content: string | Uint8Array): string {
  const path = join(FOLDER, name);
  writeFileSync(path, content);
  return path;
}

/** A second of 1 mW, an outage of two samples, a hole of 4 s, a second of 2 mW. */
const WALK = file(
  "walk",
  `t_s,P_mW\n${Array.from({ length: 200 }, (_, i) => {
    const time_s = i < 100 ? i / 100 : 4 + i / 100;
    return `${time_s},${i === 40 || i === 41 ? 0 : i < 100 ? 1 : 2}\n`;
  }).join("")}`,
);
const RF = file(
  "rf",
  `sec RSSI,mW\n${Array.from({ length: 50 }, (_, i) => `${(i / 50).toFixed(2)}\t1.00\n`).join("")}`,
);
const SURFACE = file("surface", "1\n0,2\n1,1e-3,1e-3,0\n2,2e-3,2e-3,0\n");
const RECORDING = new URL("../../host/fuzz/recordings/gzip.h5", import.meta.url).pathname;
const OUT = join(FOLDER, "out.csv");

const CALLS: Readonly<Record<string, readonly string[]>> = {
  info: ["info", WALK],
  json: ["info", WALK, "--json"],
  held: ["info", WALK, "--gap", "hold", "--json"],
  rf: ["info", RF],
  rectified: ["info", RF, "--rectifier", "sms7630-1v0", "--json"],
  surface: ["info", SURFACE, "--json"],
  shepherd: ["info", RECORDING, "--json"],
  plot: ["plot", WALK],
  part: ["plot", WALK, "--from", "0.2", "--to", "0.6", "--json"],
  convert: ["convert", WALK, "--gap", "zero"],
  step: ["convert", WALK, "--gap", "zero", "--step", "0.07", "--out", OUT],
  points: ["convert", RECORDING],
  huge: ["info", file("huge", "t,P\n0,1e300\n1e290,1e300\n")],
  help: ["--help"],
};
const outcomes: Partial<Record<string, Outcome>> = {};

before(async () => {
  const all = await calls(...Object.values(CALLS).map((args) => ["trace", ...args]));
  for (const [i, name] of Object.keys(CALLS).entries()) outcomes[name] = all[i];
});

function printed(name: string): string {
  const outcome = outcomes[name];
  assert.ok(outcome, `${name} was called`);
  assert.deepEqual([outcome.code, outcome.stderr], [0, ""], name);
  return outcome.stdout;
}

function near(got: number, wanted: number, what: string): void {
  assert.ok(Math.abs(got - wanted) <= 1e-9 * Math.abs(wanted), `${what}: ${got}, not ${wanted}`);
}

/** 98 samples of 1 mW and 100 of 2 mW, 10 ms each. */
const WALK_J = 0.98e-3 + 2e-3;

test("info: format, length, gaps, spread, energy, and what it does to a capacitor", () => {
  const info = JSON.parse(printed("json"));
  assert.deepEqual([info.format, info.kind, info.entries, info.samples], ["csv", "power", 201, null]);
  near(info.duration_s, 6, "duration");
  near(info.energy_J, WALK_J, "energy");
  near(info.mean_W, WALK_J / 6, "mean");
  near(info.energyPerDay_J, (86_400 * WALK_J) / 6, "energy a day");
  assert.deepEqual(
    [info.p10_W, info.median_W, info.p90_W].map((p_W) => p_W * 1e3),
    [0, 0, 2],
  );
  assert.equal(info.gaps.count, 1);
  near(info.gaps.length_s, 4, "the hole");
  assert.equal(info.storage.name, "mlcc-10uF");
  assert.ok(info.storage.charge_s > 0.05 && info.storage.charge_s < 0.06, "28.8 uJ at 497 uW");
  near(JSON.parse(printed("held")).energy_J, WALK_J + 4e-3, "held");
  assert.match(printed("info"), /gaps +1, 4\.00 s together, filled by zero\n/);
  assert.match(printed("info"), /longest poor time +4\.00 s below a tenth of the mean\n/);
});

test("info knows what received power, curves and HDF5 stand for", () => {
  assert.match(printed("rf"), /note +power as an antenna received it, unless --rectifier takes off what one loses\n/);
  near(JSON.parse(printed("rectified")).mean_W, 0.525e-3, "1 mW into a diode");
  const surface = JSON.parse(printed("surface"));
  assert.deepEqual([surface.format, surface.kind, surface.mean_W], ["ekho", "curves", 1.5e-3]);
  const shepherd = JSON.parse(printed("shepherd"));
  assert.deepEqual(
    [shepherd.format, shepherd.kind, shepherd.entries, shepherd.samples],
    ["shepherd", "points", 24, 24],
  );
});

test("plot: a picture that fits, in ASCII where it is piped, and outages are in it", () => {
  const lines = printed("plot").trimEnd().split("\n");
  assert.ok(lines.length > 10 && lines.every((line) => line.length <= 100), "size");
  assert.match(printed("plot"), /^[ -~\n]+$/);
  assert.match(printed("plot"), /2\.00 mW.*\n[\s\S]* 0 W/);
  const slices: { from_s: number; min_W: number; max_W: number }[] = JSON.parse(printed("part"));
  near(slices[1].from_s, 0.4 / slices.length, "the second of 0.4 s");
  assert.ok(
    slices.some(({ min_W }) => min_W === 0),
    "20 ms without power",
  );
  assert.ok(
    slices.every(({ max_W }) => max_W <= 1e-3 + 1e-12),
    "the first second has 1 mW",
  );
});

test("convert: what it writes is read again with the same energy, whole, in steps, and of points", () => {
  const read = (text: string): Trace => parseTrace(text, { gaps: "error" });
  near(energy_J(read(printed("convert"))), WALK_J, "energy");
  assert.equal(printed("step"), "");
  const even = read(readFileSync(OUT, "utf8"));
  near(energy_J(even), WALK_J, "energy in steps");
  assert.equal(even.times_s.length, Math.ceil(6 / 0.07));
  near(energy_J(read(printed("points"))), JSON.parse(printed("shepherd")).energy_J, "energy of points");
});

test("convert: a write that the system takes only part of is gone on with", (context) => {
  const whole = fs.writeSync;
  context.after(() => {
    fs.writeSync = whole;
    syncBuiltinESMExports();
  });
  const times_s = Float64Array.from({ length: 20_000 }, (_, i) => i / 3);
  const trace = { times_s, power_W: times_s.map((t) => t / 7e6), end_s: 20_000 / 3 };
  // Of text the third argument is a place in the file, of octets one in them.
  fs.writeSync = ((file: number, data: string | Uint8Array, at?: number) => {
    const octets = Buffer.from(data as string);
    const from = typeof data === "string" ? 0 : (at ?? 0);
    return whole(file, octets.subarray(from, from + 1000));
  }) as typeof fs.writeSync;
  syncBuiltinESMExports();
  writeCsv(trace, OUT);
  const { power_W } = parseTrace(readFileSync(OUT, "utf8"), { gaps: "error" });
  assert.deepEqual([...power_W.slice(0, 20_000)], [...trace.power_W]);
});

test("info: numbers that nobody measures stay within their lines", () => {
  const lines = printed("huge").trimEnd().split("\n").slice(1);
  assert.ok(
    lines.every((line) => line.length <= 100),
    lines.join("\n"),
  );
  assert.match(printed("huge"), /duration +2e290 s\n/);
  assert.match(printed("huge"), /mean power +\S+ W\n/);
  assert.match(printed("huge"), /least, greatest +1\.00e300 W, 1\.00e300 W\n/);
});

test("run takes every format, and its result knows the file by its octets", async () => {
  const files = [RF, SURFACE, RECORDING];
  const all = await calls(...files.map((name) => ["run", "--trace", name, "--duration", "0.2", "--json"]));
  for (const [i, { code, stdout, stderr }] of all.entries()) {
    assert.deepEqual([code, stderr], [0, ""], files[i]);
    const { hashes } = JSON.parse(stdout);
    assert.equal(hashes.trace, createHash("sha256").update(readFileSync(files[i])).digest("hex"), files[i]);
    assert.match(hashes.power, /^[0-9a-f]{64}$/);
  }
});

test("the help names the formats and shows how", () => {
  for (const word of [
    "Mementos",
    "REACT",
    "Ekho",
    "shepherd",
    "--rectifier",
    "--step",
    "Examples:",
    "docs/TRACES.md",
  ]) {
    assert.ok(printed("help").includes(word), word);
  }
});

const UNKNOWN =
  /^ampcore trace: \S+: this is in none of the known formats, which are Mementos, CSV with a header such as t_s,P_uW, NREL, REACT, Ekho and shepherd's HDF5$/;

const MISTAKES: readonly (readonly [args: readonly string[], sentence: RegExp])[] = [
  [
    ["look", WALK],
    /^ampcore trace: "look" is nothing to do with a trace, where one of info, convert, plot is expected$/,
  ],
  [["info"], /missing required argument 'file'/],
  [["info", join(FOLDER, "nowhere")], /^ampcore trace: the trace \S+nowhere does not exist, where a file is expected$/],
  [["info", FOLDER], /is a folder, where a file is expected$/],
  [["info", file("empty", "")], /empty: the trace is empty$/],
  [
    ["info", file("broken.csv", Uint8Array.of(0x89, 0x48, 0x44, 0x46, 13, 10, 26, 10, 0))],
    /broken\.csv: it cannot be opened: /,
  ],
  [["convert", WALK], /walk: line 102: a gap of 4\.01 s after line 101, .* the gap policy hold or zero would fill it$/],
  [
    ["convert", RF, "--out", join(FOLDER, ".", "rf")],
    /^ampcore trace: --out \S+rf is the recording itself, where another file is expected$/,
  ],
  [["info", file("nothing", "Licence\n\nTo whom it may concern, greetings.\n")], UNKNOWN],
  [["info", file("prose", "Permission is given, as said, to all\n")], UNKNOWN],
  [["info", file("other.json", '{"t": [0, 1], "P": [1, 1]}\n')], UNKNOWN],
  [
    ["info", file("curve.json", '{"0":{"0.1":-0.00002,"0.2":-0.00001}}\n')],
    /^ampcore trace: \S+curve\.json: this is an I-V curve of a cell and no recording, where harvest\.trace\.cell: \[\{lux, file\}\] of a scenario takes it$/,
  ],
  [["info", file("headless", "0,1e-4\n1,1e-4\n")], /headless: line 1: "0" is no column of a trace; they are t, P/],
  [["convert", WALK, "--json"], /^ampcore trace: --json is for info and plot, where convert writes CSV$/],
  [["info", WALK, "--out", "x"], /^ampcore trace: --out is for convert, where info prints$/],
  [
    ["convert", RF, "--out", join(FOLDER, "no", "file")],
    /^ampcore trace: --out \S+ cannot be written \(ENOENT\), where/,
  ],
  [
    ["info", WALK, "--from", "soon"],
    /^ampcore trace: --from is "soon", where a number of seconds of at least 0 is expected$/,
  ],
  [["info", WALK, "--from", "7"], /walk: there is nothing from 7 s on, where the trace lasts from 0 s to 6 s$/],
  [
    ["info", WALK, "--step", "0"],
    /^ampcore trace: --step: harvest\.trace\.step_s is 0, where a number of seconds above 0/,
  ],
  [
    ["info", WALK, "--step", "1e-9"],
    /walk: a step of 1e-9 s makes 6000000000 samples of 6 s, where at most 20000000 are made$/,
  ],
  [
    ["info", WALK, "--gap", "maybe"],
    /--gap: harvest\.trace\.gap is "maybe", where one of error, hold, zero is expected$/,
  ],
  [["info", WALK, "--rectifier", "tube"], /--rectifier: .* is "tube", where null, or one of sms7630-0v5/],
  [
    ["info", WALK, "--rectifier", "ssuhf-1v0"],
    /walk: a rectifier is for power that was received as RF, .* this is csv$/,
  ],
];

test("every mistake is told in one sentence, with exit code 2 and nothing on stdout", async () => {
  const all = await calls(...MISTAKES.map(([args]) => ["trace", ...args]));
  for (const [i, [args, sentence]] of MISTAKES.entries()) {
    const { code, stdout, stderr } = all[i];
    assert.deepEqual([code, stdout], [2, ""], args.join(" "));
    assert.match(stderr.trimEnd(), sentence);
    assert.ok(!/\n./.test(stderr), `one line: ${stderr}`);
  }
});
