import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../build/build.ts";
import { importable } from "../build/typescript.mjs";
import type { Bench } from "./bench.ts";

/** Every file in bench/ is a benchmark, and every benchmark is a file there: there is no list of them. */
const FOLDER = join(ROOT, "bench");

/** The names of all benchmarks, in alphabetical order. */
export function benchNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.slice(0, -".ts".length))
    .sort();
}

/** Loads one benchmark; `name` is one of benchNames(). */
export async function loadBench(name: string): Promise<Bench> {
  return (await import(importable(pathToFileURL(join(FOLDER, `${name}.ts`))).href)).default;
}
