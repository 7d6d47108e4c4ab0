import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { meter } from "../../host/device/meter.ts";
import { Cursor, ModuleError } from "../../host/device/rewrite/cursor.ts";
import { sleb, uleb } from "../../host/device/rewrite/leb.ts";
import { parse } from "../../host/device/rewrite/parse.ts";
import { walk } from "../../host/device/rewrite/walk.ts";
import { assemble } from "./assemble.ts";
import { EVERYTHING } from "./programs.ts";

const cursor = (octets: readonly number[]): Cursor => new Cursor(Uint8Array.from(octets), "a test");

test("LEB128: what is written is read, at every width", () => {
  const many = { seed: 1, numRuns: 500 };
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffffffff }), (n) => assert.equal(cursor(uleb(n)).u32(), n)),
    many,
  );
  fc.assert(
    fc.property(fc.integer(), (n) => assert.equal(cursor(sleb(n)).s32(), n)),
    many,
  );
  const i64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  fc.assert(
    fc.property(i64, (n) => assert.equal(cursor(sleb(n)).s64(), n)),
    many,
  );
  for (const n of [0, 63, 64, -64, -65, 127, 128, 2 ** 31 - 1, -(2 ** 31)]) assert.equal(cursor(sleb(n)).s32(), n);
  for (const n of [-(2n ** 63n), 2n ** 63n - 1n, -1n, 0n]) assert.equal(cursor(sleb(n)).s64(), n);
});

test("LEB128: padded numbers are read, numbers too wide are not (5.2.2)", () => {
  assert.equal(cursor([0x83, 0x80, 0x80, 0x80, 0x00]).u32(), 3);
  assert.equal(cursor([0xfe, 0xff, 0xff, 0xff, 0x7f]).s32(), -2);
  assert.throws(() => cursor([0x83, 0x80, 0x80, 0x80, 0x80, 0x00]).u32(), ModuleError);
  assert.throws(() => cursor([0x80, 0x80, 0x80, 0x80, 0x10]).u32(), ModuleError);
  assert.throws(() => cursor([0x80, 0x80, 0x80, 0x80, 0x08]).s32(), ModuleError);
  assert.throws(() => cursor([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]).s64(), ModuleError);
  assert.throws(() => cursor([0x80]).u32(), { name: "ModuleError", message: "octet 1, a test: it ends too early" });
});

test("a module's section lengths may be padded, as linkers write them", () => {
  const octets = assemble({ memory: 1, globals: [{ type: "i32", init: 3 }], functions: [{ type: "->", code: "" }] });
  const at = octets.indexOf(6, 8); // the global section: id, length 6, vector of 1
  const padded = Uint8Array.from([
    ...octets.subarray(0, at + 1),
    ...[octets[at + 1] + 4, 0x81, 0x80, 0x80, 0x80, 0x00],
    ...octets.subarray(at + 3),
  ]);
  assert.equal(parse(padded).globals[0].init?.value, 3);
  assert.ok(WebAssembly.validate(padded) && WebAssembly.validate(meter(padded)));
});

/** Parses and walks; undefined when it is refused. Anything but a ModuleError is a bug and passes through. */
function refusal(octets: Uint8Array): string | undefined {
  try {
    const module = parse(octets);
    for (const k of module.bodies.keys()) walk(module, module.importedFunctions + k);
    return undefined;
  } catch (error) {
    if (error instanceof ModuleError) return error.message;
    throw error;
  }
}

const RICH = assemble({
  imports: [
    ["env", "hit", "i32 -> i32"],
    ["env", "base", "global", "i64"],
  ],
  memory: 1,
  table: [0, 1],
  globals: [
    { type: "i32", init: -5 },
    { type: "i64", init: 5, export: "five" },
  ],
  functions: [
    { type: "i32 -> i32", export: "run", locals: "i64 f32 f64", code: "f32.const 1 drop f64.const 2 drop local.get 0" },
  ],
  data: [{ address: 16, octets: [1, 2, 3] }],
  custom: [{ name: "producers", octets: [1, 2, 3] }],
});

