/** `ampcore mcu` as it is called, the fit that prices opcodes, and the committed calibration. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { McuResult } from "../../bench/mcu/result.ts";
import { ROOT } from "../../host/build/build.ts";
import { fitted, priced, type Sample } from "../../host/mcu/fit.ts";
import { calls } from "../support/calls.ts";
import { skipWithoutProgram } from "../support/devicetools.ts";

const skip = ["wasm2c", "arm-none-eabi-gcc", "qemu-system-arm"]
  .map((tool) => skipWithoutProgram(tool))
  .find((one) => one);

test("mcu shows an exchange: flash, RAM, instructions by phase, power cuts", { skip }, async () => {
  const [shown, json] = await calls(
    ["mcu", "--board", "stm32vldiscovery", "--cuts", "2"],
    ["mcu", "--board", "microbit", "--module", "small", "--json"],
  );
  assert.equal(shown.code, 0, shown.stderr);
  assert.match(shown.stdout, /^stm32vldiscovery: Cortex-M3, 8 KiB of RAM/m);
  assert.match(shown.stdout, /octets as on Node, every frame/);
  assert.match(shown.stdout, /^ +ptk +[\d,]+$/m);
  assert.match(shown.stdout, /^0 violations$/m);
  assert.equal(json.code, 0, json.stderr);
  const { board, isSame, memory_octets } = JSON.parse(json.stdout);
  assert.deepEqual([board.core, isSame, memory_octets], ["cortex-m0", true, 1408]);
});

test("a wrong call of mcu is told in one sentence, and exit code 2", async () => {
  const mistakes: [string[], RegExp][] = [
    [["--board", "arduino"], /--board arduino is none of mps2-an386/],
    [["--optimise", "-O9"], /--optimise -O9 is none of -O2/],
    [["--cuts", "many"], /--cuts many is no whole number/],
  ];
  const outcomes = await calls(...mistakes.map(([args]) => ["mcu", ...args]));
  for (const [i, [, message]] of mistakes.entries()) {
    assert.equal(outcomes[i].code, 2, outcomes[i].stderr);
    assert.match(outcomes[i].stderr, message);
  }
});

test("the fit finds prices that samples were made with, and says of sums what they are", () => {
  const prices = { alu: 1.25, load: 2, branch: 3, local: 0.25 };
  const samples: Sample[] = Array.from({ length: 40 }, (_, i) => {
    const counts = { alu: 100 + 37 * i, load: 500 - 11 * i, branch: (i * i) % 97, local: 1000 + ((i * 53) % 71) };
    const instructions = Object.entries(prices).reduce(
      (sum, [name, price]) => sum + price * counts[name as keyof typeof counts],
      0,
    );
    return { counts, instructions };
  });
  const found = fitted(samples);
  for (const { counts, instructions } of samples) {
    assert.ok(
      Math.abs(priced(counts, found) / instructions - 1) < 0.01,
      `${priced(counts, found)} for ${instructions}`,
    );
  }
  assert.throws(() => fitted([]), RangeError);
});

test("on Cortex-M4 and M3 the committed calibration is within 3 % on every conversation that it was not fitted on", () => {
  const { calibrations }: McuResult = JSON.parse(readFileSync(join(ROOT, "bench/results/mcu.json"), "utf8"));
  assert.deepEqual(
    calibrations.map(({ board }) => board),
    ["mps2-an386", "stm32vldiscovery", "microbit"],
  );
  for (const { board, others } of calibrations.slice(0, 2)) {
    for (const [module, { worst, conversations }] of Object.entries(others)) {
      assert.ok(Math.abs(worst) <= 0.03, `${board} ${module}: ${worst}`);
      assert.ok(conversations >= 18, `${board} ${module}: ${conversations} conversations`);
    }
  }
});
