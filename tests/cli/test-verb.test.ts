/** `ampcore test`: what it selects, what it counts, and that it cannot end well by running nothing. */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { ROOT } from "../../host/build/build.ts";
import { javascriptOf } from "../../host/build/javascript.ts";
import { findSuites } from "../../host/cli/testing/suites.ts";
import { together } from "../../host/cli/testing/together.ts";
import { hostTotals, skippedLines, sum, unitTotals } from "../../host/cli/testing/totals.ts";
import { ampcore, scratchFolder, script } from "./ampcore.ts";

const RUNNER = fileURLToPath(new URL("run-suites.ts", import.meta.url));

/** A tree of test files, by path. */
function tree(files: Record<string, string>): string {
  const root = scratchFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

test("finds as-pect suites under tests/unit and node:test files everywhere else", () => {
  const root = tree({
    "tests/unit/sha256.spec.ts": "",
    "tests/unit/oracle.ts": "",
    "tests/cli/main.test.ts": "",
    "tests/cli/helper.ts": "",
    "tests/b.test.ts": "",
    "other/c.test.ts": "",
  });
  assert.deepEqual(findSuites(root), {
    unit: ["tests/unit/sha256.spec.ts"],
    host: ["tests/b.test.ts", "tests/cli/main.test.ts"],
  });
  assert.deepEqual(findSuites(scratchFolder()), { unit: [], host: [] });
});

test("--only looks at paths first, and at the text when no path fits", () => {
  const root = tree({
    "tests/unit/ccm.spec.ts": "the tag 002-A13",
    "tests/ccm.test.ts": "",
    "tests/session.test.ts": "ccm, and 002-A13",
  });
  assert.deepEqual(findSuites(root, "ccm"), { unit: ["tests/unit/ccm.spec.ts"], host: ["tests/ccm.test.ts"] });
  assert.deepEqual(findSuites(root, "002-A1[0-9]"), {
    unit: ["tests/unit/ccm.spec.ts"],
    host: ["tests/session.test.ts"],
  });
  assert.throws(() => findSuites(root, "nothing"), { name: "UsageError", message: /"nothing" matches neither/ });
  assert.throws(() => findSuites(root, "("), { name: "UsageError", message: /is no regular expression/ });
});

test("files of a folder that shares a process are run by one file that names them, and lose no test", () => {
  const passes = 'import { test } from "node:test";\ntest(import.meta.url, () => {});\n';
  const root = tree({
    "tests/wire/a.test.ts": passes,
    "tests/wire/b.test.ts": passes,
    "tests/wire/below/c.test.ts": passes,
    "tests/channel/only.test.ts": passes,
    "tests/daemon/d.test.ts": passes,
    "tests/daemon/e.test.ts": passes,
  });
  const handed = together(root, findSuites(root).host);
  assert.deepEqual(handed, [
    javascriptOf("tests/channel/only.test.ts"),
    javascriptOf("tests/daemon/d.test.ts"),
    javascriptOf("tests/daemon/e.test.ts"),
    "build/tests/tests-wire.test.mjs",
    javascriptOf("tests/wire/below/c.test.ts"),
  ]);
  const named = readFileSync(join(root, "build/tests/tests-wire.test.mjs"), "utf8");
  assert.match(named, /wire\/a\.test\.js[\s\S]*wire\/b\.test\.js/, "both");
});

test("as-pect's suites are added up; one that does not compile is a failure", () => {
  const lines = [
    "✔ tests/unit/a.spec.ts Pass: 3 / 3 Todo: 0 Time: 1.2ms",
    "❌ tests/unit/b.spec.ts Pass: 1 / 4 Todo: 0 Time: 1.2ms",
    "     [Log]: Pass: 9 / 9",
  ];
  assert.deepEqual(unitTotals({ lines, code: 1 }), { passed: 4, failed: 3, skipped: 0 });
  assert.deepEqual(unitTotals({ lines: lines.slice(0, 1), code: 1 }), { passed: 3, failed: 1, skipped: 0 });
  assert.deepEqual(unitTotals({ lines: [], code: null }), { passed: 0, failed: 1, skipped: 0 });
  assert.deepEqual(unitTotals({ lines: lines.slice(0, 1), code: 0 }), { passed: 3, failed: 0, skipped: 0 });
});

test("node:test's summary is read, cancelled tests have failed, a runner that died without one has too", () => {
  const lines = [
    "✔ a test that prints",
    "ℹ pass 99",
    "ℹ tests 9",
    "ℹ pass 5",
    "ℹ fail 1",
    "ℹ cancelled 1",
    "ℹ skipped 2",
  ];
  assert.deepEqual(hostTotals({ lines, code: 1 }), { passed: 5, failed: 2, skipped: 2 });
  assert.deepEqual(hostTotals({ lines: [], code: 1 }), { passed: 0, failed: 1, skipped: 0 });
  assert.deepEqual(skippedLines({ lines: ["  ﹣ vectors (0.1ms) # no data", "✔ ﹣"], code: 0 }), [
    "﹣ vectors (0.1ms) # no data",
  ]);
  assert.deepEqual(sum([hostTotals({ lines, code: 1 }), { passed: 1, failed: 1, skipped: 0 }]), {
    passed: 6,
    failed: 3,
    skipped: 2,
  });
});

test("real runs of both runners are counted, and their lines are short and without colours", async () => {
  const root = tree({
    "tests/a.test.ts": `import { test } from "node:test";
      const shape: { readonly ok: boolean } = { ok: true };
      test("passes", () => {});
      test("fails", () => { throw new Error("x".repeat(5000)); });
      test("hangs", () => new Promise(() => {}));
      test("skipped", { skip: "no data" }, () => { throw shape; });`,
    "tests/broken.test.ts": "this is no TypeScript",
    "tests/unit/ok.spec.ts": `import * as oracle from "./oracle";
      const OUT: usize = memory.data(32);
      describe("oracle", () => { it("hashes", () => { oracle.sha256(OUT, 0, OUT); expect(load<u8>(OUT)).toBe(0xe3); }); });`,
    "tests/unit/wrong.spec.ts": 'describe("sum", () => { it("adds", () => { expect(1 + 1).toBe(3); }); });',
    "tests/unit/oracle.ts": "export declare function sha256(p: usize, n: u32, out: usize): void;",
    "as-pect.config.js": `import { createHash } from "node:crypto";
      export default {
        entries: process.env.AMPCORE_UNIT_SUITES.split("\\n"), include: [], disclude: [/node_modules/], outputBinary: false,
        async instantiate(memory, createImports, instantiate, binary) {
          let suite;
          const view = (pointer, length) => new Uint8Array(suite.exports.memory.buffer, pointer, length);
          const sha256 = (p, n, out) => view(out, 32).set(createHash("sha256").update(view(p, n)).digest());
          suite = await instantiate(binary, createImports({ env: { memory }, oracle: { sha256 } }));
          return suite;
        },
      };`,
    "package.json": '{ "type": "module" }',
  });
  cpSync(join(ROOT, "as-pect.asconfig.json"), join(root, "as-pect.asconfig.json"));
  symlinkSync(join(ROOT, "node_modules"), join(root, "node_modules"));
  const { code, stdout, stderr } = await script(RUNNER, root);
  assert.equal(code, 0, stderr);
  const lines = stdout.trimEnd().split("\n");
  assert.deepEqual(JSON.parse(lines.at(-1) ?? ""), {
    unit: { passed: 1, failed: 1, skipped: 0 },
    host: { passed: 1, failed: 3, skipped: 1 },
  });
  assert.ok(lines.every((line) => line.length <= 300 && !line.includes("\u001b")));
  assert.ok(lines.some((line) => line.startsWith("❌ tests/unit/wrong.spec.ts")));
});

test("the last line is the sum, and the exit code follows it", async () => {
  const good = await ampcore(["test", "--only", "tests/crypto/literal"]);
  assert.equal(good.code, 0, good.stdout + good.stderr);
  assert.match(good.stdout, /\n[1-9][0-9]* passed, 0 failed\n$/);
  const none = await ampcore(["test", "--only", "no-such-(test)"]);
  assert.equal(none.code, 2);
  assert.match(none.stderr, /^ampcore test: --only "no-such-\(test\)" matches neither/);
});
