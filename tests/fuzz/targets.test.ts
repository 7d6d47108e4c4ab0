/** The other targets, in short: what reads what others write gives a value or an error of its own. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { openTarget, targetName } from "../../host/cli/fuzz/targets.ts";
import { inputOf, readReproducer, reproducerOf, reproducerText } from "../../host/fuzz/reproducer.ts";
import { repeated } from "../support/devicerounds.ts";
import { fuzzed, told } from "./fuzzing.ts";

const FOLDER = new URL("crashes/", import.meta.url);

for (const [name, runs, kinds] of [
  ["wire", 2000, 30],
  ["ap", 800, 8],
  ["nvm", 500, 40],
  ["traces", 2000, 15],
  ["hdf5", 80, 6],
  ["scenario", 300, 5],
  ["models", 800, 12],
  ["rsn", 1500, 40],
  ["preauth", 1500, 30],
  ["eap", 40, 15],
] as const) {
  test(`${name}: ${repeated(runs)} inputs break no property`, async (t) => {
    const { target, close } = await openTarget(name, "release");
    try {
      const fuzzer = await fuzzed(target, repeated(runs));
      assert.equal(told(target, fuzzer), "");
      const { covered, unit } = target.coverage();
      t.diagnostic(`${covered} ${unit}`);
      assert.ok(covered >= kinds, `${covered} ${unit}`);
    } finally {
      close();
    }
  });
}

for (const file of readdirSync(FOLDER).sort()) {
  test(`what was found once stays mended: ${file}`, async () => {
    const reproducer = readReproducer(readFileSync(new URL(file, FOLDER), "utf8"));
    const { target, close } = await openTarget(targetName(reproducer.target), "release");
    try {
      const { finding } = await target.run(inputOf(target, reproducer));
      assert.equal(finding, undefined);
    } finally {
      close();
    }
  });
}

test("a reproducer says its input twice, and comes back from its text as it was", async () => {
  const { target } = await openTarget("station", "release");
  const [, , input] = target.seeds();
  const reproducer = reproducerOf(target, input, { rule: "trap", message: "it trapped" });
  assert.match(reproducer.steps.join("\n"), /amp_receive\(\d+\) {2}08/);
  const again = readReproducer(reproducerText(reproducer));
  assert.deepEqual(again, reproducer);
  assert.deepEqual(inputOf(target, again), input);
  for (const text of ["", "{", "[]", "{}", '{"target":"station","rule":"","message":"","input":"0","steps":[]}']) {
    assert.throws(() => readReproducer(text), { name: "ReproducerError", message: /^[^\n]+$/ });
  }
});
