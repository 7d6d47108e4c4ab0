/**
 * One module, from source to optimised WebAssembly, in a process of its own: Binaryen makes itself the process' handler
 * of uncaught exceptions when it is imported, and rethrows them as one line of 219 KB. Here nothing else is at stake.
 *
 * argv: a CompileJob as JSON. stdout: a Compiled as JSON. stderr: diagnostics, when it exits 1.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { functionNames } from "../device/rewrite/names.ts";
import { parse } from "../device/rewrite/parse.ts";
import { type Digests, digest } from "./freshness.ts";
import type { Optimise, Target } from "./targets.ts";

/** A file below the root, the text that stands in it exactly once, and what takes its place. */
export type Edit = readonly [file: string, from: string, to: string];

export interface CompileJob {
  readonly root: string;
  readonly target: Target;
  /** Of a variant; left out: the sources as they are. */
  readonly edits?: readonly Edit[];
  /** Absolute path of the file to write. */
  readonly output: string;
}

/** What a module was made from, and what its functions are called: it has no name section to say so itself. */
export interface Compiled {
  readonly inputs: Digests;
  /** By index: "env.nvmRead" for an import, its name for an export, "crypto/aes/encrypt" for the rest. */
  readonly functions: readonly string[];
}

// Registered before Binaryen's own handler, and it does not return.
process.on("uncaughtException", (error) => fail(`the compiler crashed: ${error.message}`));

const { root, target, edits = [], output } = JSON.parse(process.argv[2]) as CompileJob;
const { module, inputs } = await compile(root, target);
const { shipped, named } = await optimise(module, target.optimise);
writeFileSync(output, shipped);
process.stdout.write(JSON.stringify({ inputs, functions: namesOf(named, shipped) } satisfies Compiled));

/** Runs asc on the target's entry: the module as the compiler leaves it, and a digest of every file that went into it. */
async function compile(root: string, target: Target): Promise<{ module: Uint8Array; inputs: Digests }> {
  const asc = await import("assemblyscript/asc");
  const inputs: Record<string, string> = {};
  const diagnostics: string[] = [];
  let module: Uint8Array | undefined;
  const { error } = await asc.main(
    [
      target.entry,
      "--baseDir",
      root,
      "--config",
      "asconfig.json",
      "--target",
      target.name,
      "--outFile",
      "module.wasm",
      "--noColors",
      // Names, for passes on single functions and for the symbol map; what ships is written without them.
      "--debug",
    ],
    {
      stdout: { write: () => {} },
      stderr: { write: (chunk: string | Uint8Array) => void diagnostics.push(chunk.toString()) },
      readFile(name, baseDir) {
        const source = readSource(join(baseDir, target.swap?.[name] ?? name));
        if (source === null) return null;
        inputs[target.swap?.[name] ?? name] = digest(source);
        return edited(name, source.toString("utf8"));
      },
      writeFile(_name, contents) {
        module = contents as Uint8Array;
      },
      listFiles: (folder, baseDir) => listSources(join(baseDir, folder)),
    },
  );
  if (error || !module) fail(diagnostics.join("").trim() || `asc: ${error?.message ?? "no module was written"}`);
  return { module, inputs };
}

/** The module to ship, and the same one with a name section. */
async function optimise(
  octets: Uint8Array,
  { pipeline, functions }: Optimise,
): Promise<{ shipped: Uint8Array; named: Uint8Array }> {
  const binaryen = (await import("assemblyscript/binaryen")).default;
  const module = binaryen.readBinary(octets);
  // Plain MVP: without this the passes may use whatever a later version of the format offers.
  module.setFeatures(binaryen.Features.MVP);
  binaryen.setDebugInfo(false);
  if (pipeline) {
    binaryen.setOptimizeLevel(pipeline.optimizeLevel);
    binaryen.setShrinkLevel(pipeline.shrinkLevel);
    // Binaryen's own limits, which the compiler has changed: a function with one caller is inlined whatever its size.
    binaryen.setAlwaysInlineMaxSize(2);
    binaryen.setFlexibleInlineMaxSize(20);
    binaryen.setOneCallerInlineMaxSize(-1);
    let size = Number.POSITIVE_INFINITY;
    let smaller = octets.length;
    while (smaller < size) {
      size = smaller;
      module.optimize();
      smaller = module.emitBinary().length;
    }
  }
  for (const [name, passes] of Object.entries(functions)) {
    const functionRef = module.getFunction(name);
    if (!functionRef) fail(`host/build/targets.ts: passes are named for "${name}", which the module does not have`);
    module.runPassesOnFunction(functionRef, [...passes]);
  }
  if (!module.validate()) fail("the optimised module is not valid plain MVP WebAssembly");
  const shipped = module.emitBinary();
  binaryen.setDebugInfo(true);
  return { shipped, named: module.emitBinary() };
}

/** The names of the functions by index, from `named`, whose code has to be that of `shipped`; a type argument u32 goes without saying. */
function namesOf(named: Uint8Array, shipped: Uint8Array): string[] {
  const codeOf = (octets: Uint8Array): Buffer => {
    const section = parse(octets).sections.find(({ name }) => name === "code");
    return Buffer.from(octets.subarray(section?.at, section?.end));
  };
  if (!codeOf(named).equals(codeOf(shipped))) fail("the module with names is other code than the one that ships");
  return functionNames(parse(named)).map((name) => name.replace(/^assembly\/(.*?)(<u32>)?$/, "$1"));
}

function edited(name: string, source: string): string {
  let text = source;
  for (const [, from, to] of edits.filter(([file]) => file === name)) {
    const parts = text.split(from);
    if (parts.length !== 2) fail(`${name} has ${JSON.stringify(from)} ${parts.length - 1} times, not once`);
    text = parts.join(to);
  }
  return text;
}

function readSource(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null; // asc looks a module up under several names
  }
}

function listSources(folder: string): string[] | null {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"));
  } catch {
    return null;
  }
}

function fail(diagnostics: string): never {
  process.stderr.write(`${diagnostics}\n`);
  process.exit(1);
}
