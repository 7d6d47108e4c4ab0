import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { firstDifference, recorder, tracer } from "../../host/device/trace.ts";
import { assemble } from "./assemble.ts";
import { compile } from "./compile.ts";
import { EVERYTHING, randomProgram, run } from "./programs.ts";

/** Both traces of run(argument). */
function traced(octets: Uint8Array) {
  const [hashing, recording] = [tracer(octets), recorder(octets)];
  const [hashes, records] = [new WebAssembly.Module(hashing.wasm), new WebAssembly.Module(recording.wasm)];
  return {
    digest(argument: number) {
      return hashing.read(run(hashes, argument).exports);
    },
    events(argument: number) {
      run(records, argument, undefined, recording.imports);
      return recording.take();
    },
  };
}

/** What of the trace changes with the secret, and where. */
function leak(octets: Uint8Array, a: number, b: number) {
  const { digest, events } = traced(octets);
  const [one, other] = [digest(a), digest(b)];
  return {
    path: one.path !== other.path,
    addresses: one.addresses !== other.addresses,
    where: firstDifference(events(a), events(b)),
  };
}

const SPEND = "local.get 0 i32.const -1640531535 i32.mul local.set 0";

test("AMP-R6 straight-line arithmetic on a secret leaves one trace over 1,000 secrets", () => {
  const octets = assemble({
    memory: 1,
    functions: [
      {
        type: "i32 -> i32",
        export: "run",
        locals: "i32",
        code: `loop  ${SPEND}  local.get 1 local.get 0 i32.store 64
               local.get 0 local.get 1 local.get 0 i32.const 7 i32.and select local.set 0
               local.get 1 i32.const 4 i32.add local.tee 1 i32.const 32 i32.lt_u br_if 0  end
               i32.const 68 i32.load`,
      },
    ],
  });
  const { digest } = traced(octets);
  const first = digest(0);
  for (let n = 1, secret = 1; n <= 1000; n++, secret = Math.imul(secret, 48271))
    assert.deepEqual(digest(secret), first);
  assert.equal(leak(octets, 1, 2).where, undefined);
});

test("AMP-R6 a planted table lookup is found, and named", async () => {
  const octets = await compile({
    "index.ts": `
      const sbox: usize = memory.data<u8>([0x63, 0x7c, 0x77, 0x7b, 0xf2, 0x6b, 0x6f, 0xc5]);
      export function run(secret: i32): i32 {
        let sum = 0;
        for (let i = 0; i < 8; i++) sum = (sum << 1) ^ load<u8>(sbox + ((secret >> i) & 7));
        return sum;
      }
      export function peek(): i32 { return 0; }`,
  });
  const { path, addresses, where } = leak(octets, 0b0110_0000, 0b0111_0000);
  assert.deepEqual([path, addresses], [false, true]);
  assert.match(where ?? "", /i32\.load8_u \d+ in run at octet \d+ in one run, i32\.load8_u \d+ in run/);
});

test("AMP-R6 a planted secret branch is found, and named", async () => {
  const octets = await compile({
    "env.ts": "export declare function hit(value: i32): i32;",
    "index.ts": `
      import { hit } from "./env";
      export function run(secret: i32): i32 {
        let sum = 1;
        for (let i = 0; i < 8; i++) { sum += sum << 3; if (secret & (1 << i)) sum ^= hit(7); }
        return sum;
      }
      export function peek(): i32 { return 0; }`,
  });
  const { path, where } = leak(octets, 0b0010_0000, 0b0000_0000);
  assert.equal(path, true);
  assert.match(where ?? "", /enter \d+ in run at octet \d+ in one run, enter \d+ in run/);
});

