import assert from "node:assert/strict";
import { test } from "node:test";
import { OPCODES } from "../../host/device/rewrite/opcodes.ts";
import { parse } from "../../host/device/rewrite/parse.ts";
import { walk } from "../../host/device/rewrite/walk.ts";
import { assemble } from "./assemble.ts";

/** What each kind of immediate looks like in the assembler's text. */
const IMMEDIATES: Readonly<Record<string, string>> = {
  label: "0",
  labels: "0 0 0",
  function: "0",
  indirect: "<->>",
  local: "0",
  global: "0",
  access: "300",
  i32: "-70000",
  i64: "-9000000000",
  f32: "1.5",
  f64: "1.5",
};

const defined = OPCODES.flatMap((opcode) => (opcode ? [opcode] : []));

test("MVP has 172 opcodes, each where the specification has it", () => {
  assert.equal(defined.length, 172);
  // 5.4: one anchor in each group, at the end of each run of names
  const anchors = { 17: "call_indirect", 27: "select", 36: "global.set", 53: "i64.load32_u", 64: "memory.grow" };
  const numeric = { 90: "i64.ge_u", 102: "f64.ge", 120: "i32.rotr", 138: "i64.rotr", 166: "f64.copysign" };
  const conversions = { 167: "i32.wrap_i64", 177: "i64.trunc_f64_u", 187: "f64.promote_f32" };
  const last = { 191: "f64.reinterpret_i64", 62: "i64.store32", 68: "f64.const" };
  for (const [code, name] of Object.entries({ ...anchors, ...numeric, ...conversions, ...last })) {
    assert.equal(OPCODES[Number(code)]?.name, name);
  }
});

test("the engine reads every opcode and its immediates as this table does", () => {
  for (const { name, immediate, code } of defined) {
    if (name === "else" || name === "end") continue; // in the frame of every other one
    const arm = name === "if" || name === "block" || name === "loop" ? "end" : "";
    const octets = assemble({
      memory: 1,
      table: [0],
      globals: [{ type: "i32", init: 0 }],
      // Behind unreachable the stack gives whatever is asked of it: only the format is left to judge.
      functions: [
        { type: "->", locals: "i32", code: `unreachable ${name} ${IMMEDIATES[immediate] ?? ""} ${arm} unreachable` },
      ],
    });
    assert.ok(WebAssembly.validate(octets), name);
    const [, instruction] = walk(parse(octets), 0);
    assert.equal(instruction.opcode.code, code);
  }
});

test("loads and stores know their width and type", () => {
  const access = (name: string) => defined.find((opcode) => opcode.name === name)?.access;
  assert.deepEqual(access("i64.load32_u"), { kind: "load", type: "i64", octets: 4 });
  assert.deepEqual(access("f64.store"), { kind: "store", type: "f64", octets: 8 });
  assert.deepEqual(access("i32.store16"), { kind: "store", type: "i32", octets: 2 });
  assert.equal(defined.filter(({ access }) => access).length, 23);
});

test("what came after MVP is refused by name", () => {
  // sign extension, saturating truncation and bulk memory, reference types, SIMD, tail call, atomics
  for (const code of [0xc0, 0xc4, 0xfc, 0xd0, 0x25, 0xfd, 0x12, 0xfe]) {
    const octets = assemble({ functions: [{ type: "->", code: "nop" }] });
    const patched = octets.map((octet, at) => (at === octets.length - 2 ? code : octet));
    const module = parse(patched);
    assert.throws(() => walk(module, 0), {
      name: "ModuleError",
      message: `octet ${octets.length - 2}, function 0: opcode 0x${code.toString(16)} is beyond MVP`,
    });
  }
});
