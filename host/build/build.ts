import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { namesFor, symbolMap } from "../device/symbols.ts";
import type { Compiled, CompileJob, Edit } from "./compile.ts";
import { replaceFile, scratchName, withLock } from "./files.ts";
import { digest, isFresh, writeReceipt } from "./freshness.ts";
import { stationHeader } from "./header.ts";
import { HEADER, outputsOf, TARGETS, type Target } from "./targets.ts";

/** The repository: sources and build/ lie in it. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export interface Built {
  /** Relative to the repository. */
  readonly file: string;
  readonly octets: number;
  /** Was it made just now, or found fresh? */
  readonly made: boolean;
}

interface BuildOptions {
  readonly root?: string;
  readonly targets?: readonly Target[];
  /** Make everything again, fresh or not. */
  readonly force?: boolean;
  /** Told what is about to be done, when it is something that takes seconds. */
  readonly onStep?: (step: string) => void;
}

/** The sources are wrong: the message holds the compiler's diagnostics. */
export class BuildError extends Error {
  override name = "BuildError";
}

/**
 * Makes every module that is missing or older than its sources, and the header, and lists them all. A target whose entry
 * does not exist is left out. Any number of processes may call it at once: one builds, the others wait and find it done.
 * @throws BuildError when a module does not compile; the modules that were there stay as they were.
 */
export async function ensureBuilt(options: BuildOptions = {}): Promise<Built[]> {
  const { root = ROOT, targets = TARGETS } = options;
  if (!existsSync(join(root, "assembly"))) return shipped(root, targets);
  const wanted = targets.filter((target) => existsSync(join(root, target.entry)));
  const made = await makeStale(root, wanted, options);
  const files = wanted.flatMap((target) =>
    outputsOf(target).map((file) => describe(root, file, made.includes(target))),
  );
  const carried = wanted.find((target) => target.name === HEADER.target);
  return carried ? [...files, writeHeader(root, carried)] : files;
}

/** In a package, where no sources are: what it holds. */
function shipped(root: string, targets: readonly Target[]): Built[] {
  const files = [...targets.flatMap(outputsOf), HEADER.output];
  return files.filter((file) => existsSync(join(root, file))).map((file) => describe(root, file, false));
}

/** The octets of a target's module, made first if need be. */
export async function builtModule(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const target = targetNamed(name);
  await ensureBuilt({ targets: [target] });
  return new Uint8Array(readFileSync(join(ROOT, target.output)));
}

/** The names of the functions of a target's module by index, made first if need be; undefined: it has no symbol map. */
export async function builtNames(name: string): Promise<string[] | undefined> {
  const { symbols } = targetNamed(name);
  if (symbols === undefined) return undefined;
  const module = await builtModule(name);
  return namesFor(readFileSync(join(ROOT, symbols), "utf8"), digest(module));
}

/**
 * A module that is not shipped: a target's sources with some of their text replaced, made as the target is made.
 * @throws BuildError when a text is not there exactly once, or what comes out does not compile.
 */
export async function variantModule(name: string, edits: readonly Edit[]): Promise<Uint8Array<ArrayBuffer>> {
  // Where no sources are, in the package, those lie made that its commands ask for.
  const kept = join(ROOT, variantFile(name, edits));
  if (existsSync(kept)) return new Uint8Array(readFileSync(kept));
  mkdirSync(join(ROOT, "build"), { recursive: true });
  const output = scratchName(join(ROOT, "build", `${name}.variant.wasm`));
  try {
    await compileApart({ root: ROOT, target: targetNamed(name), edits, output });
    return new Uint8Array(readFileSync(output));
  } catch (error) {
    throw new BuildError((error as Error).message);
  } finally {
    rmSync(output, { force: true });
  }
}

/** Where a variant lies that was made for a package; relative to its root. */
export function variantFile(name: string, edits: readonly Edit[]): string {
  return `build/variants/${digest(JSON.stringify([name, edits])).slice(0, 16)}.wasm`;
}

/** @throws RangeError for a name that no target has. */
export function targetNamed(name: string): Target {
  const target = TARGETS.find((candidate) => candidate.name === name);
  if (!target) throw new RangeError(`name: there is no target ${name}, only ${TARGETS.map((t) => t.name).join(", ")}`);
  return target;
}

/** Returns the targets it made. */
async function makeStale(root: string, wanted: readonly Target[], { force, onStep }: BuildOptions): Promise<Target[]> {
  const isStale = (target: Target) => force || !isFresh(root, target);
  if (!wanted.some(isStale)) return [];
  mkdirSync(join(root, "build"), { recursive: true });
  return withLock(join(root, "build", ".lock"), async () => {
    const stale = wanted.filter(isStale);
    for (const target of stale) onStep?.(`building ${target.output}`);
    const attempts = await Promise.allSettled(stale.map((target) => make(root, target)));
    const failures = attempts.flatMap((attempt) => (attempt.status === "rejected" ? [attempt.reason as Error] : []));
    // Two builds of one source fail alike: their diagnostics are said once.
    if (failures.length > 0) throw new BuildError([...new Set(failures.map(({ message }) => message))].join("\n"));
    return stale;
  });
}

/** The header is quicker made than checked; it is written only when it says something new. */
function writeHeader(root: string, carried: Target): Built {
  const path = join(root, HEADER.output);
  const text = stationHeader(new Uint8Array(readFileSync(join(root, carried.output))));
  const made = !existsSync(path) || readFileSync(path, "utf8") !== text;
  if (made) replaceFile(path, text);
  return describe(root, HEADER.output, made);
}

/** Compiles to a scratch file and moves it into place, so that nobody ever reads half a module. */
async function make(root: string, target: Target): Promise<void> {
  const output = scratchName(join(root, target.output));
  mkdirSync(dirname(output), { recursive: true });
  try {
    const { inputs, functions } = await compileApart({ root, target, output });
    const map = target.symbols && symbolMap(digest(readFileSync(output)), functions);
    renameSync(output, join(root, target.output));
    // A map that stands beside another module for a moment, or for good, is known by its digest.
    if (target.symbols && map) replaceFile(join(root, target.symbols), map);
    writeReceipt(root, target, inputs);
  } finally {
    rmSync(output, { force: true });
  }
}

/** Runs compile.ts in its own process. */
function compileApart(job: CompileJob): Promise<Compiled> {
  const [script, compiler] = ["script.mjs", "compile.ts"].map((name) => fileURLToPath(new URL(name, import.meta.url)));
  const child = spawn(process.execPath, [script, compiler, JSON.stringify(job)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let compiled = "";
  let diagnostics = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => (compiled += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk) => (diagnostics += chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(JSON.parse(compiled));
      else reject(new Error(diagnostics.trim() || `the compiler of ${job.target.entry} ended with ${code}`));
    });
  });
}

function describe(root: string, file: string, made: boolean): Built {
  return { file, octets: statSync(join(root, file)).size, made };
}
