import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { FULL, fuelOf, hasDied, meter } from "../../host/device/meter.ts";
import type { Cut } from "../../host/device/rewrite/regions.ts";
import { ONE_EACH } from "../../host/device/weights.ts";
import { assemble } from "./assemble.ts";
import { compile } from "./compile.ts";
import type { Outcome } from "./programs.ts";
import { EVERYTHING, randomProgram, run } from "./programs.ts";

interface Metered {
  readonly outcome: Outcome;
  readonly died: boolean;
  /** The inner global after all. */
  readonly peek: number;
  readonly fuelLeft: number;
}

function runMetered(module: WebAssembly.Module, argument: number, fuel: number): Metered {
  const { outcome, exports } = run(module, argument, (fresh) => {
    fuelOf(fresh).value = fuel;
  });
  const [died, fuelLeft] = [hasDied(exports), fuelOf(exports).value];
  fuelOf(exports).value = FULL;
  return { outcome, died, peek: (exports.peek as () => number)(), fuelLeft };
}

const metered = (octets: Uint8Array, cut: Cut): WebAssembly.Module => new WebAssembly.Module(meter(octets, cut));

/** Compares the cuts at every amount of fuel from none to enough; returns the cost of the whole run. */
function compareCuts(octets: Uint8Array, argument: number): number {
  const [region, effect, instruction] = (["region", "effect", "instruction"] as const).map((c) => metered(octets, c));
  const plain = run(new WebAssembly.Module(octets), argument).outcome;
  const cost = FULL - runMetered(instruction, argument, FULL).fuelLeft;
  for (let fuel = 0; fuel <= cost; fuel++) {
    const oracle = runMetered(instruction, argument, fuel);
    const dies = fuel < cost;
    assert.equal(oracle.died, dies, `fuel ${fuel} of ${cost}`);
    const byEffect = runMetered(effect, argument, fuel);
    assert.equal(byEffect.died, dies, `fuel ${fuel} of ${cost}, cut at effects`);
    assert.deepEqual(byEffect.outcome, oracle.outcome, `fuel ${fuel} of ${cost}, cut at effects`);
    assert.equal(byEffect.peek, oracle.peek, `fuel ${fuel} of ${cost}, cut at effects`);
    assert.equal(runMetered(region, argument, fuel).died, dies, `fuel ${fuel} of ${cost}, cut at regions`);
  }
  for (const module of [region, effect, instruction]) {
    const alive = runMetered(module, argument, cost);
    assert.deepEqual(alive.outcome, plain);
    assert.equal(alive.fuelLeft, 0);
  }
  return cost;
}

test("a kill between any two instructions: cutting at effects shows the world what metering each instruction does", () => {
  for (const argument of [1, 2, 3, 12]) assert.ok(compareCuts(EVERYTHING, argument) > 20);
});

test("cutting at regions does not: the comparison above tells a lost store from a made one", () => {
  const [region, instruction] = [metered(EVERYTHING, "region"), metered(EVERYTHING, "instruction")];
  const cost = FULL - runMetered(instruction, 12, FULL).fuelLeft;
  const differing = Array.from({ length: cost }, (_, fuel) => fuel).filter((fuel) => {
    const [a, b] = [region, instruction].map((module) => runMetered(module, 12, fuel).outcome.memory.join());
    return a !== b;
  });
  assert.ok(differing.length > 10, `${differing.length} of ${cost}`);
});

test("effects are exact for random programs, too, at every amount of fuel", () => {
  let kills = 0;
  const property = fc.property(randomProgram, fc.integer({ min: 0, max: 255 }), (octets, argument) => {
    kills += compareCuts(octets, argument);
  });
  fc.assert(property, { numRuns: 60, seed: 2 });
  assert.ok(kills > 3000, `${kills} kills`);
});

test("effects are exact for compiled code with loops, tables, globals and imports", async () => {
  const octets = await compile({
    "env.ts": "export declare function hit(value: i32): i32;",
    "index.ts": `
      import { hit } from "./env";
      const list: usize = memory.data<u8>([9, 3, 7, 1, 8, 2, 200, 4]);
      let swaps = 0;
      export function run(n: i32): i32 {
        for (let i = 1; i < n; i++)
          for (let j = i; j > 0 && load<u8>(list + j - 1) > load<u8>(list + j); j--) {
            const upper = load<u8>(list + j);
            store<u8>(list + j, load<u8>(list + j - 1));
            store<u8>(list + j - 1, upper);
            swaps += 1;
            if (swaps % 4 == 3) hit(swaps);
          }
        switch (swaps) { case 11: return hit(1); case 12: return hit(2); case 13: return 3; default: return swaps; }
      }
      export function peek(): i32 { return swaps; }`,
  });
  for (const argument of [0, 2, 8]) compareCuts(octets, argument);
});

