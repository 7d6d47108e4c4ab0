/** `ampcore fleet` as its user has it. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "csv-parse/sync";
import { ampcore, scratchFolder } from "../cli/ampcore.ts";

const FOLDER = scratchFolder();
const SMALL = ["--stations", "20", "--duration", "3"];

test("ampcore fleet tells a fleet as a table, as JSON, station by station, and as a page", async () => {
  const [csv, page] = [join(FOLDER, "stations.csv"), join(FOLDER, "one.html")];
  const { code, stdout, stderr } = await ampcore(["fleet", ...SMALL, "--json", "--csv", csv, "--report", page]);
  assert.equal(code, 0, stderr);
  const { readings, aps, fleet, violations } = JSON.parse(stdout);
  assert.deepEqual([fleet.stations, fleet.aps, aps.length, violations], [20, 2, 2, 0]);
  const rows: Record<string, string>[] = parse(readFileSync(csv), { columns: true });
  assert.equal(rows.length, 20);
  const confirmed = rows.reduce((sum, row) => sum + Number(row.confirmed), 0);
  assert.equal(confirmed, readings.confirmed);
  assert.match(readFileSync(page, "utf8"), /^<!doctype html>.*20 stations at 2 access points/s);
  const told = await ampcore(["fleet", ...SMALL]);
  assert.match(told.stdout, /^fleet: 20 stations at 2 access points for 3 s, seed 1\n/);
  assert.match(told.stdout, new RegExp(`readings taken +${readings.taken}\n`));
});

test("by slots and periods: one row each, slots changing fastest, and a point for each in the page", async () => {
  const page = join(FOLDER, "grid.html");
  const lists = ["--slots", "16,24", "--periods", "0.1,0.2"];
  const { code, stdout } = await ampcore(["fleet", ...SMALL, ...lists, "--json", "--report", page]);
  assert.equal(code, 0);
  const wished = JSON.parse(stdout).map(({ fleet }: { fleet: Record<string, number> }) => [
    fleet.triggerPeriod_s,
    fleet.slots,
  ]);
  assert.deepEqual(wished, [
    [0.1, 16],
    [0.1, 24],
    [0.2, 16],
    [0.2, 24],
  ]);
  // Four plots, of which that of first readings may lack points.
  const points = readFileSync(page, "utf8").match(/<circle[^>]*><title>/g)?.length ?? 0;
  assert.ok(points >= 12 && points <= 16, `${points} points`);
});

test("a pair of slots and period that cannot be is told in its place, and the others run", async () => {
  const page = join(FOLDER, "partly.html");
  const call = ["fleet", ...SMALL, "--slots", "24,200", "--report", page];
  const { code, stdout } = await ampcore([...call, "--json"]);
  const [fits, misfit] = JSON.parse(stdout);
  assert.deepEqual([code, fits.fleet.slots, misfit.slots, misfit.triggerPeriod_s], [0, 24, 200, 0.1]);
  assert.match(misfit.misfit, /^ap\.trigger_period_s is 0\.1, where 1 trigger with 200 slots each need at least/);
  assert.match(readFileSync(page, "utf8"), /left out: 200 slots each 0\.1 s/);
  assert.match((await ampcore(call)).stdout, /left out: 200 slots each 100 ms: ap\.trigger_period_s/);
  const none = await ampcore(["fleet", ...SMALL, "--slots", "200,210"]);
  assert.deepEqual([none.code, none.stdout], [2, ""]);
});

test("the distribution of first readings is that of the rows, and the page draws it", async () => {
  const [csv, page] = [join(FOLDER, "first.csv"), join(FOLDER, "first.html")];
  const { stdout } = await ampcore(["fleet", ...SMALL, "--json", "--csv", csv, "--report", page]);
  const rows: Record<string, string>[] = parse(readFileSync(csv), { columns: true });
  // Of 20 stations each is one step of 5 %.
  const times = rows.map(({ first_s }) => (first_s === "" ? null : Number(first_s)));
  const sorted = times.filter((one) => one !== null).sort((a, b) => a - b);
  const wanted = [...sorted, ...new Array(20 - sorted.length).fill(null)];
  assert.deepEqual(JSON.parse(stdout).firstReading_s.steps, wanted);
  const [, points = ""] = /<polyline points="([^"]+)"/.exec(readFileSync(page, "utf8")) ?? [];
  assert.equal(points.split(" ").length, sorted.length);
});

test("one trace in step for all is told, and from a place of its own for each, too", async () => {
  const file = join(FOLDER, "power.csv");
  writeFileSync(file, `t_s,P_uW\n${Array.from({ length: 20 }, (_, i) => `${i},${i % 2 ? 400 : 0}`).join("\n")}\n`);
  for (const [offset, says] of [
    ["none", /all 20 stations see the same harvest at the same time/],
    ["random", /one trace feeds 20 stations, each from a random place in it/],
  ] as const) {
    const args = ["fleet", ...SMALL, "--trace", file, "--set", `harvest.offset=${offset}`, "--json"];
    const { stdout, stderr, code } = await ampcore(args);
    assert.equal(code, 0, stderr);
    assert.match(JSON.parse(stdout).warnings.join(), says);
  }
  // Energizers are on and off in step, at all access points.
  const { stdout } = await ampcore(["fleet", ...SMALL, "--set", "harvest.offset=none", "--json"]);
  assert.match(JSON.parse(stdout).warnings.join(), /all 20 stations see the same harvest/);
});

test("a mistake in the call is one sentence, exit code 2, and nothing is written", async () => {
  const page = join(FOLDER, "never.html");
  for (const [args, says] of [
    [["--stations", "5"], /--stations "5" is no whole number from 10 to 100000/],
    [["--aps", "200"], /--aps "200" is no whole number from 1 to 100/],
    [["--set", "stations.count=7"], /--set stations.count=7 is of one access point, where --stations says/],
    [["--slots", "4,4"], /--slots 4,4 has one twice/],
    [["--periods", "0"], /--periods "0" is no number from 0\.001 to 3600/],
    [["--energizer", "4,2"], /--energizer 4,2 is no distance/],
    [["--csv", page], /--csv and --report both name/],
    [["--csv", "x.csv", "--slots", "8,16"], /--csv is of one fleet, where --slots and --periods ask for 2/],
    [["--csv", join(FOLDER, "no", "x.csv")], /--csv .* cannot be written/],
    [["--moves-per-hour", "60", "--aps", "1"], /stations move, and there is one access point/],
  ] as const) {
    const { code, stderr, stdout } = await ampcore(["fleet", "--report", page, ...args]);
    assert.equal(code, 2, args.join(" "));
    assert.match(stderr, says);
    assert.deepEqual([stderr.trimEnd().split("\n").length, stdout, existsSync(page)], [1, "", false]);
  }
});