test("a cut-off module is refused with a sentence, exactly where the engine refuses it", () => {
  for (const octets of [EVERYTHING, RICH]) {
    for (let length = 0; length <= octets.length; length++) {
      const cutOff = octets.subarray(0, length);
      // What is left may be a whole module again: behind a section that needs none of the later ones.
      assert.equal(refusal(cutOff) === undefined, WebAssembly.validate(cutOff), `${length} of ${octets.length} octets`);
    }
  }
});

test("no damaged module is read out of bounds, and one that the engine takes as well can be metered", () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 });
  let metered = 0;
  const property = fc.property(fc.constantFrom(EVERYTHING, RICH), damage, (octets, changes) => {
    const damaged = octets.slice();
    for (const [at, octet] of changes) damaged[at % damaged.length] = octet;
    if (refusal(damaged) !== undefined || !WebAssembly.validate(damaged)) return;
    metered++;
    assert.ok(WebAssembly.validate(meter(damaged)));
  });
  fc.assert(property, { numRuns: 4000, seed: 6 });
  assert.ok(metered > 100, `${metered} metered`);
});

test("what the engine refuses is refused here too, but for the types on the stack: every octet, every value", () => {
  const typing = /not enough arguments on the stack|elements on the stack|type error in|expected type/;
  let left = 0;
  for (const at of RICH.keys()) {
    for (let octet = 0; octet < 256; octet++) {
      const damaged = RICH.slice();
      damaged[at] = octet;
      if (refusal(damaged) !== undefined || WebAssembly.validate(damaged)) continue;
      left++;
      assert.throws(() => new WebAssembly.Module(damaged), typing, `octet ${at} made ${octet}`);
    }
  }
  assert.ok(left > 50, `${left} left to the engine`);
});

/** A module from sections given as [id, ...payload]. */
const sections = (...list: number[][]): Uint8Array =>
  Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...list.flatMap(([id, ...rest]) => [id, rest.length, ...rest])]);

