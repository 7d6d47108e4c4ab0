/** The bench beside other implementations: our counts are the committed ones, and what a job leaves is looked at. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { counted } from "../../bench/peers/harness.ts";
import { EXPECTED, JOBS } from "../../bench/peers/jobs.ts";
import { oursAs } from "../../bench/peers/measure.ts";
import { type PeersResult, peersFigures } from "../../bench/peers/result.ts";
import { peersTables } from "../../bench/peers/tables.ts";
import { ROOT } from "../../host/build/build.ts";
import { README } from "../readme/page.ts";
import { skipWithoutProgram } from "../support/devicetools.ts";

const TOOLS = ["wasm2c", "arm-none-eabi-gcc", "qemu-system-arm"];
const skip = TOOLS.map((tool) => skipWithoutProgram(tool)).find((one) => one) ?? false;
const committed: PeersResult = JSON.parse(readFileSync(join(ROOT, "bench/results/peers.json"), "utf8"));

test("our jobs on the Cortex-M4 leave node:crypto's octets, in the committed instructions and flash", {
  skip,
}, async () => {
  const { instructions, flash_octets } = counted(await oursAs());
  const [ours] = committed.rows;
  assert.deepEqual(
    { instructions, flash_octets },
    { instructions: ours.instructions, flash_octets: ours.flash_octets },
  );
});

test("a job that leaves other octets is no result", { skip }, async () => {
  const { texts, ...rest } = await oursAs();
  const source = texts?.["station.c"] ?? "";
  // The constant of CCM's B0: another MIC length.
  const planted = source.replace(/\b89u\b/, "81u");
  assert.notEqual(planted, source);
  assert.throws(() => counted({ ...rest, texts: { ...texts, "station.c": planted } }), /CCM, 16 octets left/);
});

test("what is committed adds up: the parts of an M2 are about the whole, and ours is no more than BearSSL's in any job", () => {
  assert.equal(EXPECTED.length, JOBS.length);
  for (const { name, instructions } of committed.rows) {
    assert.deepEqual(Object.keys(instructions), [...JOBS], name);
    const parts = ["SHA-256, one block", "KDF-256", "KDF-256, midstates kept", "CCM, 16 octets"];
    const sum = parts.reduce((total, job) => total + instructions[job], 0);
    const whole = instructions["M2's cryptography"];
    assert.ok(Math.abs(sum / whole - 1) < 0.02, `${name}: ${sum} in parts, ${whole} in one`);
  }
  const [ours, bearssl] = committed.rows;
  for (const job of JOBS) assert.ok(ours.instructions[job] <= bearssl.instructions[job], job);
  assert.ok(ours.flash_octets <= bearssl.flash_octets, "flash");
});

test("the key schedule alone is what a block costs more under a new key", () => {
  const [{ rows }] = peersTables(committed);
  const alone = rows.find(({ job }) => String(job).startsWith("AES key schedule alone"));
  for (const { name, instructions } of committed.rows) {
    const schedule = Number(alone?.[name]);
    assert.ok(schedule > 0, `${name}: ${schedule}`);
    assert.equal(instructions["AES, a block"] + schedule, instructions["AES, key schedule and a block"], name);
  }
});

test("the README's ratios over the cited peers are the committed ones", () => {
  const [, quickest, fixslice] =
    /takes (\S+) times the instructions of the\squickest constant-time C found and (\S+) times fixslice's/.exec(
      README,
    ) ?? [];
  const [, { rows }] = peersTables(committed);
  const over = (name: string) =>
    rows.find(({ implementation }) => String(implementation).startsWith(name))?.["ours over it"];
  assert.deepEqual([quickest, fixslice], [over("quickest constant-time C"), over("fixslice")]);
});

test("only our own counts are compared with the committed, and cited rows say that they are", () => {
  const [ours] = committed.rows;
  assert.deepEqual(peersFigures(committed), peersFigures({ ...committed, rows: [ours] }));
  const [jobs, cited] = peersTables({ ...committed, rows: [ours] });
  assert.deepEqual(Object.keys(jobs.rows[0]), ["job", ours.name], "alone where no peer can be had");
  for (const { implementation } of cited.rows) assert.match(String(implementation), /\((measured here|cited)\)$/);
});
