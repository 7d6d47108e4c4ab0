/** The symbol map that the build makes with a station module: the right names, for that module and no other. */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { builtModule, builtNames, ensureBuilt, ROOT } from "../../host/build/build.ts";
import { digest } from "../../host/build/freshness.ts";
import type { Target } from "../../host/build/targets.ts";
import { counter } from "../../host/device/count.ts";
import { parse } from "../../host/device/rewrite/parse.ts";
import { namesFor, symbolMap } from "../../host/device/symbols.ts";
import { phaseMarks } from "../../host/device/triggerphase.ts";
import { scratchFolder } from "../cli/ampcore.ts";
import { DEVICES } from "../support/device.ts";
import { DeviceScene } from "../support/devicescene.ts";

for (const { name: build, octets } of DEVICES) {
  test(`${build}: every function has a name of its own, exports and imports theirs, and the module none`, async () => {
    const names = (await builtNames(build)) ?? [];
    const module = parse(octets);
    assert.equal(names.length, module.functions.length);
    assert.equal(new Set(names).size, names.length);
    for (const { kind, name, index } of module.exports) if (kind === "function") assert.equal(names[index], name);
    const imported = module.imports.map(({ module: from, name }) => `${from}.${name}`);
    assert.deepEqual(names.slice(0, imported.length), imported);
    assert.ok(
      names.every((name) => !/^function \d+$|^assembly\//.test(name)),
      "none is left without",
    );
    assert.ok(!module.sections.some(({ custom }) => custom === "name"), "the module itself carries no names");
  });

  test(`${build}: the functions that an M1's phases are told by are there, and the names are those of their code`, async () => {
    const names = (await builtNames(build)) ?? [];
    assert.equal(phaseMarks(names)?.length, 4);
    const gauge = counter(octets);
    const scene = new DeviceScene(new WebAssembly.Module(gauge.wasm as Uint8Array<ArrayBuffer>), {
      extraExports: true,
    });
    /** Instructions of an M2 and, behind it, its M3, by function. */
    const exchange = (): Map<string, number> => {
      const m1 = scene.m1();
      gauge.reset(scene.station.exports);
      const m2 = scene.answer(m1);
      const { functions } = gauge.read(scene.station.exports);
      scene.takes(scene.taken(m2).confirm().frame);
      return new Map(functions.map(({ index, instructions }) => [names[index], instructions]));
    };
    scene.boot();
    const [cold, warm] = [exchange(), exchange()];
    const of = (costs: Map<string, number>, name: string): number => costs.get(name) ?? 0;
    // SNonce 1, PMK 2 and its midstates 2, PTK 2; the second time the PMK is in the cache.
    assert.ok(of(warm, "crypto/sha256/compress") > 3 * 2000);
    assert.equal(3 * of(cold, "crypto/sha256/compress"), 7 * of(warm, "crypto/sha256/compress"));
    assert.ok(of(cold, "crypto/aes/encrypt") > 10000);
    assert.equal(of(cold, "crypto/aes/encrypt"), of(warm, "crypto/aes/encrypt"));
    assert.equal(of(cold, "crypto/kdf/open"), 2 * of(warm, "crypto/kdf/open"));
    // The CRC-32 of the cache entry, whose AA and Modifier were others the first time.
    assert.ok(of(warm, "frame/crc/crc32") > 500 && of(cold, "frame/crc/crc32") === 0);
    assert.equal(of(cold, "crypto/hmac/prepare") > 0, true);
    assert.equal(of(warm, "crypto/hmac/prepare"), 0);
  });
}

test("a map names the module of its digest; another module has no names, and what is no map is refused", async () => {
  const [release, small] = DEVICES.map(({ octets }) => digest(octets));
  const map = symbolMap(release, ["a", "b"]);
  assert.deepEqual(namesFor(map, release), ["a", "b"]);
  assert.equal(namesFor(map, small), undefined);
  for (const wrong of ["{}", "[]", '{"module": 1, "functions": []}', '{"module": "0", "functions": [1]}']) {
    assert.throws(() => namesFor(wrong, release), { name: "TypeError", message: /no symbol map/ });
  }
  assert.throws(() => namesFor("not JSON", release), SyntaxError);
  assert.equal(await builtNames("primitives"), undefined, "a target without a map");
  await assert.rejects(builtNames("relaese"), { message: /^name: there is no target relaese/ });
});

/** A project of one file whose function a map can name. */
function project(): { root: string; target: Target } {
  const root = scratchFolder();
  mkdirSync(join(root, "assembly"));
  cpSync(join(ROOT, "asconfig.json"), join(root, "asconfig.json"));
  writeFileSync(join(root, "assembly/index.ts"), sourceOf(3));
  const target: Target = {
    name: "release",
    entry: "assembly/index.ts",
    output: "build/station.wasm",
    symbols: "build/station.symbols.json",
    optimise: { pipeline: { optimizeLevel: 0, shrinkLevel: 0 }, functions: {} },
  };
  return { root, target };
}

function sourceOf(factor: number): string {
  return `function times(x: i32): i32 { return x * ${factor}; }
    export function f(x: i32): i32 { return times(times(x)) + times(x + 1); }
    export { __heap_base };`;
}

test("the map is made with its module, and again when either is missing, edited or stale", async () => {
  const { root, target } = project();
  const made = async (): Promise<string[]> =>
    (await ensureBuilt({ root, targets: [target] })).filter((one) => one.made).map(({ file }) => file);
  const names = (): string[] | undefined =>
    namesFor(
      readFileSync(join(root, "build/station.symbols.json"), "utf8"),
      digest(readFileSync(join(root, target.output))),
    );
  const both = ["build/station.wasm", "build/station.symbols.json"];

  assert.deepEqual(await made(), [...both, "build/station.h"]);
  assert.deepEqual(names(), ["index/times", "f"]);
  assert.deepEqual(await made(), []);

  rmSync(join(root, "build/station.symbols.json"));
  assert.deepEqual(await made(), both);
  writeFileSync(join(root, "build/station.symbols.json"), "{}");
  assert.deepEqual(await made(), both);
  assert.deepEqual(names(), ["index/times", "f"]);

  const before = readFileSync(join(root, "build/station.symbols.json"), "utf8");
  writeFileSync(join(root, "assembly/index.ts"), sourceOf(5));
  assert.deepEqual(await made(), [...both, "build/station.h"]);
  assert.deepEqual(names(), ["index/times", "f"]);
  assert.equal(namesFor(before, digest(readFileSync(join(root, target.output)))), undefined, "the old map is not its");
});

test("builtModule and builtNames are of one build", async () => {
  const module = await builtModule("small");
  assert.deepEqual(
    await builtNames("small"),
    namesFor(readFileSync(join(ROOT, "build/station.small.symbols.json"), "utf8"), digest(module)),
  );
});
