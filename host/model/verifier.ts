/**
 * Runs Spin on a model: `spin -a` makes a verifier in C, the C compiler a program of it, and that visits all states; a
 * counterexample is replayed by Spin. Exhaustive: states are compressed without loss (COLLAPSE), never hashed away.
 *
 * A property is looked for depth first, as that is quick; a planted fault breadth first, or for liveness with a depth
 * that grows, so that its counterexample is the shortest, or nearly.
 */

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Fault, macroOf } from "./faults.ts";
import type { Bounds, Model } from "./models.ts";
import { readSearch, type Search } from "./pan.ts";
import { type Counterexample, readTrail } from "./trail.ts";

const PROMELA = fileURLToPath(new URL("promela/", import.meta.url));

/** A program that the models need is not installed. */
export class MissingProgram extends Error {
  override name = "MissingProgram";
}

export interface Check extends Search {
  readonly counterexample: Counterexample | undefined;
}

/** -w: 2^22 buckets to begin with, they grow; -m: deeper than any model is. */
const SEARCH = ["-w22", "-m3000000"];
const MEMORY_MB = 2800;
/** Of a counterexample to liveness, tried in this order. */
const DEPTHS = [60, 100, 200, 400, 3_000_000];

/** Does the model hold within its short bounds, or its long ones, which are many states to keep? */
export function checkModel(model: Model, size: "short" | "long"): Promise<Check> {
  const bounds = model[size];
  const compile = [...(size === "short" ? ["-O1"] : ["-O2", "-DCOLLAPSE"]), ...kindOf(model).compile];
  return inScratch(async (folder) => {
    const source = await makeVerifier(folder, model, bounds, [], compile);
    const check = await search(folder, source, [...SEARCH, ...kindOf(model).run], model);
    return model.isPartial ? { ...check, unreached: [] } : check;
  });
}

/** Is the fault found? */
export function checkFault(model: Model, fault: Fault): Promise<Check> {
  const { compile, run } = kindOf(model);
  return inScratch(async (folder) => {
    const shortest = model.kind === "safety" ? ["-DBFS", "-DNOREDUCE"] : [];
    const source = await makeVerifier(folder, model, model.fault, [macroOf(fault)], ["-O0", ...compile, ...shortest]);
    if (model.kind === "safety") return search(folder, source, ["-w18"], model);
    for (const depth of DEPTHS.slice(0, -1)) {
      const found = await search(folder, source, ["-w18", `-m${depth}`, ...run], model);
      if (found.verdict === "broken") return found;
    }
    return search(folder, source, [...SEARCH, ...run], model);
  });
}

function kindOf({ kind }: Model): { readonly compile: readonly string[]; readonly run: readonly string[] } {
  if (kind === "safety") return { compile: ["-DSAFETY"], run: [] };
  // -a: acceptance cycles, of the formula; -f: weak fairness, for up to three processes and the formula.
  return { compile: ["-DNFAIR=3"], run: ["-a", "-f"] };
}

/** Makes `pan` in the folder. Returns the arguments by which Spin reads the model. */
async function makeVerifier(
  folder: string,
  { file, kind }: Model,
  bounds: Bounds,
  macros: readonly string[],
  compile: readonly string[],
): Promise<string[]> {
  const values = Object.entries(bounds).map(([name, value]) => `-D${name}=${value}`);
  const plain = [...(kind === "liveness" ? ["LIVENESS"] : []), ...macros].map((name) => `-D${name}`);
  const source = [...values, ...plain, join(PROMELA, file)];
  await succeed("spin", ["-a", ...source], folder);
  await succeed("cc", ["-w", `-DMEMLIM=${MEMORY_MB}`, ...compile, "-o", "pan", "pan.c"], folder);
  return source;
}

async function search(
  folder: string,
  source: readonly string[],
  options: readonly string[],
  { file, kind }: Model,
): Promise<Check> {
  const found = readSearch((await run(join(folder, "pan"), options, folder)).output);
  if (found.verdict !== "broken") return { ...found, counterexample: undefined };
  const replay = await succeed("spin", ["-T", "-B", "-k", `${file}.trail`, ...source], folder);
  return { ...found, counterexample: readTrail(replay, kind === "safety" ? "no_deadlock" : "goes_on") };
}

async function inScratch<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "ampcore-model-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a program says that has to end well; a replay ends with 1 at the assertion that it was made to reach. */
async function succeed(program: string, args: readonly string[], cwd: string): Promise<string> {
  const { code, output } = await run(program, args, cwd);
  if (code !== 0 && !args.includes("-k")) throw new Error(`${program} ${args.join(" ")} ended with ${code}\n${output}`);
  return output;
}

function run(
  program: string,
  args: readonly string[],
  cwd: string,
): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    const parts: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (part: string) => parts.push(part));
    }
    child.on("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "ENOENT" ? new MissingProgram(program) : error);
    });
    child.on("close", (code) => resolve({ code, output: parts.join("") }));
  });
}
