/*
 * Small modules that do everything a metered one can be cut in: loops, nested ifs, br_table, direct and indirect calls,
 * calls to imports, stores, globals, early returns, unreachable code. Written out once, and generated at random.
 */
import fc from "fast-check";
import { assemble } from "./assemble.ts";

/** All of it in one run(i32) -> i32; peek() -> i32 shows the inner global. */
export const EVERYTHING = assemble({
  imports: [
    ["env", "base", "global", "i32"],
    ["env", "hit", "i32 -> i32"],
  ],
  memory: 1,
  globals: [{ type: "i32", init: 7 }],
  table: [2, 3],
  functions: [
    {
      type: "i32 -> i32",
      export: "run",
      locals: "i32 i32",
      code: `
        loop
          block block block
            local.get 0 i32.const 3 i32.rem_u br_table 0 1 2
          end
            local.get 0 local.get 2 i32.store8 16
            local.get 2 i32.const 5 i32.gt_u if  local.get 2 call 0 local.set 2  else  nop  end
            br 1
          end
            local.get 2 local.get 0 i32.const 1 i32.and call_indirect <i32->i32> local.set 2
          end
          global.get 1 local.get 0 i32.add global.set 1
          local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0
        end
        i32.const 32 local.get 2 i32.store
        block  local.get 2 i32.const 1000 i32.gt_u br_if 0  local.get 2 global.get 1 i32.add return  end
        i32.const 1 memory.grow drop
        local.get 2 global.get 0 i32.add`,
    },
    { type: "i32 -> i32", code: "local.get 0 global.get 0 i32.add" },
    {
      type: "i32 -> i32",
      code: `local.get 0 i32.const 1 i32.and if i32  local.get 0 i32.const 3 i32.mul
             else  i32.const 40 local.get 0 i32.store16  local.get 0 i32.const 1 i32.add  end`,
    },
    { type: "-> i32", export: "peek", code: "global.get 1" },
  ],
});

/** Statements over locals 0..3, memory 0..127, global 0; each leaves the stack as it was. `depth` bounds the nesting. */
function statements(depth: number): fc.Arbitrary<string> {
  const local = fc.integer({ min: 0, max: 3 });
  const small = fc.integer({ min: 1, max: 7 });
  const plain = [
    fc.tuple(local, local, local).map(([a, b, c]) => `local.get ${a} local.get ${b} i32.add local.set ${c}`),
    fc.tuple(local, small).map(([a, k]) => `local.get ${a} i32.const ${k} i32.mul i32.const 1 i32.add local.set ${a}`),
    fc.tuple(local, local).map(([a, b]) => `local.get ${a} i32.const 63 i32.and local.get ${b} i32.store8 ${a * 16}`),
    fc.tuple(local, local).map(([a, b]) => `local.get ${a} i32.const 63 i32.and i32.load8_u local.set ${b}`),
    local.map((a) => `local.get ${a} global.set 0`),
    local.map((a) => `local.get ${a} call 0 local.set ${a}`),
    local.map((a) => `local.get ${a} call 2 local.set ${a}`),
    local.map((a) => `local.get ${a} local.get ${a} i32.const 1 i32.and call_indirect <i32->i32> local.set ${a}`),
    fc.constant("i32.const 1 memory.grow drop"),
    fc.constant("nop"),
    local.map((a) => `local.get ${a} i32.const 31 i32.and i32.eqz if return end`),
  ];
  if (depth === 0) return fc.oneof(...plain);
  const inner = fc.array(statements(depth - 1), { minLength: 0, maxLength: 3 }).map((list) => list.join("\n"));
  const counter = 3 + depth;
  const nested = [
    fc.tuple(local, inner, inner).map(([a, x, y]) => `local.get ${a} i32.const 1 i32.and if ${x} else ${y} end`),
    fc.tuple(local, inner).map(([a, x]) => `local.get ${a} i32.const 2 i32.and if ${x} end`),
    inner.map((x) => `block ${x} end`),
    fc.tuple(local, inner, inner).map(([a, x, y]) => `block ${x} local.get ${a} i32.const 1 i32.and br_if 0 ${y} end`),
    inner.map((x) => `block br 0 ${x} end`),
    fc.tuple(small, inner).map(([n, x]) => {
      const round = `local.get ${counter} i32.const 1 i32.sub local.tee ${counter} br_if 0`;
      return `i32.const ${n} local.set ${counter} loop ${x} ${round} end`;
    }),
    fc.tuple(local, inner, inner).map(([a, x, y]) => {
      return `block block local.get ${a} i32.const 3 i32.and br_table 0 1 0 end ${x} br 0 end ${y}`;
    }),
  ];
  return fc.oneof(...plain, ...nested, ...nested);
}

/** A module like EVERYTHING with a random run(); its loops are bounded. */
export const randomProgram: fc.Arbitrary<Uint8Array> = fc
  .array(statements(2), { minLength: 3, maxLength: 8 })
  .map((list) =>
    assemble({
      imports: [["env", "hit", "i32 -> i32"]],
      memory: 1,
      globals: [{ type: "i32", init: 1 }],
      table: [2, 0],
      functions: [
        {
          type: "i32 ->",
          export: "run",
          locals: "i32 i32 i32 i32 i32",
          code: `local.get 0 i32.const 5 i32.mul local.set 1  i32.const 9 local.set 2  ${list.join("\n")}`,
        },
        { type: "i32 -> i32", code: "i32.const 100 local.get 0 i32.store8  local.get 0 i32.const 3 i32.shr_u" },
        { type: "-> i32", export: "peek", code: "global.get 0" },
      ],
    }),
  );

/** Everything a run shows to the world. `hits` are the arguments of the calls to env.hit. */
export interface Outcome {
  readonly result: number | undefined | "trapped";
  readonly hits: readonly number[];
  readonly memory: Uint8Array;
}

/** Instantiates one of these modules and runs it with `argument`; `before` sees the exports first. */
export function run(
  module: WebAssembly.Module,
  argument: number,
  before: (exports: WebAssembly.Exports) => void = () => undefined,
  extraImports: WebAssembly.Imports = {},
): { outcome: Outcome; exports: WebAssembly.Exports } {
  const hits: number[] = [];
  const hit = (value: number): number => hits.push(value) + 1;
  const env = { hit, base: new WebAssembly.Global({ value: "i32" }, 1000) };
  const { exports } = new WebAssembly.Instance(module, { env, ...extraImports });
  before(exports);
  let result: Outcome["result"];
  try {
    result = (exports.run as (argument: number) => number | undefined)(argument);
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    result = "trapped";
  }
  const memory = new Uint8Array((exports.memory as WebAssembly.Memory).buffer).slice(0, 256);
  return { outcome: { result, hits, memory }, exports };
}
