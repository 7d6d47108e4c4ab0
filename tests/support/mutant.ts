/**
 * Stations that are wrong on purpose: the device's own sources with some of their text replaced, compiled as the release
 * build is, but for its optimiser. What a wrong station does to a run is then seen, not imagined.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";
import { ROOT } from "../../host/build/build.ts";

/** File below assembly/, the text that stands there exactly once, and what takes its place. */
export type Edit = readonly [file: string, from: string, to: string];

/** @throws Error where a text is not there exactly once: the mutant would be the station itself, or another. */
export async function mutant(...edits: readonly Edit[]): Promise<Uint8Array> {
  const done = new Set<Edit>();
  const edited = (name: string, source: string): string => {
    let text = source;
    for (const edit of edits.filter(([file]) => name === `assembly/${file}`)) {
      const parts = text.split(edit[1]);
      if (parts.length !== 2) throw new Error(`${name} has ${JSON.stringify(edit[1])} ${parts.length - 1} times`);
      text = parts.join(edit[2]);
      done.add(edit);
    }
    return text;
  };
  let wasm: Uint8Array | undefined;
  const target = ["--config", "asconfig.json", "--target", "release", "--optimizeLevel", "1"];
  const { error, stderr } = await asc.main(
    ["assembly/index.ts", "--baseDir", ROOT, ...target, "--outFile", "module.wasm", "--noColors"],
    {
      readFile(name, baseDir) {
        try {
          return edited(name, readFileSync(join(baseDir, name), "utf8"));
        } catch (error) {
          // asc looks a module up under several names.
          if ((error as NodeJS.ErrnoException).code === undefined) throw error;
          return null;
        }
      },
      writeFile(name, contents) {
        if (name === "module.wasm") wasm = contents as Uint8Array;
      },
      listFiles: () => [],
    },
  );
  if (error || !wasm) throw new Error(`the mutant does not compile: ${stderr.toString()}`, { cause: error });
  if (done.size < edits.length) throw new Error("a file to be edited is not one of the station's");
  return wasm;
}

/** Noise that passes every test, and is always the same. */
export const DEAD_ENTROPY: Edit = [
  "station/snonce.ts",
  "if (entropy(ENTROPY, ENTROPY_SIZE) || !isHealthy()) {",
  `let octet: i32 = 0;
  const failed = entropy(ENTROPY, ENTROPY_SIZE);
  do { store<u8>(ENTROPY + octet, octet * 7); } while (++octet < ENTROPY_SIZE);
  if (failed || !isHealthy()) {`,
];
