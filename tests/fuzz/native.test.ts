/** The native form: the module's C under libFuzzer with the address and undefined-behaviour sanitizers. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { loadStation } from "../../host/device/load.ts";
import { CLANG, type NativeResult, nativeFuzzer, runNative, WASM2C } from "../../host/fuzz/native/native.ts";
import { SEEDS } from "../../host/fuzz/station/seeds.ts";
import { encodeSequence } from "../../host/fuzz/station/step.ts";
import { StationTarget } from "../../host/fuzz/station/target.ts";
import { DEVICES } from "../support/device.ts";
import { skipWithoutProgram } from "../support/devicetools.ts";
import { planted, writes } from "./planted.ts";

const skip = skipWithoutProgram(CLANG) || skipWithoutProgram(WASM2C);
const RUNS = 2000;
const [release] = DEVICES;

/** So many executions of a module, from the seeds with their frames as octets. */
async function native(module: Uint8Array<ArrayBuffer>): Promise<NativeResult> {
  const folder = mkdtempSync(join(tmpdir(), "ampcore-native-test-"));
  try {
    const target = new StationTarget(release.octets);
    for (const [i, seed] of SEEDS.entries()) {
      writeFileSync(join(folder, `seed-${i}`), encodeSequence(target.plain(seed)));
    }
    const binary = nativeFuzzer(module);
    return await runNative({ binary, corpus: folder, artifacts: folder, runs: RUNS, seed: 1, onLine: () => undefined });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

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

for (const [what, effect, message] of [
  ["a store beyond __heap_base", writes(0x1000), /^ampcore: trap/],
  ["an octet of the readings' buffer", writes(RX - 280), /^ampcore: unchanged/],
] as const) {
  test(`${what} planted into the module is found in its C`, { skip }, async () => {
    const module = planted(release.octets, "amp_receive", RX, ANY_CONFIRM, effect);
    const { crash } = await native(module);
    assert.match(crash?.message ?? "nothing was found", message);
    assert.ok(crash && crash.input.length > 0, "there is an input");
  });
}
