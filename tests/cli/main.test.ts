/** The command line as a whole: help, versions, mistakes, exit codes. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { nearest } from "../../host/cli/nearest.ts";
import { loadVerb, verbNames, verbSummary } from "../../host/cli/verbs.ts";
import { calls } from "../support/calls.ts";
import { ampcore } from "./ampcore.ts";

const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

test("--help lists every verb with its summary and teaches by examples", async () => {
  const { code, stdout, stderr } = await ampcore(["--help"]);
  assert.equal(code, 0);
  assert.equal(stderr, "");
  for (const name of verbNames()) assert.match(stdout, new RegExp(`^  ${name} +\\S.*`, "m"));
  assert.match(stdout, /Examples:\n {2}# .+\n {2}ampcore /);
  assert.match(stdout, /Exit codes: 0 .+ 1 .+ 2 /);
});

test("the summary that --help reads from a verb's text is the one the verb has, and fits on a line", async () => {
  for (const name of verbNames()) {
    const { summary } = await loadVerb(name);
    assert.equal(verbSummary(name), summary, name);
    assert.ok(summary.length > 0 && summary.length <= 90, name);
  }
});

test("every verb's --help has its options and examples; help <verb> is the same", async () => {
  const names = verbNames();
  const all = await calls(...names.map((name) => [name, "--help"]));
  for (const [i, name] of names.entries()) {
    const { code, stdout } = all[i];
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`^Usage: ampcore ${name} `));
    assert.match(stdout, new RegExp(`Examples:\\n {2}# .+\\n {2}ampcore ${name}`));
  }
  assert.deepEqual(await ampcore(["help", "build"]), await ampcore(["build", "--help"]));
});

test("--version is the package's", async () => {
  assert.deepEqual(await ampcore(["--version"]), { code: 0, stdout: `${manifest.version}\n`, stderr: "" });
});

/** A mistake is one sentence on one line of stderr, and exit code 2. */
async function mistake(args: string[], sentence: RegExp): Promise<void> {
  const { code, stdout, stderr } = await ampcore(args);
  assert.equal(code, 2, stderr);
  assert.equal(stdout, "");
  assert.match(stderr, /^ampcore[^\n]+\n$/);
  assert.match(stderr, sentence);
}

test("without a verb: the overview on stderr, exit code 2", async () => {
  const { code, stdout, stderr } = await ampcore([]);
  assert.deepEqual([code, stdout], [2, ""]);
  assert.equal(stderr, (await ampcore(["--help"])).stdout);
});

test("an unknown verb names the nearest ones, or all", async () => {
  await mistake(["biuld"], /no verb "biuld"; did you mean build\?/);
  await mistake(["help", "provisoin"], /no verb "provisoin"; did you mean provision\?/);
  await mistake(["../main"], /no verb/);
  await mistake(["qqqqqqqqqqqqqqqq"], /the verbs are .*build.*provision.*test/);
});

test("an unknown option, a missing value, a stray operand: what, where, what would be right", async () => {
  await mistake(
    ["build", "--jsn"],
    /ampcore build: unknown option '--jsn' \(did you mean --json\?\); see ampcore build --help/,
  );
  await mistake(["provision", "--spa"], /option '--spa <address>' argument missing; see ampcore provision --help/);
  await mistake(["build", "everything"], /too many arguments.*; see ampcore build --help/);
});

test("a reader that leaves early is no error", async () => {
  const entry = fileURLToPath(new URL("../../host/cli/ampcore.mjs", import.meta.url));
  const child = spawn(process.execPath, [entry, "--help"], { stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.destroy();
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  assert.deepEqual([code, stderr], [0, ""]);
});

test("nearest: the least edit distance wins, ties are all named, a different word is nothing", () => {
  const verbs = ["build", "bench", "test", "provision"];
  assert.deepEqual(nearest("bild", verbs), ["build"]);
  assert.deepEqual(nearest("tset", verbs), ["test"]);
  assert.deepEqual(nearest("be", ["bea", "beb", "ccc"]), ["bea", "beb"]);
  assert.deepEqual(nearest("zzzzzzzz", verbs), []);
  assert.deepEqual(nearest("x", []), []);
});
