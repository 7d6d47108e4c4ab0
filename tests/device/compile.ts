/*
 * Compiles AssemblyScript written in a test, with the flags of the device's release build.
 */
import asc from "assemblyscript/asc";

const FLAGS = [
  ...["--optimizeLevel", "3", "--shrinkLevel", "2", "--converge", "--noAssert", "--lowMemoryLimit", "4096"],
  ...["--runtime", "stub", "--use", "abort=", "--initialMemory", "1", "--maximumMemory", "1"],
  ...["--disable", "bulk-memory", "--disable", "mutable-globals"],
  ...["--disable", "sign-extension", "--disable", "nontrapping-f2i"],
];

/** `sources`: file name -> text; a file env.ts declares imports of module "env". "index.ts" is the entry. */
export async function compile(
  sources: Readonly<Record<string, string>>,
  flags: readonly string[] = [],
): Promise<Uint8Array> {
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await asc.main(["index.ts", "--outFile", "module.wasm", ...FLAGS, ...flags], {
    readFile: (name) => sources[name] ?? null,
    writeFile: (name, contents) => {
      if (name === "module.wasm") wasm = contents as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error || !wasm) throw new Error(`the test's module does not compile: ${stderr.toString()}`, { cause: error });
  return wasm;
}
