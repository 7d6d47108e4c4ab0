import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../build/build.ts";
import { replaceFile } from "../build/files.ts";
import type { Bench } from "./bench.ts";
import { filled, markdownPage } from "./markdown.ts";

/** Where a bench's results are committed, relative to the repository. */
function resultFile(name: string, extension: "json" | "md"): string {
  return `bench/results/${name}.${extension}`;
}

/** The page that shows some of the tables between its own words. */
const README = join(ROOT, "README.md");

/** The committed result of a bench; undefined: none is. */
export function committedResult(name: string): unknown {
  const path = join(ROOT, resultFile(name, "json"));
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
}

/** Writes the result, its tables, and the README's regions of this bench. Returns the files, relative to the repository. */
export function saveResult(name: string, bench: Bench, result: unknown): string[] {
  const tables = bench.tables(result);
  const files = {
    [resultFile(name, "json")]: `${JSON.stringify(result, null, 2)}\n`,
    [resultFile(name, "md")]: markdownPage(name, tables),
    "README.md": filled(readFileSync(README, "utf8"), name, tables),
    ...bench.pages?.(result),
  };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(ROOT, file)), { recursive: true });
    replaceFile(join(ROOT, file), text);
  }
  return Object.keys(files);
}
