/** `ampcore explore` as it is called: what it prints, a story told again, and how a wrong call is answered. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { builtModule } from "../../host/build/build.ts";
import { tasksOf } from "../../host/explore/plan.ts";
import { runTasks } from "../../host/explore/pool.ts";
import type { TaskResult } from "../../host/explore/task.ts";
import { ampcore } from "../cli/ampcore.ts";

test("explore prints a table of exchanges, the sums and the verdict", async () => {
  const args = ["explore", "--short", "--exchange", "m1-repeated", "--profile", "compact", "--quiet"];
  const { code, stdout, stderr } = await ampcore(args);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^m1-repeated +6 +[\d,]+ +[\d,]+ +[\d,]+ +[\d,]+ .* 0$/m);
  assert.match(stdout, /points a second/);
  assert.match(
    stdout,
    /^ {2}a sample in 6 of 18 variants, good noise and NVM: 1 in \d+ amounts of fuel; 1 in \d+ survivors/m,
  );
  assert.match(stdout, /^0 violations$/m);
});

test("explore --replay tells a story with every frame decoded", async () => {
  const token = "m3-update/compact-ccm-cold/plain/nvm=37:FF/replay-m1/1";
  const { code, stdout, stderr } = await ampcore(["explore", "--replay", token]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^power fails at nvm=37:FF; then the last M1 is replayed/m);
  assert.match(stdout, /^AP: Trigger, \d+ octets$/m);
  assert.match(stdout, /^AP: Confirm, \d+ octets, carries UPDATE$/m);
  assert.match(stdout, /^attacker: Trigger, \d+ octets, to the device$/m);
  assert.match(stdout, /^ +ANonce +[0-9a-f]{32}/m);
  assert.match(stdout, /MIC is right/);
  assert.match(stdout, /^0 violations$/m);
});

test("explore --replay tells of a read that fails: the M1 is refused, and the next one answered", async () => {
  const token = "m1-first/compact-ccm-cold/plain/read=2:once/delivery-refused/1";
  const { code, stdout, stderr } = await ampcore(["explore", "--replay", token]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^NVM cannot be read at read=2:once; then the store says/m);
  assert.match(stdout, /^-- read 2 of the call fails\n\nAP: Trigger, \d+ octets$/m);
  assert.match(stdout, /^-- the store says that it has not taken the reading$/m);
  assert.match(stdout, /^0 violations$/m);
});

test("explore --replay of what is stated to break says so, and is no failure", async () => {
  const token = "m1-first/compact-ccm-cold/counter-worn-entropy-constant/air=9/nothing/1";
  const { code, stdout } = await ampcore(["explore", "--replay", token]);
  assert.equal(code, 0, stdout);
  assert.match(stdout, /^AMP-R2: the SNonce [0-9a-f]+ was used twice$/m);
  assert.match(stdout, /^only what is stated to break here$/m);
});

for (const [args, message] of [
  [["--exchange", "m9"], /--exchange m9 is none of boot, /],
  [["--threads", "0"], /--threads 0 would do nothing/],
  [["--seed", "x"], /--seed x is no whole number/],
  [["--replay", "m3/compact"], /--replay "m3\/compact" names no story: its variant is none/],
] as const) {
  test(`explore ${args.join(" ")} is a mistake of the caller, told in one sentence`, async () => {
    const { code, stdout, stderr } = await ampcore(["explore", ...args]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, message);
    assert.equal(stderr.trim().split("\n").length, 1, stderr);
    assert.equal(stdout, "");
  });
}

test("the number of threads changes nothing but the time", async () => {
  const tasks = tasksOf({ isShort: true, seed: 5, exchange: "m1-repeated", profile: "strong" });
  const octets = await builtModule("release");
  const timeless = (results: readonly TaskResult[]): unknown[] =>
    results.map((one) => (one.kind === "exchange" ? { ...one.result, sweep_ms: 0, total_ms: 0 } : one));
  const [one, three] = [await runTasks(tasks, { octets, threads: 1 }), await runTasks(tasks, { octets, threads: 3 })];
  assert.equal(one.length, tasks.length);
  assert.deepEqual(timeless(one), timeless(three));
});
