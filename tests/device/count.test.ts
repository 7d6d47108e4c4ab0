import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { counter } from "../../host/device/count.ts";
import { FULL, fuelOf, meter } from "../../host/device/meter.ts";
import { assemble } from "./assemble.ts";
import { EVERYTHING, randomProgram, run } from "./programs.ts";

function countedRun(octets: Uint8Array, argument: number) {
  const counting = counter(octets);
  const { exports, outcome } = run(new WebAssembly.Module(counting.wasm), argument);
  return { counts: counting.read(exports), outcome, exports, counting };
}

/** What metering each instruction takes for a run. */
function charges(octets: Uint8Array, argument: number): number {
  return FULL - fuelOf(run(new WebAssembly.Module(meter(octets, "instruction")), argument).exports).value;
}

test("block, loop, else, end and nop count nothing, all else 1: counted by hand", () => {
  const octets = assemble({
    memory: 1,
    functions: [
      {
        type: "i32 -> i32",
        export: "run",
        code: `block loop nop local.get 0 if nop i32.const 1 drop else nop end end end
               local.get 0 local.get 0 call 1 i32.add`,
      },
      { type: "i32 -> i32", export: "half", code: "local.get 0 i32.const 2 i32.div_u return" },
    ],
  });
  // if taken: local.get if const drop | local.get local.get call | local.get const div_u return | i32.add
  const taken = countedRun(octets, 6).counts;
  assert.equal(taken.total, 12);
  assert.deepEqual(
    taken.functions.map(({ index, name, instructions }) => [index, name, instructions]),
    [
      [0, "run", 8],
      [1, "half", 4],
    ],
  );
  assert.equal(taken.classes.local, 4);
  assert.equal(taken.classes.div, 1);
  assert.equal(taken.opcodes.get("i32.div_u"), 1);
  assert.equal(taken.opcodes.get("nop"), 2); // one in the loop, one in the arm taken
  // not taken: const and drop stay away
  assert.equal(countedRun(octets, 0).counts.total, 10);
});

test("the count is the sum of what metering each instruction takes", () => {
  for (const argument of [1, 2, 3, 50]) {
    const { counts, outcome, exports, counting } = countedRun(EVERYTHING, argument);
    assert.equal(counts.total, charges(EVERYTHING, argument));
    assert.equal(counting.total(exports), counts.total);
    assert.deepEqual(outcome, run(new WebAssembly.Module(EVERYTHING), argument).outcome);
  }
});

test("the same for random programs; functions and opcodes add up to the total", () => {
  const property = fc.property(randomProgram, fc.integer({ min: 0, max: 255 }), (octets, argument) => {
    const { counts, exports, counting } = countedRun(octets, argument);
    assert.equal(counts.total, charges(octets, argument));
    assert.equal(counting.total(exports), counts.total);
    const sum = (numbers: Iterable<number>): number => [...numbers].reduce((a, b) => a + b, 0);
    assert.equal(sum(counts.functions.map(({ instructions }) => instructions)), counts.total);
    const free = ["block", "loop", "else", "end", "nop"].map((name) => counts.opcodes.get(name) ?? 0);
    assert.equal(sum(counts.opcodes.values()) - sum(free), counts.total);
    assert.equal(sum(Object.values(counts.classes)) - counts.classes.structure, counts.total);
  });
  fc.assert(property, { numRuns: 40, seed: 3 });
});

test("reset starts again; calls add up", () => {
  const { counts, exports, counting } = countedRun(EVERYTHING, 9);
  (exports.run as (n: number) => number)(1);
  assert.ok(counting.read(exports).total > counts.total);
  counting.reset(exports);
  assert.equal(counting.read(exports).total, 0);
  assert.deepEqual(counting.read(exports).functions, []);
});

test("functions are named by export, import or the name section", () => {
  const octets = assemble({
    memory: 1,
    functions: [
      { type: "i32 ->", export: "run", code: "call 1 call 2" },
      { type: "->", code: "i32.const 1 i32.const 1 i32.const 1 drop drop drop" },
      { type: "->", code: "i32.const 1 drop" },
    ],
    // appendix 7.4: subsection 1, a name map of one: function 1 is "inner"
    custom: [{ name: "name", octets: [1, 8, 1, 1, 5, ...new TextEncoder().encode("inner")] }],
  });
  assert.deepEqual(
    countedRun(octets, 0).counts.functions.map(({ name }) => name),
    ["inner", "run", "function 2"],
  );
});
