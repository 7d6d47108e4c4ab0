/** `ampcore build` and ensureBuilt(): freshness, atomicity, many callers at once, clean diagnostics, the C header. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { BuildError, type Built, builtModule, ensureBuilt, ROOT } from "../../host/build/build.ts";
import { withLock } from "../../host/build/files.ts";
import { isFresh } from "../../host/build/freshness.ts";
import { stationHeader } from "../../host/build/header.ts";
import type { Target } from "../../host/build/targets.ts";
import { FUNCTIONS, IMPORTS, STATES, STATUS } from "../../host/device/abi.ts";
import { ampcore, scratchFolder, script } from "./ampcore.ts";

/** A project as small as they come: one entry, one import, the project's own compiler options. */
function project(): string {
  const root = scratchFolder();
  mkdirSync(join(root, "assembly"));
  cpSync(join(ROOT, "asconfig.json"), join(root, "asconfig.json"));
  writeFileSync(
    join(root, "assembly/index.ts"),
    'import { triple } from "./triple";\nexport function f(x: i32): i32 { return triple(x) + 1; }\nexport { __heap_base };\n',
  );
  writeTriple(root, "x * 3");
  return root;
}

function writeTriple(root: string, expression: string): void {
  writeFileSync(join(root, "assembly/triple.ts"), `export function triple(x: i32): i32 { return ${expression}; }\n`);
}

const TARGET: Target = {
  name: "release",
  entry: "assembly/index.ts",
  output: "build/station.wasm",
  optimise: { pipeline: { optimizeLevel: 2, shrinkLevel: 2 }, functions: {} },
};

const made = (built: readonly Built[]) => built.filter((one) => one.made).map(({ file }) => file);

function call(root: string, x: number): unknown {
  const module = new WebAssembly.Module(new Uint8Array(readFileSync(join(root, TARGET.output))));
  return (new WebAssembly.Instance(module, {}).exports.f as (x: number) => number)(x);
}

test("builds what is missing, then only what is stale: sources, options, output, header", async () => {
  const root = project();
  const build = (targets = [TARGET]) => ensureBuilt({ root, targets });
  assert.deepEqual(made(await build()), ["build/station.wasm", "build/station.h"]);
  assert.equal(call(root, 2), 7);
  assert.deepEqual(made(await build()), []);

  writeTriple(root, "x * 5");
  assert.deepEqual(made(await build()), ["build/station.wasm", "build/station.h"]);
  assert.equal(call(root, 2), 11);

  const octets = readFileSync(join(root, TARGET.output));
  writeFileSync(join(root, TARGET.output), octets.subarray(0, -1));
  assert.deepEqual(made(await build()), ["build/station.wasm"]);
  assert.deepEqual(readFileSync(join(root, TARGET.output)), octets);

  rmSync(join(root, "build/station.h"));
  assert.deepEqual(made(await build()), ["build/station.h"]);

  assert.ok(isFresh(root, TARGET));
  assert.ok(!isFresh(root, { ...TARGET, optimise: { pipeline: null, functions: {} } }));
  const asconfig = join(root, "asconfig.json");
  writeFileSync(asconfig, readFileSync(asconfig, "utf8").replace('"optimizeLevel": 0', '"optimizeLevel": 1'));
  assert.ok(!isFresh(root, TARGET));
  assert.deepEqual(
    readdirSync(join(root, "build")).sort(),
    ["station.h", "station.wasm", "station.wasm.json"],
    "neither lock nor scratch files stay",
  );
});

test("a target without an entry is left out", async () => {
  const target = { ...TARGET, entry: "tests/unit/primitives.ts" };
  assert.deepEqual(await ensureBuilt({ root: project(), targets: [target] }), []);
});

