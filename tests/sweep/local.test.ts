/** `ampcore sweep` on one machine: any number of threads, killed and gone on with, and what a mistake in the call is told. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../host/build/build.ts";
import { FileLog } from "../../host/cli/sweep/filelog.ts";
import { leftOf, SweepProgress } from "../../host/cli/sweep/progress.ts";
import type { Life } from "../../host/sim/tally.ts";
import { triesOf } from "../../host/sweep/columns.ts";
import type { JobList } from "../../host/sweep/joblist.ts";
import { LogError, Outcomes } from "../../host/sweep/log.ts";
import { ampcore, scratchFolder } from "../cli/ampcore.ts";
import { calls } from "../support/calls.ts";
import { Process, until } from "./redis.ts";

const FOLDER = scratchFolder();
const GRID = join(FOLDER, "grid.yaml");
writeFileSync(
  GRID,
  `
name: local
set: {duration_s: 10, harvest.source: markov}
grid: {override.storage.capacitance_F: [2.2e-6, 4.7e-6], harvest.markov.power_W: [50.0e-6, 500.0e-6]}
monte_carlo: {draws: 2, parameters: {harvest.scale: {uniform: [0.8, 1.2]}}}
repetitions: 3
`,
);
const out = (name: string): string => join(FOLDER, name);
const resultsOf = (name: string): Buffer => readFileSync(join(out(name), "results.parquet"));

test("one thread, three threads, and a run that was killed and gone on with: the same octets", async () => {
  const whole = new Process(["sweep", GRID, "--out", out("one"), "--workers", "1", "--json"], FOLDER);
  const three = new Process(["sweep", GRID, "--out", out("three"), "--workers", "3", "--json"], FOLDER);
  const args = ["sweep", GRID, "--out", out("killed"), "--workers", "1"];
  const victim = new Process(args, FOLDER);
  const log = join(out("killed"), "results.log.ndjson");
  const lines = (): number => (existsSync(log) ? readFileSync(log, "utf8").split("\n").length - 1 : 0);
  await until(() => (lines() >= 3 ? true : undefined), "two jobs are done");
  await victim.kill();
  const kept = lines();
  assert.ok(kept < 25, "it was killed before its end");
  appendFileSync(log, '{"job":7,"values":[1,');
  const [refused] = await calls(args);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /results\.log\.ndjson has \d+ of 24 jobs of this sweep: --resume goes on with it/);
  const resumed = await ampcore([...args, "--resume", "--quiet"]);
  assert.deepEqual([resumed.code, resumed.stdout, resumed.stderr], [0, "", ""]);
  assert.equal(lines(), 25, "a line each, and the head");
  assert.deepEqual([await whole.ended, await three.ended], [0, 0]);
  assert.equal(whole.stdout, three.stdout);
  assert.ok(resultsOf("one").equals(resultsOf("three")));
  assert.ok(resultsOf("one").equals(resultsOf("killed")));
  const { rows, cells, movers, violations } = JSON.parse(whole.stdout);
  assert.deepEqual([rows.length, cells.length, violations], [24, 8, 0]);
  assert.equal(movers.length, 3);
  assert.ok(!/"\/|[A-Z]:\\/.test(whole.stdout), "no path of this machine");
});

test("the log of another sweep is refused in one sentence, and stays as it was", async () => {
  const log = join(out("one"), "results.log.ndjson");
  const [before, results] = [readFileSync(log), resultsOf("one")];
  const there = ["sweep", GRID, "--out", out("one"), "--resume"];
  const [another, seed] = await calls([...there, "--set", "duration_s=9"], [...there, "--seed", "2"]);
  for (const { code, stderr } of [another, seed]) {
    assert.equal(code, 2);
    assert.match(
      stderr,
      /is of another list of jobs \([0-9a-f]{12} with 24 jobs, where this one is [0-9a-f]{12} with 24\): its grid, /,
    );
  }
  const [head, ...rest] = before.toString("utf8").split("\n");
  const older = join(FOLDER, "older.log.ndjson");
  writeFileSync(
    older,
    [JSON.stringify({ ...JSON.parse(head), sweep: "0".repeat(64), ampcore: "0.0.1" }), ...rest].join("\n"),
  );
  writeFileSync(join(FOLDER, "none.log.ndjson"), "no log\n");
  const [old, none] = await calls(
    ["sweep", GRID, "--out", join(FOLDER, "older.csv"), "--resume"],
    ["sweep", GRID, "--out", join(FOLDER, "none.csv"), "--resume"],
  );
  assert.match(old.stderr, /it was begun by ampcore 0\.0\.1, and this is [\d.]+; finish it as it was begun/);
  assert.match(none.stderr, /none\.log\.ndjson is no log of a sweep/);
  assert.deepEqual([old.code, none.code], [2, 2]);
  assert.ok(readFileSync(log).equals(before) && resultsOf("one").equals(results));
});

test("a broken rule is exit code 1, also for one who wants to hear nothing", async () => {
  const log = readFileSync(join(out("one"), "results.log.ndjson"), "utf8");
  writeFileSync(join(FOLDER, "broken.log.ndjson"), log.replace(/,0\]\}\n/, ",2]}\n"));
  const args = ["sweep", GRID, "--out", join(FOLDER, "broken.csv"), "--resume"];
  const [told, quiet] = await calls(args, [...args, "--quiet"]);
  assert.deepEqual([told.code, quiet.code, quiet.stdout, quiet.stderr], [1, 1, "", ""]);
});

test("a disk that is full, a second writer, a file that is no log: one sentence, and every whole line is kept", async () => {
  const log = readFileSync(join(out("one"), "results.log.ndjson"), "utf8");
  const [head, first, second, ...rest] = log.split("\n");
  const place = (name: string): string => join(FOLDER, `${name}.log.ndjson`);
  const args = (name: string): string[] => ["sweep", GRID, "--out", join(FOLDER, `${name}.csv`), "--resume", "--quiet"];
  // Room for half a line more, in a shell's blocks of 1024 octets.
  const kept = [head, first, second, ""].join("\n");
  writeFileSync(place("full"), kept);
  const blocks = Math.ceil((kept.length + 20) / 1024);
  const { status, stderr } = spawnSync("bash", [
    "-c",
    `ulimit -f ${blocks}; exec "$@"`,
    "bash",
    process.execPath,
    join(ROOT, "host/cli/ampcore.mjs"),
    ...args("full"),
  ]);
  assert.match(`${stderr}`, /^ampcore sweep: --out .*full\.log\.ndjson cannot be written on \(EFBIG\); what was done/);
  assert.equal(status, 2);
  const left = readFileSync(place("full"), "utf8");
  assert.ok(left.startsWith(kept) && left.endsWith("]}\n"), left.slice(-100));
  for (const line of left.trimEnd().split("\n").slice(1)) assert.ok(log.includes(`${line}\n`), line);

  writeFileSync(place("words"), "no newline");
  writeFileSync(place("torn"), [head, first, second.slice(0, 30), ...rest].join("\n"));
  const [words, torn] = await calls(args("words"), args("torn"));
  assert.match(words.stderr, /words\.log\.ndjson is no log of a sweep: another place is expected/);
  assert.equal(readFileSync(place("words"), "utf8"), "no newline");
  assert.match(torn.stderr, /torn\.log\.ndjson, line 3: ".*" is no line of this sweep's/);

  const outcomes = { jobs: Array(3), columns: Array(1), hash: "ab", plan: { version: "1" } } as unknown as JobList;
  const open = (resume: boolean) => new FileLog(place("two"), outcomes, new Outcomes(outcomes), resume);
  const one = open(false);
  const other = open(true);
  other.append('{"job":0,"values":[1]}');
  assert.throws(() => one.append('{"job":1,"values":[1]}'), /two\.log\.ndjson is being written by another process too/);
  for (const file of [one, other]) file.close();
  assert.equal(readFileSync(place("two"), "utf8").split("\n").length, 3);
});

test("a life that the run's end cut off behind its first trigger is no try; any other that heard one is", () => {
  const death = {} as Life["death"];
  const life = (m1Heard: number, confirmed: number, died: boolean) =>
    ({ m1Heard, confirmed, death: died ? death : undefined }) as Life;
  assert.deepEqual(triesOf([life(0, 0, true), life(1, 0, false)]), { heard: 0, succeeded: 0 });
  assert.deepEqual(triesOf([life(1, 0, true), life(2, 0, false), life(1, 1, false), life(3, 2, true)]), {
    heard: 4,
    succeeded: 2,
  });
});

test("a log's line counts once; one of another job, or a second result of the same, is refused", () => {
  const outcomes = new Outcomes({ jobs: Array(3), columns: Array(2) } as unknown as ConstructorParameters<
    typeof Outcomes
  >[0]);
  assert.equal(outcomes.add('{"job":1,"values":[1,2]}'), true);
  assert.equal(outcomes.add('{"job":1,"values":[1,2]}'), false);
  assert.deepEqual(outcomes.missing(), [0, 2]);
  for (const [line, told] of [
    ['{"job":1,"values":[1,3]}', /job 1 came to two different results/],
    ['{"job":3,"values":[1,2]}', /no line of this sweep's/],
    ['{"job":0,"values":[1]}', /no line of this sweep's/],
    ['{"job":0}', /no line of this sweep's/],
    ["null", /no line of this sweep's/],
  ] as const) {
    assert.throws(
      () => outcomes.add(line),
      (error) => error instanceof LogError && told.test(error.message),
      line,
    );
  }
});

test("a mistake in the call is told in one sentence, exit code 2, before anything is run", async () => {
  const grid = (name: string, text: string): string => {
    writeFileSync(join(FOLDER, name), text);
    return join(FOLDER, name);
  };
  const axis = "grid: {ap.slots: [8, 16]}";
  const mistakes: readonly [readonly string[], RegExp][] = [
    [
      ["nowhere.yaml"],
      /the grid nowhere\.yaml does not exist, where a YAML file or one of capacitor-harvest, tolerances is/,
    ],
    [["--workers", "0"], /--workers is 0, where a whole number from 1 to 1,024 is expected/],
    [["--seed", "-1"], /--seed is -1, where a whole number/],
    [["--resume"], /--resume goes on with what --out or --queue has, and neither is there/],
    [["--format", "csv"], /--format is of --out, which is missing/],
    [["--out", "x.csv", "--format", "parquet"], /--out x\.csv is a csv and --format is parquet/],
    [["--out", FOLDER, "--format", "xls"], /--format is xls, where one of parquet, csv is expected/],
    [["--out", GRID], /is a file, where a folder or the name of a \.parquet or \.csv is expected/],
    [["--out", join(FOLDER, "no/such/folder")], /--out .*no\/such\/folder cannot be written \(ENOENT\)/],
    [["--report", "-"], /--report - is stdout/],
    [["--out", "-"], /--out - is stdout, where a folder or a file is expected/],
    [[GRID, "--report", GRID], /--report .*grid\.yaml is also the grid, where a file of its own is expected/],
    [
      ["--out", join(FOLDER, "a.csv"), "--report", join(FOLDER, ".", "a.csv")],
      /a\.csv is also a file of --out, where a file of its own/,
    ],
    [["--out", join(FOLDER, "schema.csv")], /--out .*schema\.schema\.json cannot be written \(EISDIR\)/],
    [
      ["--queue", "redis://x", "--workers", "2"],
      /--workers is for this machine, and --queue leaves the work to ampcore worker/,
    ],
    [["--set", "harvest.markov.power_W=1"], /that varies in capacitor-harvest, where a path that does not is expected/],
    [["--set", "seed=3"], /--set seed=\.\.\. is no setting of a sweep: --seed is/],
    [["--set", "ap.slot=3"], /there is no key ap\.slot/],
    [[grid("a.yaml", `${axis}\nscenario: gone.yaml`)], /the scenario .*gone\.yaml does not exist/],
    [
      [grid("b.yaml", `${axis}\nset: {harvest.source: trace, harvest.trace.file: gone.csv}`)],
      /the trace gone\.csv does not exist/,
    ],
    [
      [
        grid(
          "f.yaml",
          `grid: {harvest.trace.file: [${grid("bad.csv", "t_s,nothing\n0,1\n")}]}\nset: {harvest.source: trace}`,
        ),
      ],
      /bad\.csv: line 1: "nothing" is no column of a trace/,
    ],
    [
      [grid("c.yaml", `${axis}\nresults: [confirmd]`)],
      /results has confirmd, and no result has confirmd; there are readings, confirmed,/,
    ],
    [
      [grid("d.yaml", `${axis}\nresults: [energy.total.e_K]`)],
      /no result has energy\.total\.e_K; there are e_J, low_J, high_J/,
    ],
    [
      [grid("e.yaml", `${axis}\nresults: [confirmed]\nanswer: deaths`)],
      /answer is deaths, where one of the results is expected: confirmed,/,
    ],
  ];
  mkdirSync(join(FOLDER, "schema.schema.json"));
  const outcomes = await calls(...mistakes.map(([args]) => ["sweep", ...args]));
  for (const [i, { code, stdout, stderr }] of outcomes.entries()) {
    assert.equal(code, 2, `${mistakes[i][0]}: ${stderr}`);
    assert.match(stderr, mistakes[i][1]);
    assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
    assert.equal(stdout, "");
  }
});

test("the time that is left is that of the jobs of this run, not of those that were known before", (context) => {
  let now_ms = 0;
  context.mock.method(performance, "now", () => now_ms);
  context.mock.timers.enable({ apis: ["Date"] });
  const told: string[] = [];
  const write = context.mock.method(process.stderr, "write", (text: string) => told.push(text) > 0);
  const progress = new SweepProgress(1000, false);
  // 500 come at once out of a log on the queue; then one each second.
  for (const done of [1, 250, 500]) progress.tell(done);
  progress.begin(500);
  now_ms += 10_000;
  context.mock.timers.tick(10_000);
  progress.tell(510);
  write.mock.restore();
  assert.match(told.join(""), /^510 of 1,000 jobs, 51\.0 %, 8 min 10 s left \.\.\.\n$/);
});

test("what is left is told in words", () => {
  assert.deepEqual(
    [leftOf(0, 10, 3), leftOf(5, 5, 3), leftOf(1, 130, 1), leftOf(10, 100, 400)],
    ["", ", 3 s left", ", 2 min 10 s left", ", 1 h 6 min left"],
  );
});
