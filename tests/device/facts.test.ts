import assert from "node:assert/strict";
import { test } from "node:test";
import { binaryFacts } from "../../host/device/facts.ts";
import { assemble } from "./assemble.ts";
import { fakeStation } from "./fakestation.ts";

test("facts of a compiled station", async () => {
  const octets = await fakeStation();
  const facts = binaryFacts(octets);
  assert.equal(facts.size, octets.length);
  assert.equal(
    facts.sections.reduce((sum, section) => sum + section.octets, 8),
    octets.length,
  );
  assert.deepEqual([...facts.imports].sort(), [
    "env.entropy (i32 i32) -> i32",
    "env.nvmRead (i32 i32 i32) -> i32",
    "env.nvmWrite (i32 i32 i32) -> i32",
  ]);
  assert.ok(facts.exports.includes("amp_set_payload (i32 i32) -> i32"));
  assert.ok(facts.exports.includes("memory memory") && facts.exports.includes("__heap_base global"));
  assert.deepEqual(facts.memory, { min: 1, max: 1 });
  assert.deepEqual(
    [facts.hasStart, facts.hasTable, facts.hasElements, facts.customSections],
    [false, false, false, []],
  );
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(octets), {
    env: { entropy: () => 0, nvmRead: () => 0, nvmWrite: () => 0 },
  });
  assert.equal(facts.heapBase, (exports.__heap_base as WebAssembly.Global).value);
  assert.equal(facts.dataEnd, (exports.__data_end as WebAssembly.Global).value);
  assert.ok((facts.heapBase ?? 0) > 72 + 72 + 64);
});

test("facts of a module that has one of everything", () => {
  const facts = binaryFacts(
    assemble({
      imports: [
        ["env", "base", "global", "i32"],
        ["env", "hit", "i32 ->"],
      ],
      memory: 2,
      table: [1],
      start: 1,
      globals: [
        { type: "i32", init: -3 },
        { type: "i64", init: 4, export: "four" },
      ],
      functions: [{ type: "->", code: "i32.const 1 call 0" }],
      data: [
        { address: 300, octets: [1, 2, 3] },
        { address: 16, octets: [1] },
      ],
      custom: [{ name: "producers", octets: [1, 2, 3] }],
    }),
  );
  assert.deepEqual(facts.imports, ["env.base global", "env.hit (i32) -> nothing"]);
  assert.deepEqual(facts.exports, ["memory memory", "four global"]);
  assert.deepEqual(facts.memory, { min: 2, max: 2 });
  assert.deepEqual([facts.hasStart, facts.hasTable, facts.hasElements], [true, true, true]);
  assert.deepEqual(facts.customSections, ["producers"]);
  assert.deepEqual([facts.functions, facts.codeOctets], [1, 5]);
  assert.deepEqual(facts.dataSegments, [
    { address: 300, octets: 3 },
    { address: 16, octets: 1 },
  ]);
  assert.equal(facts.highestInitialised, 302);
  assert.deepEqual(facts.globals, [
    { type: "i32", mutable: true, init: -3 },
    { type: "i64", mutable: false, init: 4n },
  ]);
  assert.equal(facts.heapBase, undefined);
  assert.equal(binaryFacts(assemble({})).highestInitialised, -1);
});

test("an address is unsigned", () => {
  const facts = binaryFacts(assemble({ memory: 1, data: [{ address: -16, octets: [1] }] }));
  assert.equal(facts.highestInitialised, 2 ** 32 - 16);
});