test("an effect that could not be paid for is not seen, one that could is: both sides of each store", () => {
  const octets = assemble({
    imports: [["env", "hit", "i32 -> i32"]],
    memory: 1,
    functions: [
      {
        type: "i32 ->",
        export: "run",
        code: `i32.const 0 i32.const 1 i32.store8  i32.const 1 i32.const 2 i32.store8  i32.const 3 call 0 drop`,
      },
      { type: "-> i32", export: "peek", code: "i32.const 0" },
    ],
  });
  const module = metered(octets, "effect");
  const seen = [2, 3, 5, 6, 7, 8, 9].map((fuel) => {
    const { outcome, died } = runMetered(module, 0, fuel);
    return [fuel, ...outcome.memory.subarray(0, 2), outcome.hits.length, died];
  });
  assert.deepEqual(seen, [
    [2, 0, 0, 0, true],
    [3, 1, 0, 0, true],
    [5, 1, 0, 0, true],
    [6, 1, 2, 0, true],
    [7, 1, 2, 0, true],
    [8, 1, 2, 1, true],
    [9, 1, 2, 1, false],
  ]);
});

test("weights: each class costs what it is said to cost, structure nothing", () => {
  const octets = assemble({
    memory: 1,
    functions: [
      { type: "i32 ->", export: "run", code: "block loop i32.const 0 local.get 0 i32.store nop end end call 1 drop" },
      { type: "-> i32", export: "peek", code: "i32.const 0 i64.load i32.wrap_i64 i32.const 3 i32.mul" },
    ],
  });
  const weights = {
    ...ONE_EACH,
    const: 10,
    local: 100,
    store: 1000,
    call: 10000,
    load64: 100000,
    mul: 1000000,
    pick: 0,
  };
  for (const cut of ["region", "effect", "instruction"] as const) {
    const { exports } = run(new WebAssembly.Module(meter(octets, cut, weights)), 0);
    assert.equal(FULL - fuelOf(exports).value, 1111131, cut); // 3 const, i32.wrap_i64 1
  }
});

test("weights that would let a module run for ever, or that are no whole numbers, are refused", () => {
  for (const wrong of [{ branch: 0 }, { call: 0 }, { alu: -1 }, { load: 0.5 }]) {
    assert.throws(() => meter(EVERYTHING, "effect", { ...ONE_EACH, ...wrong }), { name: "ModuleError" });
  }
});

test("a loop without end dies", () => {
  const octets = assemble({ memory: 1, functions: [{ type: "i32 ->", export: "run", code: "loop br 0 end" }] });
  const { exports, outcome } = run(metered(octets, "region"), 0, (fresh) => {
    fuelOf(fresh).value = 100000;
  });
  assert.equal(outcome.result, "trapped");
  assert.ok(hasDied(exports));
});

test("a trap of the module's own is no death", () => {
  const octets = assemble({ memory: 1, functions: [{ type: "i32 ->", export: "run", code: "unreachable" }] });
  const { exports, outcome } = run(metered(octets, "effect"), 0);
  assert.equal(outcome.result, "trapped");
  assert.equal(hasDied(exports), false);
});

test("modules without globals, exports, memory or imports take a meter; one that exports fuel itself is refused", () => {
  const bare = assemble({ functions: [{ type: "->", code: "" }] });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(meter(bare)));
  assert.deepEqual(Object.keys(exports), ["fuel"]);
  assert.equal(fuelOf(exports).value, FULL);

  const empty = assemble({});
  assert.deepEqual(WebAssembly.Module.exports(new WebAssembly.Module(meter(empty))), [
    { name: "fuel", kind: "global" },
  ]);

  const fuelled = assemble({ functions: [{ type: "->", export: "fuel", code: "" }] });
  assert.throws(() => meter(fuelled), { name: "ModuleError", message: /exports a fuel already/ });
});

test("a start function is metered too, and the meter asks nothing of the host", () => {
  const octets = assemble({
    imports: [["env", "hit", "i32 -> i32"]],
    start: 1,
    functions: [{ type: "->", code: "i32.const 5 call 0 drop" }],
  });
  const module = metered(octets, "effect");
  assert.deepEqual(WebAssembly.Module.imports(module), [{ module: "env", name: "hit", kind: "function" }]);
  const { exports } = new WebAssembly.Instance(module, { env: { hit: () => 0 } });
  assert.equal(FULL - fuelOf(exports).value, 3);
});
