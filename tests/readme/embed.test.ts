/** The C of the README compiles, and so does what wasm2c makes of the modules. */

import assert from "node:assert/strict";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ensureBuilt, ROOT } from "../../host/build/build.ts";
import { scratchFolder } from "../cli/ampcore.ts";
import { blocks } from "./page.ts";
import { run, skipWithoutTool } from "./tools.ts";

const STRICT = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror"];

test("the README's C example compiles against build/station.h", { skip: skipWithoutTool("cc") }, async () => {
  await ensureBuilt();
  const [example, ...others] = blocks("c");
  assert.ok(example.includes('#include "station.h"') && others.length === 0);
  const folder = scratchFolder();
  writeFileSync(join(folder, "example.c"), example);
  cpSync(join(ROOT, "build/station.h"), join(folder, "station.h"));
  run("cc", [...STRICT, "-c", "example.c", "-o", "example.o"], folder);
});

const skip = skipWithoutTool("wasm2c") || skipWithoutTool("cc");

test("wasm2c translates both modules, and the C compiles", { skip }, async () => {
  await ensureBuilt();
  const folder = scratchFolder();
  for (const module of ["station", "station.small"]) {
    run("wasm2c", [join(ROOT, `build/${module}.wasm`), "-n", "station", "-o", `${module}.c`], folder);
    run("cc", ["-std=c99", "-Os", "-c", `${module}.c`, "-o", `${module}.o`], folder);
  }
});
