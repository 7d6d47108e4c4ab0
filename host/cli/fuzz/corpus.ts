/* A corpus as a folder: a file an input, named by its digest, so that two runs may share one. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Target } from "../../fuzz/target.ts";
import { UsageError } from "../verb.ts";

const ENDING = ".bin";

/** The inputs of a folder as octets, in the order of their names; none when it is not there yet. @throws UsageError */
export function readCorpus(folder: string): Uint8Array[] {
  if (!existsSync(folder)) return [];
  if (!statSync(folder).isDirectory()) throw new UsageError(`--corpus ${folder} is a file, where a folder is expected`);
  return readdirSync(folder)
    .filter((name) => name.endsWith(ENDING))
    .sort()
    .map((name) => new Uint8Array(readFileSync(join(folder, name))));
}

/** What an input's file is called. */
export function corpusName(octets: Uint8Array): string {
  return `${digest(octets)}${ENDING}`;
}

/** Adds what the folder does not have. @throws UsageError */
export function writeCorpus<Input>(target: Target<Input>, folder: string, inputs: readonly Input[]): void {
  makeFolder("--corpus", folder);
  for (const input of inputs) {
    const octets = target.encode(input);
    const file = join(folder, corpusName(octets));
    if (!existsSync(file)) writeFileSync(file, octets);
  }
}

/** @throws UsageError */
export function makeFolder(option: string, folder: string): void {
  try {
    // Node 20 never comes back from making a folder recursively where none can be made, as in /proc.
    const isThere = existsSync(dirname(resolve(folder)));
    if (!existsSync(folder)) mkdirSync(folder, { recursive: !isThere });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`${option} ${folder} cannot be made (${code}), where a folder is expected`);
  }
}

export function digest(octets: Uint8Array): string {
  return createHash("sha256").update(octets).digest("hex").slice(0, 16);
}
