/** `ampcore report`, and what `ampcore run` leaves of itself. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { reportHtml } from "../../host/report/document.tsx";
import { readResult } from "../../host/report/read.ts";
import type { Result } from "../../host/sim/result.ts";
import { ampcore, scratchFolder } from "../cli/ampcore.ts";
import { seeded } from "../energy/random.ts";
import { calls, type Outcome } from "../support/calls.ts";

const FOLDER = scratchFolder();
const at = (name: string): string => join(FOLDER, name);
const SHORT = ["run", "--duration", "2", "--stations", "2"];

/** Files that are no results, and what is said of each. */
const MISTAKES: Readonly<Record<string, readonly [text: string, says: RegExp]>> = {
  "empty.json": ["", /this is no JSON, where the output of ampcore run --json is expected$/],
  "list.json": ["[]", /ampcore is missing, where the output of ampcore run --json is expected$/],
  "null.json": ["null", /ampcore is missing/],
  "scenario.json": ['{"ampcore": "1", "violations": 0, "readings": "many"}', /readings is no number/],
  "hollow.json": [
    JSON.stringify({
      ...{ ampcore: "1", violations: 0, readings: 0, lives: 0, hashes: {}, profiles: {}, scenario: {}, warnings: [] },
      ...{ invariants: [], exchanges: {}, deaths: {}, energy: {}, refusals: {}, air: {}, needs: [], stations: [] },
    }),
    /hollow\.json: it is no whole result \(.*\)$/,
  ],
};

let outcomes: readonly Outcome[] = [];
before(async () => {
  for (const [name, [text]] of Object.entries(MISTAKES)) writeFileSync(at(name), text);
  const [json] = await calls([...SHORT, "--json"]);
  writeFileSync(at("result.json"), json.stdout);
  outcomes = await calls(
    [...SHORT, "--report", at("run.html")],
    ["report", at("result.json"), "--out", at("report.html")],
    [...SHORT, "--json", "--report", at("both.html")],
  );
});

test("run --report and report of run --json make the same page, out of the JSON alone", () => {
  for (const { code } of outcomes) assert.equal(code, 0);
  const page = readFileSync(at("run.html"), "utf8");
  assert.match(page, /^<!doctype html>\n<html lang="en">/);
  assert.equal(readFileSync(at("report.html"), "utf8"), page);
  assert.equal(readFileSync(at("both.html"), "utf8"), page);
  assert.equal(
    outcomes[2].stdout,
    readFileSync(at("result.json"), "utf8"),
    "the JSON is on stdout as without a report",
  );
});

test("the JSON of a run has its series on one line each, and is what it would be without", () => {
  const text = readFileSync(at("result.json"), "utf8");
  const result: Result = JSON.parse(text);
  const [first] = result.timeline?.stations ?? [];
  assert.equal(first.vMin_mV.length, 4000);
  assert.ok(text.split("\n").length < 4000, "a series takes a line, not thousands");
  assert.ok(text.includes(`"vMin_mV": [${first.vMin_mV.join(", ")}]`), "numbers are as JSON has them");
});

test("where the page went is said on stderr, stdout is the summary's", () => {
  const [{ stdout, stderr }] = outcomes;
  assert.match(stderr, /report: .*run\.html, to open in a browser\n$/);
  assert.match(stdout, /^default: 2 stations for 2 s/);
  assert.doesNotMatch(stdout, /html/);
});

test("a result may come out of a pipe", async () => {
  const input = readFileSync(at("result.json"), "utf8");
  const { code, stderr } = await ampcore(["report", "-"], { input, cwd: FOLDER });
  assert.deepEqual([code, stderr], [0, "report: report.html, to open in a browser\n"]);
  assert.ok(existsSync(at("report.html")), "report.html is where it was called");
});

test("npm start leaves a report", () => {
  const { scripts } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  assert.match(scripts.start, / run --report$/);
});

test("what is no result is one sentence, exit code 2, and leaves nothing behind", async () => {
  const out = at("never.html");
  const names = Object.keys(MISTAKES);
  const all = await calls(
    ...names.map((name) => ["report", at(name), "--out", out]),
    ["report", at("absent.json"), "--out", out],
    ["report", at("result.json"), "--out", at("no/such/folder.html")],
    [...SHORT, "--report", at("no/such/folder.html")],
    [...SHORT, "--report", "-"],
    [...SHORT, "--report", at("same"), "--csv", at("same")],
  );
  const says = [
    ...names.map((name) => MISTAKES[name][1]),
    /absent\.json does not exist, where what ampcore run --json wrote is expected$/,
    /--out .*folder\.html cannot be written \(ENOENT\), where a file in an existing folder is expected$/,
    /--report .*folder\.html cannot be written \(ENOENT\)/,
    /--report - is stdout, where a file is expected$/,
    /--csv and --report both name .*same, where two files are expected$/,
  ];
  for (const [i, { code, stdout, stderr }] of all.entries()) {
    assert.equal(code, 2, stderr);
    assert.equal(stdout, "");
    assert.match(stderr.trimEnd(), says[i]);
    assert.equal(stderr.trimEnd().split("\n").length, 1, "one sentence");
  }
  assert.equal(existsSync(out), false);
});

test("a result with a damaged member has a page, or is no whole result: nothing else happens", async () => {
  const random = seeded(7);
  let refused = 0;
  for (let round = 0; round < 120; round++) {
    const result = JSON.parse(readFileSync(at("result.json"), "utf8"));
    const where = damage(result, random);
    try {
      assert.match(await reportHtml(readResult(JSON.stringify(result))), /<\/html>\n$/);
    } catch (error) {
      assert.ok(
        error instanceof Error && /^(ReportError|TypeError|RangeError)$/.test(error.name),
        `${where}: ${error}`,
      );
      refused++;
    }
  }
  assert.ok(refused > 10 && refused < 120, `${refused} of 120 refused`);
});

/** Puts something else in place of a member that is drawn, at any depth; returns where. */
function damage(root: object, random: () => number): string {
  const path: string[] = [];
  let at: Record<string, unknown> = root as Record<string, unknown>;
  for (;;) {
    const keys = Object.keys(at);
    const key = keys[Math.floor(random() * keys.length)];
    path.push(key);
    const member = at[key];
    const isLeaf = typeof member !== "object" || member === null || Object.keys(member).length === 0;
    if (isLeaf || random() < 0.3) {
      const others = [null, "text", -1, 1e300, [], {}, true, "</script>"];
      at[key] = others[Math.floor(random() * others.length)];
      return path.join(".");
    }
    at = member as Record<string, unknown>;
  }
}