const planted: Readonly<Record<string, { code: string; path: boolean; addresses: boolean; where: RegExp }>> = {
  "a store address": {
    code: "local.get 0 i32.const 1 i32.store8 3",
    path: false,
    addresses: true,
    where: /i32\.store8 5 .* i32\.store8 4/,
  },
  "a loop count": {
    code: "loop local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0 end",
    path: true,
    addresses: false,
    where: /enter/,
  },
  "a branch around nothing": {
    code: "block local.get 0 i32.const 4 i32.eq br_if 0 end",
    path: true,
    addresses: false,
    where: /enter/,
  },
  "an empty if": {
    code: "local.get 0 i32.const 4 i32.eq if end",
    path: true,
    addresses: false,
    where: /enter/,
  },
  "a br_table whose arms are one": {
    code: "block local.get 0 br_table 0 0 0 end",
    path: false,
    addresses: true,
    where: /br_table 5 .* br_table 4/,
  },
  "an argument of an import": {
    code: "local.get 0 call 0 drop",
    path: false,
    addresses: true,
    where: /call 5 .* call 4/,
  },
  "the callee of call_indirect": {
    code: "i32.const 9 local.get 0 i32.const 1 i32.and call_indirect <i32->i32> drop",
    path: true,
    addresses: true,
    where: /call_indirect 1 .* call_indirect 0/,
  },
  "a division": {
    code: "i64.const 100 local.get 0 i64.extend_i32_u i64.rem_u drop",
    path: false,
    addresses: true,
    where: /i64\.rem_u 5 .* i64\.rem_u 4/,
  },
  "a 64-bit product": {
    code: "i64.const 100 local.get 0 i64.extend_i32_u i64.mul drop",
    path: false,
    addresses: true,
    where: /i64\.mul 5 .* i64\.mul 4/,
  },
  "the growth of memory": {
    code: "local.get 0 memory.grow drop",
    path: false,
    addresses: true,
    where: /memory\.grow 5 .* memory\.grow 4/,
  },
};

for (const [what, { code, path, addresses, where }] of Object.entries(planted)) {
  test(`AMP-R6 a secret in ${what} is found, and named`, () => {
    const octets = assemble({
      imports: [["env", "hit", "i32 -> i32"]],
      memory: 1,
      table: [2, 3],
      functions: [
        { type: "i32 ->", export: "run", code },
        { type: "i32 -> i32", code: "local.get 0" },
        { type: "i32 -> i32", code: "local.get 0 i32.const 1 i32.add" },
      ],
    });
    const found = leak(octets, 5, 4);
    assert.deepEqual([found.path, found.addresses], [path, addresses]);
    assert.match(found.where ?? "", where);
  });
}

test("neither trace changes what a module does; equal runs have equal traces; reset starts again", () => {
  const property = fc.property(randomProgram, fc.integer({ min: 0, max: 255 }), (octets, argument) => {
    const plain = run(new WebAssembly.Module(octets), argument).outcome;
    const [hashing, recording] = [tracer(octets), recorder(octets)];
    const { exports, outcome } = run(new WebAssembly.Module(hashing.wasm), argument);
    assert.deepEqual(outcome, plain);
    const recorded = run(new WebAssembly.Module(recording.wasm), argument, undefined, recording.imports).outcome;
    assert.deepEqual(recorded, plain);
    const { digest, events } = traced(octets);
    assert.deepEqual(digest(argument), hashing.read(exports));
    assert.equal(firstDifference(events(argument), recording.take()), undefined);
    const before = hashing.read(exports);
    hashing.reset(exports);
    assert.notDeepEqual(hashing.read(exports), before);
    // The hashes and the events are two views of one thing: they agree on whether two runs differ.
    const same = firstDifference(events(argument), events(argument ^ 1)) === undefined;
    const [a, b] = [digest(argument), digest(argument ^ 1)];
    assert.equal(a.path === b.path && a.addresses === b.addresses, same);
  });
  fc.assert(property, { numRuns: 40, seed: 4 });
});

test("a recorder's import moves the functions behind it: exports, calls, the table and the start function follow", () => {
  const recording = recorder(EVERYTHING);
  const { outcome } = run(new WebAssembly.Module(recording.wasm), 12, undefined, recording.imports);
  assert.deepEqual(outcome, run(new WebAssembly.Module(EVERYTHING), 12).outcome);
  assert.ok(recording.take().length > 50);

  const starting = recorder(
    assemble({
      memory: 1,
      start: 1,
      functions: [
        { type: "->", code: "nop" },
        { type: "->", code: "i32.const 8 i32.load drop" },
      ],
    }),
  );
  new WebAssembly.Instance(new WebAssembly.Module(starting.wasm), starting.imports);
  assert.deepEqual(
    starting.take().map(({ site, value }) => [site.what, site.functionName, value]),
    [
      ["enter", "function 1", 1n],
      ["i32.load", "function 1", 8n],
    ],
  );
});
