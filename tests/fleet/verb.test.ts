/** `ampcore fleet` as its user has it. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "csv-parse/sync";
import { ampcore, ENTRY, scratchFolder } from "../cli/ampcore.ts";

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
  assert.match(
    readFileSync(page, "utf8"),
    /^<!doctype html>.*20 stations at 2 access points<.*Time to the first reading<.*<polyline/s,
  );
  const told = await ampcore(["fleet", ...SMALL]);
  assert.match(told.stdout, /^fleet: 20 stations at 2 access points for 3 s, seed 1\n/);
  assert.match(told.stdout, new RegExp(`readings taken +${readings.taken}\n`));
});

test("by slots and periods: one row each, slots changing fastest, and a point for each in the page", async () => {
  const page = join(FOLDER, "grid.html");
  const lists = ["--slots", "24,255", "--periods", "0.1,0.2"];
  const { code, stdout } = await ampcore(["fleet", ...SMALL, ...lists, "--json", "--report", page]);
  assert.equal(code, 0);
  const rows: { fleet: Record<string, number>; refused?: string }[] = JSON.parse(stdout);
  assert.deepEqual(
    rows.map(({ fleet, refused }) => [fleet.triggerPeriod_s, fleet.slots, refused !== undefined]),
    [
      [0.1, 24, false],
      [0.1, 255, true],
      [0.2, 24, false],
      [0.2, 255, false],
    ],
  );
  // One that cannot be keeps nobody else from being lived, and says why.
  assert.match(
    rows[1].refused ?? "",
    /^ap\.trigger_period_s is 0\.1, where 1 trigger with 255 slots each need at least/,
  );
  const html = readFileSync(page, "utf8");
  assert.match(html, /does not fit: ap\.trigger_period_s is 0\.1/);
  // Four plots of three fleets, of which that of first readings may lack points; and a curve of each.
  const points = html.match(/<circle[^>]*><title>/g)?.length ?? 0;
  assert.ok(points >= 9 && points <= 12, `${points} points`);
  assert.equal(html.match(/<polyline/g)?.length, 4 * 2 + 3);
});

test("a table that Ctrl-C stops shows the fleets that are done", { timeout: 60_000 }, async () => {
  const page = join(FOLDER, "stopped.html");
  const lists = ["--slots", "16", "--duration", "10000"];
  const args = [ENTRY, "fleet", "--stations", "10", ...lists, "--report", page];
  const child = spawn(process.execPath, [...args, "--periods", "50,0.2"]);
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (chunk: string) => {
      output[name] += chunk;
      // The first, with its few triggers, takes no time; the second is half of all.
      const [, done = "0"] = [...output.stderr.matchAll(/^(\d+)\.\d % of 2 fleets/gm)].at(-1) ?? [];
      if (Number(done) >= 50 && !child.killed) child.kill("SIGINT");
    });
  }
  const [code] = await once(child, "close");
  assert.equal(code, 130, output.stderr);
  assert.match(output.stderr, /\nstopped with 1 of 2 fleets done\n$/);
  assert.match(output.stdout, /by offered slots and period of triggers\n.*\n +50 +16 /s);
  assert.match(readFileSync(page, "utf8"), /10 stations at 1 access point</);
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
    [["--slots", "4,4"], /--slots 4,4 has one twice/],
    [["--periods", "0"], /--periods "0" is no number from 0\.001 to 3600/],
    [["--energizer", "4,2"], /--energizer 4,2 is no distance/],
    [
      ["--set", "stations.count=7"],
      /--set stations\.count=7 is not for a fleet, where --stations says stations\.count/,
    ],
    [["--set", "stations={count: 7}"], /is not for a fleet, where --stations says stations\.count/],
    [["--set", "ap.slots=9", "--slots", "8,16"], /--set ap\.slots=9 is not for a fleet, where --slots says ap\.slots/],
    [["--slots", "200,255", "--periods", "0.01"], /ap\.trigger_period_s is 0\.01, where 1 trigger with 200 slots/],
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
