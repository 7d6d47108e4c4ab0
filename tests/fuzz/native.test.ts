/** The native form: the module's C under libFuzzer with the address and undefined-behaviour sanitizers. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { loadStation } from "../../host/device/load.ts";
import {
  CLANG,
  minimiseNative,
  type NativeKind,
  type NativeResult,
  nativeFuzzer,
  resultOf,
  runNative,
  WASM2C,
} from "../../host/fuzz/native/native.ts";
import { SEEDS } from "../../host/fuzz/station/seeds.ts";
import { decodeSequence, encodeSequence } from "../../host/fuzz/station/step.ts";
import { StationTarget } from "../../host/fuzz/station/target.ts";
import { DEVICES } from "../support/device.ts";
import { skipWithoutProgram } from "../support/devicetools.ts";
import { planted, writes } from "./planted.ts";

const skip = skipWithoutProgram(CLANG) || skipWithoutProgram(WASM2C);
const RUNS = 2000;
const [release] = DEVICES;

/** So many executions of a module, from the seeds with their frames as octets. */
async function native(module: Uint8Array<ArrayBuffer>, kind: NativeKind = "sanitized"): Promise<NativeResult> {
  const folder = mkdtempSync(join(tmpdir(), "ampcore-native-test-"));
  try {
    const target = new StationTarget(release.octets);
    for (const [i, seed] of SEEDS.entries()) {
      writeFileSync(join(folder, `seed-${i}`), encodeSequence(target.plain(seed)));
    }
    const binary = nativeFuzzer(module, kind);
    return await runNative({ binary, corpus: folder, artifacts: folder, runs: RUNS, seed: 1, onLine: () => undefined });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("of what libFuzzer writes, a crash is one, and a unit that was slow is none", () => {
  const folder = mkdtempSync(join(tmpdir(), "ampcore-native-test-"));
  try {
    const resultWith = (name: string): NativeResult => {
      writeFileSync(join(folder, name), "input");
      const lines = [
        `artifact_prefix='${folder}/'; Test unit written to ${folder}/${name}`,
        "stat::number_of_executed_units: 7",
      ];
      return resultOf(lines, folder, 1);
    };
    assert.equal(resultWith("slow-unit-01").crash, undefined);
    assert.equal(resultWith("slow-unit-01").executions, 7);
    for (const name of ["crash-01", "timeout-01", "oom-01"]) assert.ok(resultWith(name).crash, name);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test(`${RUNS} sequences into the module's C break no property, and no sanitizer complains`, { skip }, async (t) => {
  const { executions, perSecond, edges, crash } = await native(release.octets);
  assert.equal(crash?.message, undefined);
  assert.ok(executions >= RUNS, `${executions}`);
  // Of the C's own edges: seeds alone come to more than 300.
  assert.ok(edges > 300, `${edges}`);
  t.diagnostic(`${executions} executions, ${perSecond} a second, ${edges} of clang's edges`);
});

const RX = loadStation(release.module, {
  entropy: () => false,
  nvmRead: () => false,
  nvmWrite: () => false,
}).exports.amp_rx_buffer();
const ANY_CONFIRM = [{ at: 0, value: 0x1a }];

test("a store beyond __heap_base planted into the module is found in its C, without sanitizers too", {
  skip,
}, async () => {
  const module = planted(release.octets, "amp_receive", RX, ANY_CONFIRM, writes(0x1000));
  const { crash } = await native(module, "fast");
  assert.match(crash?.message ?? "nothing was found", /^ampcore: trap/);
});

test("a crash of the C is made smaller, and the fuzzer here sees the same rule broken by it", { skip }, async () => {
  // An octet of the readings' buffer, at any Confirm.
  const module = planted(release.octets, "amp_receive", RX, ANY_CONFIRM, writes(RX - 280));
  const { crash } = await native(module);
  assert.match(crash?.message ?? "nothing was found", /^ampcore: unchanged/);
  assert.ok(crash, "there is an input");
  const folder = mkdtempSync(join(tmpdir(), "ampcore-native-test-"));
  try {
    const smallest = await minimiseNative(nativeFuzzer(module), crash.input, folder);
    assert.ok(smallest.length <= crash.input.length, `${smallest.length} octets of ${crash.input.length}`);
    const { finding } = new StationTarget(module).run(decodeSequence(smallest));
    assert.equal(finding?.rule, "unchanged");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
