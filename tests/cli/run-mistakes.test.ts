/** Whatever is wrong with what `ampcore run` is given: one sentence of one line on stderr, exit code 2, nothing on stdout. */
import assert from "node:assert/strict";
import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { calls, type Outcome } from "../support/calls.ts";
import { scratchFolder } from "./ampcore.ts";

const FOLDER = scratchFolder();

/** The path of a new file. */
function file(name: string, content: string | Uint8Array): string {
  const path = join(FOLDER, name);
  writeFileSync(path, content);
  return path;
}

const trace = (name: string, content: string | Uint8Array): string[] => ["--trace", file(name, content)];
const yaml = (name: string, content: string): string[] => [file(`${name}.yaml`, content)];
const set = (...settings: string[]): string[] => ["--set", ...settings];

const STEADY = "t,P\n0,1e-4\n0.1,1e-4\n0.2,1e-4\n0.3,1e-4\n";
const JUNK = Uint8Array.from({ length: 4096 }, (_, i) => (i * 197 + (i >> 3) * 31) & 0xff);

mkdirSync(join(FOLDER, "folder"));

/** What is wrong, the arguments, and what the sentence must name. */
const MISTAKES: readonly (readonly [what: string, args: readonly string[], sentence: RegExp])[] = [
  // Traces
  [
    "text in a trace",
    trace("text.csv", "t,P\n0,1e-4\n0.1,much\n0.2,1e-4\n"),
    /text\.csv: line 3: "much" .* finite number/,
  ],
  ["text in a Mementos trace", trace("text.txt", "0 1.2\n1 1.3\n2 abc\n3 1.1\n"), /text\.txt: line 3: .*"2? ?abc"/],
  ["a negative time", trace("negative.csv", "t,P\n0,1e-4\n0.1,1e-4\n-0.2,1e-4\n"), /negative\.csv: line 4: .*-0\.2/],
  ["a time that stands still", trace("still.csv", "t,P\n0,1e-4\n0.1,1e-4\n0.1,1e-4\n"), /line 4: time stands still/],
  ["a gap", trace("gap.csv", `${STEADY}9.3,1e-4\n`), /gap\.csv: line 6: a gap of 9 s after line 5, .* hold or zero/],
  ["a negative power", trace("power.csv", "t,P\n0,1e-4\n0.1,-1e-4\n0.2,1e-4\n"), /power\.csv: line 3: .*-0?\.?0*1/],
  ["NaN in a trace", trace("nan.csv", "t,P\n0,1e-4\n0.1,NaN\n0.2,1e-4\n"), /nan\.csv: line 3: "NaN"/],
  ["Infinity in a trace", trace("inf.csv", "t,P\n0,1e-4\n0.1,1e999\n0.2,1e-4\n"), /inf\.csv: line 3: "1e999"/],
  ["a missing column", trace("column.csv", "t,P\n0,1e-4\n0.1\n0.2,1e-4\n"), /column\.csv: line 3/],
  ["a trace without a header", trace("header.csv", "0,1e-4\n0.1,1e-4\n"), /header\.csv: .*(header|column|t,P)/],
  ["volts without a load", trace("volts.csv", "t,V\n0,1\n0.1,1\n0.2,1\n"), /volts\.csv: .*(load|resistance|Ohm)/],
  ["lux without a cell", trace("lux.csv", "t,lux\n0,300\n0.1,300\n0.2,300\n"), /lux\.csv: .*cell/],
  ["an empty trace", trace("empty.csv", ""), /empty\.csv: the trace is empty/],
  ["a trace of white space", trace("white.csv", " \n\n \n"), /white\.csv: the trace is empty/],
  ["a trace of one sample", trace("one.csv", "t,P\n0,1e-4\n"), /one\.csv: line 2: .*at least two/],
  ["binary junk for a trace", trace("junk.csv", JUNK), /junk\.csv: /],
  [
    "a missing trace",
    ["--trace", join(FOLDER, "nowhere.csv")],
    /nowhere\.csv does not exist, where a file is expected/,
  ],
  ["a folder for a trace", ["--trace", join(FOLDER, "folder")], /folder is a folder, where a file is expected/],
  ["no trace where one is wished", set("harvest.source=trace"), /harvest\.trace\.file is empty/],
  [
    "an unknown gap policy",
    [...trace("steady.csv", STEADY), "--gap", "maybe"],
    /--gap: .*"maybe", where one of error, hold, zero/,
  ],
  ["an unknown cell", ["--cell", "sun"], /--cell: .*"sun", where null, one of am1417, exl2-1v50/],
  ["a load of 0 Ohm", ["--load", "0"], /--load: .* is 0, where a resistance above 0/],
  [
    "an I-V curve that is none",
    yaml(
      "curve",
      `harvest: {source: trace, trace: {file: ${file("light.csv", "t,lux\n0,300\n1,300\n")}, cell: [{lux: 300, file: ${file("curve.json", "[1]")}}]}}\n`,
    ),
    /ampcore run: \S*curve\.json: /,
  ],
  // Numbers that cannot be
  ["0 F", set("override.storage.capacitance_F=0"), /capacitance_F is 0, where a number of F above 0/],
  ["-1 F", set("override.storage.capacitance_F=-1"), /capacitance_F is -1/],
  ["V_off above V_on", set("override.storage.vOff_V=3.3"), /vOn_V is 3 V, where a number above vOff_V \(3\.3 V\)/],
  ["V_on above V_max", set("override.storage.vOn_V=4"), /vMax_V is 3\.6 V, where .* at least vOn_V \(4 V\)/],
  ["a start above V_max", set("stations.vStart_V=5"), /5 V, only between 0 and vMax_V \(3\.6 V\)/],
  ["NaN", set("override.storage.vOn_V=.nan"), /--set: override\.storage.*NaN|--set: override\.storage/],
  ["NaN for a duration", ["--duration", ".nan"], /duration_s is NaN, where a number above 0/],
  ["Infinity for a duration", ["--duration", ".inf"], /duration_s is Infinity, where a number above 0/],
  ["a duration of text", ["--duration", "x"], /--duration: duration_s is "x", where a number above 0 is expected/],
  ["a duration of 0", ["--duration", "0"], /duration_s is 0, where a number above 0/],
  ["no duration", ["--duration", ""], /duration_s is null, where a number above 0/],
  ["half a station", ["--stations", "1.5"], /stations\.count is 1\.5, where a whole number/],
  ["a seed below 0", ["--seed", "-1"], /seed is -1, where a whole number/],
  ["a probability of 2", set("air.loss_up=2"), /air\.loss_up is 2, where a probability/],
  ["a clock that stands still", set("override.mcu.clock_Hz=0"), /clock_Hz is 0, where a number of Hz above 0/],
  [
    "a harvest below 0",
    set("harvest.source=constant", "harvest.constant.power_W=-1"),
    /power_W is -1, where a number of at least 0/,
  ],
  // Names that nobody has
  [
    "an unknown key",
    yaml("key", "stations: {cuont: 3}\n"),
    /key\.yaml: there is no key stations\.cuont; the keys there are/,
  ],
  ["an unknown key of the command line", set("stations.cuont=3"), /--set: there is no key stations\.cuont/],
  [
    "an unknown number of a profile",
    set("override.mcu.cycles_J=1"),
    /"cycles_J" is none of its numbers, which are clock_Hz/,
  ],
  ["an unknown scenario", ["nobody"], /the scenario nobody does not exist, where a YAML file or one of crowd, default/],
  ["an unknown MCU", set("stations.mcu=z80"), /stations\.mcu is "z80", where one of .*nrf54l15/],
  ["an unknown storage", set("stations.storage=toString"), /stations\.storage is "toString", where one of .*tgbp/],
  ["an unknown security profile", set("ap.profile=huge"), /ap\.profile is "huge", where one of compact, wide, strong/],
  ["an unknown module", set("stations.module=relase"), /stations\.module relase does not exist, where .*release/],
  [
    "a module that is no WebAssembly",
    set(`stations.module=${file("no.wasm", JUNK)}`),
    /no\.wasm is no station module, where release, small/,
  ],
  [
    "a WebAssembly module that is no station",
    set(`stations.module=${file("empty.wasm", Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))}`),
    /empty\.wasm is no station module, where release, small, roaming or a \.wasm/,
  ],
  ["a folder for a module", set(`stations.module=${join(FOLDER, "folder")}`), /folder is a folder/],
  ["a backscatter radio (002-A12)", set("stations.radio=backscatter-15uW"), /3\.5\.1 refuses: "backscatter/],
  // What does not fit together
  ["too short a period", set("ap.slots=200"), /ap\.trigger_period_s is 0\.025, where 1 trigger with 200 slots/],
  ["too short a slot", set("ap.slot_us=10"), /ap\.slot_us is 10, where a slot of 10 us is too short/],
  [
    "too long a reading",
    set("stations.reading_octets=40", "ap.profile=strong"),
    /reading_octets is 40, where profile strong has room for 16/,
  ],
  // YAML and the command line itself
  ["bad YAML", yaml("bad", "stations: {count: 3\nap: [\n"), /bad\.yaml, line \d+, column \d+: this is no YAML/],
  ["a list for a scenario", yaml("list", "- 1\n- 2\n"), /list\.yaml: the scenario is \[1,2\]/],
  ["binary junk for a scenario", [file("junk.yaml", JUNK)], /junk\.yaml/],
  ["an alias of nothing", yaml("alias", "stations: *nothing\n"), /alias\.yaml.*nothing/],
  [
    "an alias of itself",
    yaml("circle", "stations: &me {count: *me}\n"),
    /circle\.yaml: it does not come out as plain values/,
  ],
  [
    "aliases of aliases of aliases",
    yaml(
      "bomb",
      `a: &a [1,1]\n${["b", "c", "d", "e"].map((key, i) => `${key}: &${key} [${new Array(9).fill(`*${"abcd"[i]}`)}]`).join("\n")}\n`,
    ),
    /bomb\.yaml/,
  ],
  ["a set for a part", yaml("set", "stations: !!set {count}\n"), /set\.yaml: it does not come out as plain values/],
  ["a list for a key", yaml("listkey", "? [1, 2]\n: 3\n"), /listkey\.yaml/],
  ["a folder for a scenario", [join(FOLDER, "folder")], /folder is a folder, where a YAML file or one of/],
  ["--set without =", set("stations.count"), /--set stations\.count is no setting, where key=value is expected/],
  ["--set without a key", set("=3"), /--set =3 is no setting/],
  ["--set of bad YAML", set("stations.count=[1"), /"\[1" is no YAML/],
  ["--set of a part", set("stations=3"), /--set: stations is 3, where a part with keys of its own/],
  ["--set of a prototype", set("stations.__proto__.count=3"), /--set: there is no key/],
  [
    "--csv into a folder that is not there",
    ["--duration", "0.1", "--csv", join(FOLDER, "no", "lives.csv")],
    /--csv \S+ cannot be written/,
  ],
  [
    "--pcap into a folder that is not there",
    ["--pcap", join(FOLDER, "no", "air.pcapng")],
    /--pcap \S+air\.pcapng cannot be written \(ENOENT\), where a file in an existing folder is expected/,
  ],
  ["a folder for --pcap", ["--pcap", join(FOLDER, "folder")], /--pcap \S+folder cannot be written \(EISDIR\)/],
  [
    "a text of no kind",
    trace("LICENSE", "Licence\n\nTo whom it may concern, greetings.\n"),
    /LICENSE: .* known formats/,
  ],
  ["--csv - with --json", ["--csv", "-", "--json"], /both want stdout/],
  ["an unknown option", ["--jsn"], /unknown option '--jsn'/],
  ["two scenarios", ["default", "crowd"], /too many arguments/],
];

let outcomes: Outcome[] = [];
before(async () => {
  outcomes = await calls(...MISTAKES.map(([, args]) => ["run", "--duration", "0.2", ...args]));
});

for (const [i, [what, , sentence]] of MISTAKES.entries()) {
  test(`${what}: one sentence, exit code 2`, () => {
    const { code, stdout, stderr } = outcomes[i];
    assert.match(stderr, /^ampcore run: [^\n]+\n$/, "one line");
    assert.match(stderr, sentence);
    assert.doesNotMatch(stderr, /undefined|\[object|Error:/, "in words");
    assert.ok(stderr.length < 600, `${stderr.length} characters`);
    assert.deepEqual([code, stdout], [2, ""]);
  });
}

test("a gap is filled as the policy says", async () => {
  const gap = ["run", "--duration", "9", "--stations", "1", ...trace("filled.csv", `${STEADY}9.3,1e-4\n`), "--json"];
  const set1 = ["--set", "harvest.offset=none"];
  const [hold, zero] = await calls([...gap, ...set1, "--gap", "hold"], [...gap, ...set1, "--gap", "zero"]);
  const joules = ({ stdout }: Outcome): number => JSON.parse(stdout).energy.harvest.harvested_J;
  assert.ok(Math.abs(joules(hold) - 9 * 1e-4) < 1e-8, `${joules(hold)} J, held for 9 s`);
  assert.ok(Math.abs(joules(zero) - 0.4 * 1e-4) < 1e-8, `${joules(zero)} J, of 0.4 s`);
});

test("a run that is refused leaves the files of its results as they were, and makes none", async () => {
  const kept = ["keep.csv", "keep.html", "keep.pcapng"].map((name) => file(name, `what was in ${name}`));
  const link = join(FOLDER, "link.pcapng");
  const absent = ["new.csv", "new.html", "target.pcapng"].map((name) => join(FOLDER, name));
  symlinkSync(absent[2], link);
  const call = ([csv, report, pcap]: readonly string[]): string[] => [
    ...["run", "--duration", "0.2", "--csv", csv, "--report", report, "--pcap", pcap],
    ...set("stations.radio=backscatter-15uW"),
  ];
  const all = await calls(call(kept), call([...absent.slice(0, 2), link]));
  for (const { code, stderr } of all) {
    assert.equal(code, 2, stderr);
    assert.match(stderr, /3\.5\.1 refuses: "backscatter/);
  }
  for (const path of kept) assert.match(readFileSync(path, "utf8"), /^what was in keep/, path);
  for (const path of absent) assert.ok(!existsSync(path), `${path} was made`);
  assert.ok(lstatSync(link).isSymbolicLink(), "the link is still there");
});

test("a capture takes the place of what was in its file", async () => {
  const air = file("old.pcapng", "old");
  const [{ code, stderr }] = await calls(["run", "--duration", "0.2", "--quiet", "--pcap", air]);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.equal(readFileSync(air).readUInt32LE(0), 0x0a0d0d0a, "a section header comes first");
});