const TYPE = [1, 1, 0x60, 0, 0];
const FUNCTION = [3, 1, 0];
const beyond: Readonly<Record<string, [Uint8Array, RegExp]>> = {
  "a wrong magic": [Uint8Array.from([0, 0x61, 0x73, 0x6e, 1, 0, 0, 0]), /not WebAssembly version 1/],
  "another version": [Uint8Array.from([0, 0x61, 0x73, 0x6d, 2, 0, 0, 0]), /not WebAssembly version 1/],
  "two results": [sections([1, 1, 0x60, 0, 2, 0x7f, 0x7f]), /more than one result is beyond MVP/],
  "a reference type": [sections([1, 1, 0x60, 1, 0x70, 0]), /0x70 is no MVP value type/],
  "a section twice": [sections(TYPE, TYPE), /the type section is out of order or there twice/],
  "sections out of order": [sections([5, 1, 0, 1], TYPE), /out of order/],
  "a data count section": [sections([12, 0]), /section id 12 is beyond MVP/],
  "a second memory": [sections([5, 2, 0, 1, 0, 1]), /a second memory is beyond MVP/],
  "a shared memory": [sections([5, 1, 3, 1, 1]), /limits with flags 3 are beyond MVP/],
  "a memory of 65537 pages": [sections([5, 1, 0, 0x81, 0x80, 0x04]), /limits make no sense/],
  "a memory with max below min": [sections([5, 1, 1, 2, 1]), /limits make no sense/],
  "an exported mutable global": [
    sections([6, 1, 0x7f, 1, 0x41, 0, 0x0b], [7, 1, 1, 0x67, 3, 0]),
    /exporting the mutable global g is beyond MVP/,
  ],
  "an imported mutable global": [
    sections([2, 1, 1, 0x65, 1, 0x67, 3, 0x7f, 1]),
    /importing the mutable global e.g is beyond MVP/,
  ],
  "an export twice": [sections(TYPE, FUNCTION, [7, 2, 1, 0x61, 0, 0, 1, 0x61, 0, 0]), /two exports are named a/],
  "a name that is not UTF-8": [sections([0, 1, 0xff]), /a name is not UTF-8/],
  "an export of nothing": [sections([7, 1, 1, 0x61, 0, 0]), /there is no function 0/],
  "a constant of the wrong type": [sections([6, 1, 0x7f, 0, 0x42, 0, 0x0b]), /a constant of type i64 stands where i32/],
  "a constant that is computed": [sections([6, 1, 0x7f, 0, 0x41, 0, 0x41, 0, 0x6a, 0x0b]), /longer than MVP allows/],
  "a global that reads a defined one": [
    sections([6, 2, 0x7f, 0, 0x41, 0, 0x0b, 0x7f, 0, 0x23, 0, 0x0b]),
    /there is no imported global 0/,
  ],
  "a passive data segment": [sections([5, 1, 0, 1], [11, 1, 1, 1, 0]), /there is no memory 1/],
  "a start function with a parameter": [
    sections([1, 1, 0x60, 1, 0x7f, 0], FUNCTION, [8, 0], [10, 1, 2, 0, 0x0b]),
    /the start function has parameters/,
  ],
  "a function without body": [sections(TYPE, FUNCTION), /0 bodies for 1 functions/],
  "a body without function": [sections(TYPE, FUNCTION, [10, 2, 2, 0, 0x0b, 2, 0, 0x0b]), /more bodies than/],
  "a vector longer than its section": [
    sections([1, 0xff, 0xff, 0xff, 0xff, 0x0f]),
    /a vector of 4294967295 does not fit/,
  ],
  "2^32 - 1 locals": [
    sections(TYPE, FUNCTION, [10, 1, 8, 1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f, 0x0b]),
    /locals are more than an engine takes/,
  ],
  "octets left over": [sections([1, 0, 0]), /1 octets are left over/],
};

for (const [what, [octets, sentence]] of Object.entries(beyond)) {
  test(`refused: ${what}`, () => assert.match(refusal(octets) ?? "", sentence));
}

/** Function bodies, without locals. */
const bodies: Readonly<Record<string, [string, RegExp]>> = {
  "a label too deep": ["block br 2 end", /there is no label 2/],
  "an else without if": ["block else end", /an else belongs to no if/],
  "a local too high": ["local.get 1 drop", /there is no local 1/],
  "a load without memory": ["i32.const 0 i32.load drop", /i32.load has no memory/],
  "an indirect call without table": ["i32.const 0 call_indirect <->>", /there is no table 0/],
  "a call of nothing": ["call 9", /there is no function 9/],
  "setting a constant": ["i32.const 0 global.set 0", /global 0 is constant/],
  "code behind the end": ["end nop", /2 octets are left over/],
  "a block that stays open": ["block", /function 0: it ends too early/],
};

for (const [what, [code, sentence]] of Object.entries(bodies)) {
  test(`refused: ${what}`, () => {
    const octets = assemble({
      globals: [{ type: "i32", init: 0, export: "constant" }],
      functions: [{ type: "->", locals: "i32", code }],
    });
    assert.match(refusal(octets) ?? "", sentence);
  });
}

test("refused: a block with a type index, an access aligned beyond its size", () => {
  const octets = assemble({ memory: 1, functions: [{ type: "->", code: "block end i32.const 0 i32.load16_u drop" }] });
  const at = octets.length - 9; // block 0x40 end i32.const 0 load16_u align offset drop end
  assert.deepEqual([octets[at - 1], octets[at]], [0x02, 0x40]);
  const patched = (where: number, octet: number) => octets.map((old, k) => (k === where ? octet : old));
  assert.match(refusal(patched(at, 0)) ?? "", /0x0 is no MVP value type/);
  assert.match(refusal(patched(at + 5, 2)) ?? "", /i32.load16_u is aligned beyond its size/);
});
