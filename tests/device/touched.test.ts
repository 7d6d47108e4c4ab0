import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { touchedBy, watchTouched } from "../../host/device/touched.ts";
import { assemble } from "./assemble.ts";
import { randomProgram, run } from "./programs.ts";

function touched(code: string) {
  const octets = assemble({ memory: 1, functions: [{ type: "i32 ->", export: "run", code }] });
  return touchedBy(run(new WebAssembly.Module(watchTouched(octets)), 40).exports);
}

test("loads and stores are told apart; width and static offset count", () => {
  assert.deepEqual(touched("nop"), { loadEnd: 0, storeEnd: 0 });
  assert.deepEqual(touched("local.get 0 i32.load8_u drop"), { loadEnd: 41, storeEnd: 0 });
  assert.deepEqual(touched("local.get 0 i64.const 1 i64.store 100"), { loadEnd: 0, storeEnd: 148 });
  assert.deepEqual(touched("local.get 0 f32.const 1 f32.store"), {
    loadEnd: 0,
    storeEnd: 44,
  });
  const both =
    "i32.const 90 i32.const 1 i32.store16  local.get 0 local.get 0 i32.load i32.store  i32.const 0 f64.load drop";
  assert.deepEqual(touched(both), { loadEnd: 44, storeEnd: 92 });
});

test("an access that traps counts, above 2^32 too", () => {
  assert.deepEqual(touched("i32.const -1 i32.load 7 drop"), { loadEnd: 2 ** 32 + 10, storeEnd: 0 });
});

test("random programs: what changed in memory lies below storeEnd, and nothing they do is changed", () => {
  const property = fc.property(randomProgram, fc.integer({ min: 0, max: 255 }), (octets, argument) => {
    const plain = run(new WebAssembly.Module(octets), argument).outcome;
    const { outcome, exports } = run(new WebAssembly.Module(watchTouched(octets)), argument);
    assert.deepEqual(outcome, plain);
    const highest = plain.memory.findLastIndex((octet) => octet !== 0);
    assert.ok(highest < touchedBy(exports).storeEnd || highest === -1);
  });
  fc.assert(property, { numRuns: 40, seed: 5 });
});
