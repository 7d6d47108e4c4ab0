/**
 * The C around the module: glue for wasm3 and WAMR compiles against their API as declared here, and the example, with the
 * module behind wasm2c, has a real exchange with the access point.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { ensureBuilt, ROOT } from "../../host/build/build.ts";
import { OtherEnd, type Talker, type Topic } from "../../host/mcu/conversation.ts";
import { run } from "../../host/mcu/translate.ts";
import { parseHex } from "../../host/wire/hex.ts";
import { toHex } from "../../host/wire/octets.ts";
import { PROFILES } from "../../host/wire/profile.ts";
import { skipWithoutProgram } from "../support/devicetools.ts";

const RUNTIMES = join(ROOT, "host/mcu/runtimes");
const STRICT = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O2"];
const FILES = ["runtime.h", "wasm3.c", "wamr.c", "wasm2c.c", "example.c"];

const folder = mkdtempSync(join(tmpdir(), "ampcore-runtimes-"));
after(() => rmSync(folder, { recursive: true }));
before(async () => {
  await ensureBuilt();
  for (const file of FILES) cpSync(join(RUNTIMES, file), join(folder, file));
  cpSync(join(RUNTIMES, "declared"), join(folder, "declared"), { recursive: true });
  cpSync(join(ROOT, "build/station.h"), join(folder, "station.h"));
});

for (const runtime of ["wasm3", "wamr"]) {
  for (const [compiler, flags] of [
    ["cc", []],
    ["arm-none-eabi-gcc", ["-mcpu=cortex-m0", "-mthumb"]],
  ] as const) {
    test(`the glue for ${runtime} compiles without a warning with ${compiler}`, {
      skip: skipWithoutProgram(compiler),
    }, () => {
      // ISO C forbids a function pointer in a void pointer, which WAMR's API asks for.
      const strict = runtime === "wamr" ? STRICT.filter((flag) => flag !== "-Wpedantic") : STRICT;
      run(compiler, [...strict, ...flags, "-I.", "-Ideclared", "-c", `${runtime}.c`, "-o", `${runtime}.o`], folder);
    });
  }
}

const skip = skipWithoutProgram("cc") || skipWithoutProgram("wasm2c");

test("the C example, with nothing of this project but station.h and its runtime, is taken by the access point", {
  skip,
}, async () => {
  run("wasm2c", [join(ROOT, "build/station.wasm"), "-n", "module", "-o", "module.c"], folder);
  const rt = ["-I/usr/src/wasm2c", "-DWASM_RT_MEMCHECK_SIGNAL_HANDLER=0"];
  run("cc", ["-std=gnu11", "-O2", ...rt, "-I.", "-c", "module.c", "-o", "module.o"], folder);
  run("cc", [...STRICT, ...rt, "-std=gnu11", "-I.", "example.c", "wasm2c.c", "module.o", "-o", "example"], folder);
  const end = new OtherEnd(3, false);
  const example = spawn(join(folder, "example"), { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: example.stdout })[Symbol.asyncIterator]();
  example.stdin.write(`${toHex(end.image)}\n`);
  const said: string[] = [];
  const station: Talker = {
    boot: () => 0,
    setPayload: () => 0,
    async receive(frame) {
      example.stdin.write(`${toHex(frame)}\n`);
      const { value } = await lines.next();
      said.push(value);
      return /^[0-9a-f]+$/.test(value)
        ? { status: 0, frame: parseHex(value) }
        : { status: Number(value.match(/-\d+/) ?? 0) };
    },
    send: () => ({ status: 0 }),
    received: () => new Uint8Array(0),
    triggerData: () => new Uint8Array(0),
  };
  const topic: Topic = {
    ...{ profile: PROFILES[0], encrypt: true, keying: "cold", reading_octets: 0 },
    ...{ trigger_octets: 0, confirm_octets: 4, update: false, data: false },
  };
  await end.converse(station, topic);
  await station.receive(Uint8Array.of(1, 2, 3));
  example.stdin.end();
  const code = await new Promise<number | null>((resolve) => example.on("close", (status) => resolve(status)));
  assert.equal(code, 0);
  assert.match(said[0], /^19/, "an M2");
  assert.deepEqual(said.slice(1), ["secure", "status -2"]);
});
