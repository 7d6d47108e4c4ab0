/** What the shipped .wasm files are, read from their octets: what a firmware engineer has to know before linking one. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ensureBuilt, ROOT } from "../../host/build/build.ts";
import { FUNCTIONS, GLOBALS, IMPORTS, MEMORY } from "../../host/device/abi.ts";
import { binaryFacts } from "../../host/device/facts.ts";
import { rewrite } from "../../host/device/rewrite/rewrite.ts";
import type { Instruction } from "../../host/device/rewrite/walk.ts";
import { DEVICES, type Device } from "../support/device.ts";
import { skipWithoutProgram } from "../support/devicetools.ts";

/** Octets of linear memory that the device may use. */
const MEMORY_MAX_octets = 1408;
/** How much larger than the committed figure a module may be: 1 %. */
const TOLERANCE = 1.01;
const COMMITTED = join(ROOT, "bench/results/core.json");
/** The part of that file that is read here. */
type Committed = Readonly<Record<Device["name"], { readonly module: { readonly octets: number } }>>;

/** Every feature behind MVP that wabt knows how to take away; those that it leaves off by itself have no such switch. */
const NO_LATER_FEATURES = [
  ...["--disable-mutable-globals", "--disable-saturating-float-to-int", "--disable-sign-extension"],
  ...["--disable-simd", "--disable-multi-value", "--disable-bulk-memory", "--disable-reference-types"],
];

const signature = (parameters: number): string => `(${Array(parameters).fill("i32").join(" ")}) -> i32`;

/** All instructions of a module; the walk throws at the first that is not plain MVP. */
function instructionsOf(octets: Uint8Array): Instruction[] {
  return rewrite(octets, "region", () => ({})).program.regions.flatMap(({ instructions }) => instructions);
}

const noValidator = skipWithoutProgram("wasm-validate");

/** What wasm-validate complains of; empty: nothing. */
function validated(octets: Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), "ampcore-facts-"));
  try {
    const file = join(folder, "module.wasm");
    writeFileSync(file, octets);
    const { status, stderr } = spawnSync("wasm-validate", [...NO_LATER_FEATURES, file], { encoding: "utf8" });
    return status === 0 ? "" : stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("wasm-validate with these switches refuses what is beyond MVP", { skip: noValidator }, () => {
  // (func (param i32) (result i32) local.get 0 i32.extend8_s), without and with its one later instruction
  const module = (...code: number[]): Uint8Array =>
    Uint8Array.of(
      ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x06, 0x01, 0x60, 0x01, 0x7f, 0x01, 0x7f],
      ...[0x03, 0x02, 0x01, 0x00, 0x0a, code.length + 6, 0x01, code.length + 4, 0x00, 0x20, 0x00, ...code, 0x0b],
    );
  assert.equal(validated(module()), "");
  assert.match(validated(module(0xc0)), /opcode/);
});

for (const { name: build, octets } of DEVICES) {
  const facts = binaryFacts(octets);

  test(`${build}: imports exactly the three of the ABI, exports exactly the ABI`, () => {
    const imports = Object.entries(IMPORTS).map(([name, parameters]) => `env.${name} ${signature(parameters)}`);
    assert.deepEqual([...facts.imports].sort(), imports.sort());
    const functions = Object.entries(FUNCTIONS).map(([name, parameters]) => `${name} ${signature(parameters)}`);
    const others = [`${MEMORY} memory`, ...GLOBALS.map((name) => `${name} global`)];
    assert.deepEqual([...facts.exports].sort(), [...functions, ...others].sort());
  });

  test(`${build}: nothing runs at instantiation, nothing is called through a table, no name is carried along`, () => {
    assert.deepEqual([facts.hasStart, facts.hasTable, facts.hasElements], [false, false, false]);
    assert.deepEqual(facts.customSections, []);
    assert.equal(
      facts.sections.reduce((sum, section) => sum + section.octets, 8),
      octets.length,
    );
  });

  test(`${build}: one page that never grows, of which ${MEMORY_MAX_octets} octets are used, all below __heap_base`, () => {
    assert.deepEqual(facts.memory, { min: 1, max: 1 });
    assert.ok(facts.heapBase !== undefined && facts.heapBase <= MEMORY_MAX_octets, `${facts.heapBase}`);
    assert.equal(facts.dataEnd, facts.heapBase);
    assert.ok(facts.highestInitialised < facts.heapBase);
    // Runtimes that shrink memory take the first mutable global for a stack pointer: 0 means that there is no stack.
    for (const { mutable, init } of facts.globals) if (mutable) assert.equal(Number(init), 0);
  });

  test(`${build}: plain MVP by the rewriter's own parser; no growth, no table call, no float, no division`, () => {
    const used = new Set(instructionsOf(octets).map(({ opcode }) => opcode.name));
    assert.ok(used.has("i32.load"));
    for (const name of used) assert.doesNotMatch(name, /^memory\.|^call_indirect$|f32|f64|\.div_|\.rem_/);
  });

  test(`${build}: plain MVP by wasm-validate, every later feature off`, { skip: noValidator }, () => {
    assert.equal(validated(octets), "");
  });

  const noFigure = existsSync(COMMITTED) ? false : "no bench/results/core.json: npm run bench writes it";
  test(`${build}: no more than 1 % larger than the committed figure`, { skip: noFigure }, () => {
    const committed: Committed = JSON.parse(readFileSync(COMMITTED, "utf8"));
    const { octets: figure } = committed[build].module;
    assert.ok(octets.length <= TOLERANCE * figure, `${octets.length} octets; committed: ${figure}`);
  });
}

test("station.h compiles, and the array in it is the release module", { skip: skipWithoutProgram("cc") }, async () => {
  await ensureBuilt();
  const [release] = DEVICES;
  const folder = mkdtempSync(join(tmpdir(), "ampcore-header-"));
  try {
    const source = `
      #define AMP_STATION_MODULE
      #include <stdio.h>
      #include "station.h"
      int main(void) {
        if (AMP_STATION_MEMORY_OCTETS != ${binaryFacts(release.octets).heapBase} || AMP_BAD_ARGUMENT != -19) return 1;
        return fwrite(amp_station_wasm, 1, sizeof amp_station_wasm, stdout) == sizeof amp_station_wasm ? 0 : 1;
      }`;
    writeFileSync(join(folder, "main.c"), source);
    const flags = ["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", `-I${join(ROOT, "build")}`];
    const compiled = spawnSync("cc", [...flags, "main.c", "-o", "main"], { cwd: folder, encoding: "utf8" });
    assert.equal(compiled.status, 0, compiled.stderr);
    const { status, stdout } = spawnSync(join(folder, "main"));
    assert.equal(status, 0);
    assert.ok(stdout.equals(release.octets), "octet for octet");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
