/** docs/SWEEPS.md: each of its commands is run, its table of columns is the program's, and so is its grid. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../host/build/build.ts";
import { COLUMNS } from "../../host/sweep/columns.ts";
import { ampcore, scratchFolder } from "../cli/ampcore.ts";
import { tableOf } from "../readme/page.ts";
import { python, skipWithoutPyarrow } from "./python.ts";
import { Process, skipWithoutRedis, startRedis } from "./redis.ts";

const PAGE = readFileSync(join(ROOT, "docs/SWEEPS.md"), "utf8");
const FOLDER = scratchFolder();
const skip = skipWithoutRedis || skipWithoutPyarrow();
const blocksOf = (language: string): string[] =>
  [...PAGE.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].filter(([, of]) => of === language).map(([, , text]) => text);
/** What a reader types, without remarks. */
const COMMANDS = blocksOf("sh").flatMap((block) =>
  block
    .trimEnd()
    .split("\n")
    .map((line) => line.replace(/\s+#.*$/, "")),
);

test("the table of columns is the program's", () => {
  assert.deepEqual(
    tableOf(PAGE, "column", "what it is"),
    COLUMNS.map(({ name, says }) => [`\`${name}\``, says]),
  );
});

test("every command of the page does what it is there for", { skip }, async () => {
  const [grid, ...others] = blocksOf("yaml");
  assert.deepEqual(others, []);
  writeFileSync(join(FOLDER, "mine.yaml"), grid);
  const outputs = new Map<string, string>();
  const workers: Process[] = [];
  let url: string | undefined;
  for (const line of COMMANDS) {
    const [, port] = /^redis-server --port (\d+)$/.exec(line) ?? [];
    const [, verb, words = ""] = /^npm run (sweep|worker)(?: -- (.+))?$/.exec(line) ?? [];
    const [, script, file] = /^python3 (\S+) (\S+)$/.exec(line) ?? [];
    if (port !== undefined) ({ url } = await startRedis());
    else if (script !== undefined) outputs.set(line, python(join(ROOT, script), join(FOLDER, file)));
    else {
      assert.ok(verb, `no command: ${line}`);
      const args = words.split(" ").map((word) => (word.startsWith("redis://") ? (url ?? word) : word));
      const all = [verb, ...args.filter((word) => word !== "")];
      if (verb === "worker" && !args.includes("--once")) workers.push(new Process([...all, "--workers", "1"], FOLDER));
      else {
        // The built-in grids take their time: here they live shorter, and are otherwise what the reader gets.
        const short = line.includes("mine.yaml") || verb === "worker" ? [] : ["--set", "duration_s=0.3"];
        const { code, stdout, stderr } = await ampcore([...all, ...short], { cwd: FOLDER });
        assert.equal(code, 0, `${line}: ${stderr}`);
        outputs.set(line, stdout);
      }
    }
  }
  for (const worker of workers) {
    worker.stop();
    assert.equal(await worker.ended, 0, worker.stderr);
  }
  assert.ok(COMMANDS.length >= 14 && workers.length === 1);
  for (const file of ["sweep.html", "results/results.parquet", "mine.csv", "mine.schema.json"]) {
    assert.ok(existsSync(join(FOLDER, file)), file);
  }
  const parquet = (name: string): Buffer => readFileSync(join(FOLDER, name, "results.parquet"));
  assert.ok(parquet("many").equals(parquet("results")), "the queue's file is that of one machine");
  const [read, readCsv] = [...outputs].filter(([line]) => line.startsWith("python3")).map(([, output]) => output);
  assert.equal(read, readCsv);
  const example = outputs.get("npm run sweep -- --example") ?? "";
  writeFileSync(join(FOLDER, "example.yaml"), example);
  const quick = ["sweep", "example.yaml", "--set", "duration_s=0.1", "--json"];
  const { code, stdout } = await ampcore(quick, { cwd: FOLDER });
  assert.equal(code, 0);
  assert.equal(JSON.parse(stdout).cells.length, 56);
});
