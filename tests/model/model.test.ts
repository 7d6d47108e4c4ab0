/** `ampcore model`: the models hold within their short bounds, and every planted fault is found. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { FAULTS_SHORT } from "../../host/model/faults.ts";
import { MODELS } from "../../host/model/models.ts";
import type { Counterexample } from "../../host/model/trail.ts";
import { checkFault, checkModel } from "../../host/model/verifier.ts";
import { ampcore } from "../cli/ampcore.ts";
import { skipWithoutProgram } from "../support/devicetools.ts";

// Spin knows no --version, but says so and ends.
const skip = skipWithoutProgram("spin") || skipWithoutProgram("cc");

const NOTHING = {
  name: "nothing-at-all",
  model: "cache",
  breaks: "right_pmk",
  says: "nothing",
  kind: "fault",
} as const;

interface Report {
  readonly models: readonly { readonly model: string; readonly verdict: string; readonly states: number }[];
  readonly faults: readonly { readonly fault: string; readonly counterexample: Counterexample | null }[];
}

test("AMP-R1 to AMP-R5, AMP-R7 and section 6 hold in every state of the models, and each of their properties can fall", {
  skip,
}, async () => {
  const { code, stdout, stderr } = await ampcore(["model", "--short", "--json"]);
  const { models, faults } = JSON.parse(stdout) as Report;
  assert.deepEqual(
    models.map(({ model, verdict }) => `${model} ${verdict}`),
    MODELS.map(({ name }) => `${name} holds`),
    stderr,
  );
  for (const { model, states } of models) assert.ok(states > 1_000, `${model} has only ${states} states`);
  assert.deepEqual(
    faults.map(({ fault }) => fault),
    FAULTS_SHORT.map(({ name }) => name),
  );
  assert.deepEqual(
    faults.map(({ counterexample }) => counterexample?.property),
    FAULTS_SHORT.map(({ breaks }) => breaks),
  );
  assert.equal(code, 0, stderr);
});

test("a model that is violated ends with its counterexample, not with a proof", { skip }, async () => {
  const model = MODELS.find(({ name }) => name === "update");
  assert.ok(model, "there is a model of the update");
  const planted = { ...model, short: { ...model.fault, DROP_ON_WORD: 1 } };
  const { verdict, counterexample } = await checkModel(planted, "short");
  assert.equal(verdict, "broken");
  assert.equal(counterexample?.property, "shared_root");
});

test("a fault that changes nothing is not found", { skip }, async () => {
  const model = MODELS.find(({ name }) => name === "cache");
  assert.ok(model, "there is a model of the cache");
  const check = await checkFault(model, NOTHING);
  assert.equal(check.counterexample, undefined);
  assert.equal(check.verdict, "holds");
});

test("a fault is shown as a sequence of events that ends with the rule it breaks", { skip }, async () => {
  const { code, stdout } = await ampcore(["model", "--fault", "drop-on-word"]);
  assert.equal(code, 0);
  assert.deepEqual(stdout.trimEnd().split("\n"), [
    "update: the key service drops g on an AP's word",
    "   1  key service: commits the update to generation 1",
    "   2  lying AP: claims the proof without having it",
    "   3  key service: takes it for the proof of generation 1, drops the root before",
    "broken: section 6: station and key service share a root",
  ]);
  const round = await ampcore(["model", "--fault", "counter-silences"]);
  assert.match(round.stdout, / {2}and from here on for ever:\n.*AP: nothing comes any more/);
});

test("a mistake in the call is one sentence that says what is right", async () => {
  const fault = await ampcore(["model", "--fault", "drop-on-wort"]);
  assert.equal(fault.code, 2);
  assert.match(
    fault.stderr,
    /^ampcore model: --fault "drop-on-wort" is not planted here; did you mean drop-on-word\?\n$/,
  );
  const model = await ampcore(["model", "spindle"]);
  assert.equal(model.code, 2);
  assert.match(model.stderr, /^ampcore model: no model "spindle"; there are snonce, slots, /);
});

test("without spin the verb says in one sentence what installs it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ampcore-path-"));
  const before = process.env.PATH;
  try {
    symlinkSync(process.execPath, join(folder, "node"));
    process.env.PATH = folder;
    const { code, stdout, stderr } = await ampcore(["model", "--fault", "no-t"]);
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.equal(stderr, "ampcore model: there is no spin on this machine; npm run setup:system installs it\n");
  } finally {
    process.env.PATH = before;
    rmSync(folder, { recursive: true, force: true });
  }
});
