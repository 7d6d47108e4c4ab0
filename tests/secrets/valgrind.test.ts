/**
 * AMP-R6 below the module: its C, as a compiler's optimiser leaves it, under memcheck with all secrets marked undefined.
 * What the trace over WebAssembly takes on trust, that a select stays one, is looked at here.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { builtNames } from "../../host/build/build.ts";
import { DEVICES } from "../support/device.ts";
import { withGlobals } from "../support/deviceglobals.ts";
import { skipWithoutProgram } from "../support/devicetools.ts";
import { compile, memcheck, VALGRIND, WASM2C } from "./valgrind/memcheck.ts";
import { beyond, PUBLIC, PUBLIC_CLANG } from "./valgrind/public.ts";
import { tapeOfAll } from "./valgrind/tape.ts";

const TOOLS = skipWithoutProgram(VALGRIND) || skipWithoutProgram(WASM2C);
const COMPILERS = [
  { compiler: "gcc", listed: PUBLIC, of: ["release", "small"] },
  { compiler: "clang-14", listed: PUBLIC_CLANG, of: ["release"] },
];

for (const { name: build, octets } of DEVICES) {
  for (const { compiler, listed } of COMPILERS.filter(({ of }) => of.includes(build))) {
    const skip = TOOLS || skipWithoutProgram(compiler);
    test(`AMP-R6 on the C of ${build}, ${compiler} -O2: nothing secret decides a branch or an address in any case`, {
      skip,
    }, async (t) => {
      const folder = mkdtempSync(join(tmpdir(), "ampcore-memcheck-"));
      try {
        const names = await builtNames(build);
        assert.ok(names, "the build has written the names of the functions");
        const { tape, stories } = tapeOfAll(new WebAssembly.Module(withGlobals(octets)));
        const sites = memcheck(compile(octets, folder, { compiler, names }), tape);
        assert.deepEqual(beyond(sites, listed), []);
        const unused = Object.keys(PUBLIC).filter((name) => !sites.some(({ functionName }) => functionName === name));
        assert.deepEqual(unused, [], "what is listed and decides nothing");
        t.diagnostic(`${stories} stories, ${sites.length} places, all public`);
        assert.ok(stories > 300, `${stories} stories`);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
}
