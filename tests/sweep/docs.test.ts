/** docs/SWEEPS.md: each of its commands is run, its table of columns is the program's, and so is its grid. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../host/build/build.ts";
import { builtInGrid } from "../../host/cli/sweep/grids.ts";
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

/** As the reader gets it; but on one thread, and the built-in grids, which take their time, live shorter. */
async function outputOf(args: readonly string[]): Promise<string> {
  const few = args[0] === "sweep" && !args.includes("--queue") ? ["--workers", "1"] : [];
  const short = args[0] === "sweep" && !args.includes("mine.yaml") ? ["--set", "duration_s=0.3"] : [];
  const { code, stdout, stderr } = await ampcore([...args, ...few, ...short], { cwd: FOLDER });
  assert.equal(code, 0, `${args.join(" ")}: ${stderr}`);
  return stdout;
}

test("every command of the page does what it is there for", { skip }, async () => {
  const [grid, ...others] = blocksOf("yaml");
  assert.deepEqual(others, []);
  writeFileSync(join(FOLDER, "mine.yaml"), grid);
  const outputs = new Map<string, string>();
  const workers: Process[] = [];
  /** What no other command waits for. */
  const apart: Promise<void>[] = [];
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
      else if (all.includes("mine.yaml") || verb === "worker") outputs.set(line, await outputOf(all));
      else apart.push(outputOf(all).then((output) => void outputs.set(line, output)));
    }
  }
  await Promise.all(apart);
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
  assert.equal(outputs.get("npm run sweep -- --example"), builtInGrid("capacitor-harvest"));
});