test("a compile error is a BuildError with asc's diagnostics, and the module that was there stays", async () => {
  const root = project();
  await ensureBuilt({ root, targets: [TARGET] });
  writeTriple(root, "x * three");
  const failed = await ensureBuilt({ root, targets: [TARGET, { ...TARGET, output: "build/other.wasm" }] }).catch(
    (e) => e,
  );
  assert.ok(failed instanceof BuildError);
  assert.match(failed.message, /ERROR TS2304: Cannot find name 'three'[\s\S]*assembly\/triple\.ts\(1,/);
  assert.equal(failed.message.match(/TS2304/g)?.length, 1, "two targets, one diagnostic");
  assert.ok(failed.message.split("\n").every((line) => line.length < 300));
  assert.equal(call(root, 2), 7);
  assert.ok(!existsSync(join(root, "build/.lock")));
});

test("a crash inside the compiler is one short line", async () => {
  const target = { ...TARGET, optimise: { pipeline: null, functions: { "assembly/index/f": ["no-such-pass"] } } };
  const failed = await ensureBuilt({ root: project(), targets: [target] }).catch((error) => error);
  assert.ok(failed instanceof BuildError);
  assert.ok(failed.message.split("\n").every((line) => line.length < 300));
});

test("passes for a function that the module does not have are refused by name", async () => {
  const target = { ...TARGET, optimise: { pipeline: null, functions: { "assembly/index/gone": ["vacuum"] } } };
  const failed = await ensureBuilt({ root: project(), targets: [target] }).catch((error) => error);
  assert.ok(failed instanceof BuildError);
  assert.match(failed.message, /"assembly\/index\/gone", which the module does not have/);
});

test("many processes at once: one of them builds, all of them find it built", async () => {
  const root = project();
  writeFileSync(join(root, "target.json"), JSON.stringify(TARGET));
  const caller = fileURLToPath(new URL("ensure-built.ts", import.meta.url));
  const outcomes = await Promise.all([0, 1, 2].map(() => script(caller, root)));
  for (const { code, stderr } of outcomes) assert.equal(code, 0, stderr);
  const counts = outcomes.map(({ stdout }) => made(JSON.parse(stdout)).filter((file) => file.endsWith(".wasm")).length);
  assert.deepEqual(counts.sort(), [0, 0, 1]);
  assert.equal(call(root, 2), 7);
});

test("a lock left by a process that died is taken over, one that is held is waited for", async () => {
  const lock = join(scratchFolder(), ".lock");
  const { pid } = spawnSync(process.execPath, ["--version"]);
  writeFileSync(lock, `${pid}\n`);
  const order: string[] = [];
  const hold = (name: string) =>
    withLock(lock, async () => {
      order.push(`${name} in`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      order.push(`${name} out`);
    });
  await Promise.all([hold("a"), hold("b")]);
  assert.deepEqual(order, ["a in", "a out", "b in", "b out"]);
  await assert.rejects(
    withLock(lock, () => Promise.reject(new Error("work"))),
    { message: "work" },
  );
  assert.ok(!existsSync(lock));
});

test("the verb lists the files, as a table and as JSON", async () => {
  const { code, stdout, stderr } = await ampcore(["build", "--json"]);
  assert.equal(code, 0, stderr);
  const rows: { file: string; octets: number }[] = JSON.parse(stdout);
  assert.ok(rows.some(({ file, octets }) => file === "build/station.wasm" && octets > 1000));
  const table = await ampcore(["build"]);
  assert.match(table.stdout, /^file +octets +state\n/);
  for (const { file, octets } of rows) {
    assert.match(table.stdout, new RegExp(`^${file} +${octets.toLocaleString("en")} +up to date$`, "m"));
  }
});

test("builtModule gives the octets of a target, the ones the header carries", async () => {
  const module = await builtModule("release");
  assert.ok(WebAssembly.validate(module));
  assert.ok(readFileSync(join(ROOT, "build/station.h"), "utf8").includes(`\n  ${module.subarray(0, 20).join(",")},\n`));
  await assert.rejects(builtModule("relaese"), {
    name: "RangeError",
    message: /^name: there is no target relaese, only /,
  });
});

/** What WebAssembly gained after its first version, by wabt's names. */
const LATER_FEATURES =
  "mutable-globals saturating-float-to-int sign-extension simd multi-value bulk-memory reference-types".split(" ");

test("the station modules are plain MVP", { skip: has("wasm-validate") ? false : "no wasm-validate" }, async () => {
  for (const name of ["release", "small"]) {
    const file = join(scratchFolder(), "station.wasm");
    writeFileSync(file, await builtModule(name));
    const { status, stderr } = spawnSync("wasm-validate", [...LATER_FEATURES.map((one) => `--disable-${one}`), file]);
    assert.equal(status, 0, `${name}: ${stderr}`);
  }
});

/** The header of the smallest module there is, with __heap_base = 1408. */
function smallHeader(): { module: Uint8Array<ArrayBuffer>; header: string } {
  const exported = [...new TextEncoder().encode("__heap_base")];
  const module = Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[6, 7, 1, 0x7f, 0, 0x41, 0x80, 0x0b, 0x0b],
    ...[7, exported.length + 4, 1, exported.length, ...exported, 3, 0],
  ]);
  return { module, header: stationHeader(module) };
}

test("the header carries the module, the buffers, every status and every function of the ABI", () => {
  const { module, header } = smallHeader();
  assert.match(header, /#define AMP_STATION_MEMORY_OCTETS 1408\n/);
  const octets = /amp_station_wasm\[AMP_STATION_WASM_OCTETS\] = \{([^}]*)\}/.exec(header)?.[1] ?? "";
  assert.deepEqual(Uint8Array.from(octets.split(","), Number), module);
  const constants = new Map(
    [...header.matchAll(/^ {2}(AMP_\w+) = (-?\d+)/gm)].map(([, name, value]) => [name, Number(value)]),
  );
  assert.equal(constants.get("AMP_BAD_MIC"), STATUS["bad MIC"]);
  assert.deepEqual(
    [...constants.values()],
    [...Object.values(STATUS), ...STATES.keys()],
    "the statuses and states, in order",
  );
  const prototypes = {
    ...FUNCTIONS,
    ...Object.fromEntries(Object.entries(IMPORTS).map(([name, n]) => [`amp_env_${name}`, n])),
  };
  for (const [name, parameters] of Object.entries(prototypes)) {
    const list = new RegExp(`^int32_t ${name}\\(([^)]*)\\);$`, "m").exec(header)?.[1];
    assert.equal(list === "void" ? 0 : list?.split(",").length, parameters, name);
  }
  assert.throws(() => stationHeader(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])), /does not export __heap_base/);
});

/** Is there such a program? `.ci/setup-system` installs those that are used here. */
function has(program: string): boolean {
  return spawnSync(program, ["--version"]).status === 0;
}

test("the header is C99 and may be included twice", { skip: has("cc") ? false : "no cc" }, () => {
  const folder = scratchFolder();
  writeFileSync(join(folder, "station.h"), smallHeader().header);
  const source =
    '#define AMP_STATION_MODULE\n#include "station.h"\n#include "station.h"\nint octets = sizeof amp_station_wasm;\n';
  writeFileSync(join(folder, "station.c"), source);
  const flags = ["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "station.c"];
  const { status, stderr } = spawnSync("cc", flags, { cwd: folder, encoding: "utf8" });
  assert.equal(status, 0, stderr);
});
