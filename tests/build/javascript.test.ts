/** What `ampcore test` runs in place of TypeScript: the same modules, of the sources as they are now. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { ROOT } from "../../host/build/build.ts";
import { javascriptOf, makeJavascript } from "../../host/build/javascript.ts";
import { SCRIPT, scratchFolder } from "../cli/ampcore.ts";

function write(root: string, files: Record<string, string>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
}

/** A project of three modules, one of which is imported twice. */
async function project(): Promise<string> {
  const root = scratchFolder();
  write(root, {
    "package.json": '{ "type": "module" }',
    "host/main.ts":
      'import { where } from "./where.ts";\nimport { count } from "../tests/count.ts";\nconst shape: { readonly n: number } = { n: count() };\nconsole.log(JSON.stringify([where, shape.n, "import.meta.url", process.argv.slice(2)]));\n',
    "host/where.ts":
      'import { count } from "../tests/count.ts";\nimport type { Gone } from "./gone.ts";\ncount() satisfies Gone;\nexport const where = import.meta.url;\n',
    "tests/count.ts": "let n = 0;\n\nexport function count(): number {\n  return ++n;\n}\n",
    "host/gone.ts": "export type Gone = number;\n",
  });
  symlinkSync(join(ROOT, "node_modules"), join(root, "node_modules"));
  await makeJavascript(root);
  return root;
}

function run(root: string, file: string, ...args: string[]): { stdout: string; stderr: string; status: number | null } {
  const call = ["--enable-source-maps", join(root, javascriptOf(file)), ...args];
  return spawnSync(process.execPath, call, { encoding: "utf8" });
}

test("every file is a module of its own, once, and thinks that it lies where its source does", async () => {
  const root = await project();
  const { stdout, stderr } = run(root, "host/main.ts", "an argument");
  assert.equal(stderr, "");
  const where = pathToFileURL(join(root, "host/where.ts")).href;
  assert.deepEqual(JSON.parse(stdout), [where, 2, "import.meta.url", ["an argument"]]);
});

test("what is fresh stays; what was edited is made again, whatever its time; what has no source any more goes", async () => {
  const root = await project();
  const inode = (file: string): number => statSync(join(root, javascriptOf(file))).ino;
  const before = ["host/main.ts", "tests/count.ts"].map(inode);
  await makeJavascript(root);
  assert.deepEqual(["host/main.ts", "tests/count.ts"].map(inode), before);

  write(root, { "tests/count.ts": "export const count = (): number => 7;\n" });
  rmSync(join(root, "host/where.ts"));
  await makeJavascript(root);
  assert.equal(inode("host/main.ts"), before[0], "not edited");
  assert.match(readFileSync(join(root, javascriptOf("tests/count.ts")), "utf8"), /7/);
  assert.ok(!existsSync(join(root, javascriptOf("host/where.ts"))), "removed");
  const { stderr, status } = run(root, "host/main.ts");
  assert.equal(status, 1);
  assert.match(stderr, /Cannot find module .*where\.js/);
});

test("a library of many files is one, with the names that it exports, and works", async () => {
  const root = await project();
  write(root, {
    "host/uses.ts":
      'import * as commander from "commander";\nimport * as yaml from "yaml";\nimport * as zod from "zod";\nconst parsed = zod.z.object({ a: zod.number() }).parse(yaml.parse("a: 1"));\nconst names = [commander, yaml, zod].map((one) => Object.keys(one).sort());\nconsole.log(JSON.stringify([parsed, new commander.Command("c").name(), names]));\n',
  });
  await makeJavascript(root);
  const { stdout, stderr } = run(root, "host/uses.ts");
  assert.equal(stderr, "");
  const all = await Promise.all(["commander", "yaml", "zod"].map((name) => import(name)));
  const names = all.map((one) =>
    Object.keys(one)
      .filter((name) => /^\w+$/.test(name) && name !== "default")
      .sort(),
  );
  assert.deepEqual(JSON.parse(stdout), [{ a: 1 }, "c", names]);
  assert.match(readFileSync(join(root, javascriptOf("host/uses.ts")), "utf8"), /from "\.\.\/libraries\/zod\.js"/);
});

test("an error names the source and its line", async () => {
  const root = await project();
  write(root, { "host/main.ts": 'const text: string = "down";\n\n\nthrow new Error(text);\n' });
  await makeJavascript(root);
  assert.match(run(root, "host/main.ts").stderr, /host\/main\.ts:4:7/);
});

test("a file that is no TypeScript throws what is wrong with it and where, and the others are made", async () => {
  const root = await project();
  write(root, {
    "tests/broken.test.ts": "const a = 1;\nthis is none\n",
    "tests/count.ts": "export const count = () => 3;\n",
  });
  await makeJavascript(root);
  const { stderr, status } = run(root, "tests/broken.test.ts");
  assert.equal(status, 1);
  assert.match(stderr, /SyntaxError: tests\/broken\.test\.ts:2: /);
  assert.deepEqual(JSON.parse(run(root, "host/main.ts").stdout)[1], 3);
});

test("an import() whose text is put together is refused: it would make second copies of modules", async () => {
  const root = await project();
  write(root, { "host/any.ts": `export const load = (name: string) => import(\`./\${name}.ts\`);\n` });
  await assert.rejects(makeJavascript(root), /would be copied into what imports it: see importable\(\)/);
});

/** A process of this repository with AMPCORE_JS as `made`, or without. */
function here(made: string | undefined, ...args: string[]): { code: number | null; stdout: string; stderr: string } {
  const { AMPCORE_JS: _, ...shell } = process.env;
  const env = made === undefined ? shell : { ...shell, AMPCORE_JS: made };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: "utf8" });
  return { code: status, stdout, stderr };
}

test("through tsx, as a user's shell starts it, the command line says and does the same", async () => {
  // Below `ampcore test` it is made, and the other tests are running it.
  const made = process.env.AMPCORE_JS ?? (await makeJavascript(ROOT));
  const entry = join(ROOT, "host/cli/ampcore.mjs");
  for (const args of [["--version"], ["decode", "0c24c878", "--json"], ["run", "--help"], ["decode", "xyz"]]) {
    assert.deepEqual(here(undefined, entry, ...args), here(made, entry, ...args), args.join(" "));
  }
  const { stderr } = here(undefined, SCRIPT, join(ROOT, "tests/cli/ensure-built.ts"), "/nowhere");
  assert.match(stderr, /no such file or directory, open '\/nowhere\/target\.json'/, "its arguments are its own");
});

test("JavaScript that was made for one copy of the repository is not run by another", () => {
  const main = new URL("../../host/cli/main.ts", import.meta.url).href;
  const typescript = new URL("../../host/build/typescript.mjs", import.meta.url).href;
  const script = `import { importable } from "${typescript}"; console.log(importable(new URL("${main}")).href)`;
  const found = (made?: string) => here(made, "--input-type=module", "-e", script).stdout.trim();
  const made = join(ROOT, "build/js/any/");
  assert.equal(found(made), pathToFileURL(join(made, "host/cli/main.js")).href);
  assert.equal(found("/another/copy/build/js/any/"), main);
  assert.equal(found(), main);
});
