/**
 * One module, from source to optimised WebAssembly, in a process of its own: Binaryen makes itself the process' handler
 * of uncaught exceptions when it is imported, and rethrows them as one line of 219 KB. Here nothing else is at stake.
 *
 * argv: a CompileJob as JSON. stdout: the Inputs as JSON. stderr: diagnostics, when it exits 1.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { digest, type Inputs } from "./freshness.ts";
import type { Optimise, Target } from "./targets.ts";

export interface CompileJob {
  readonly root: string;
  readonly target: Target;
  /** Absolute path of the file to write. */
  readonly output: string;
}

// Registered before Binaryen's own handler, and it does not return.
process.on("uncaughtException", (error) => fail(`the compiler crashed: ${error.message}`));

const { root, target, output } = JSON.parse(process.argv[2]) as CompileJob;
const { module, inputs } = await compile(root, target);
writeFileSync(output, await optimise(module, target.optimise));
process.stdout.write(JSON.stringify(inputs));

/** Runs asc on the target's entry: the module as the compiler leaves it, and a digest of every file that went into it. */
async function compile(root: string, target: Target): Promise<{ module: Uint8Array; inputs: Inputs }> {
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
      // Names, for passes on single functions; Binaryen leaves them out again.
      "--debug",
    ],
    {
      stdout: { write: () => {} },
      stderr: { write: (chunk: string | Uint8Array) => void diagnostics.push(chunk.toString()) },
      readFile(name, baseDir) {
        const source = readSource(join(baseDir, target.swap?.[name] ?? name));
        if (source === null) return null;
        inputs[target.swap?.[name] ?? name] = digest(source);
        return source.toString("utf8");
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

async function optimise(octets: Uint8Array, { pipeline, functions }: Optimise): Promise<Uint8Array> {
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
  return module.emitBinary();
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
