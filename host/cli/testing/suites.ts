import { readFileSync } from "node:fs";
import { join } from "node:path";
import { filesBelow } from "../../build/files.ts";
import { UsageError } from "../verb.ts";

/** Test files, relative to the repository, sorted. */
export interface Suites {
  /** as-pect suites: AssemblyScript, run as WebAssembly. */
  readonly unit: readonly string[];
  /** node:test files. */
  readonly host: readonly string[];
}

/**
 * The test files under `root`, all of them, or those that `only` selects: a regular expression that is looked for in
 * the files' paths, and when no path has it, in their text, so that a requirement's tag finds the tests that carry it.
 * @throws UsageError when it is no regular expression, or selects nothing.
 */
export function findSuites(root: string, only?: string): Suites {
  const all = filesBelow(root, "tests");
  const suites = {
    unit: all.filter((file) => file.startsWith("tests/unit/") && file.endsWith(".spec.ts")),
    host: all.filter((file) => file.endsWith(".test.ts")),
  };
  if (only === undefined) return suites;
  const pattern = compile(only);
  const byPath = select(suites, (file) => pattern.test(file));
  if (count(byPath) > 0) return byPath;
  const byText = select(suites, (file) => pattern.test(readFileSync(join(root, file), "utf8")));
  if (count(byText) > 0) return byText;
  throw new UsageError(`--only ${JSON.stringify(only)} matches neither the path nor the text of any test file`);
}

function compile(pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch (error) {
    throw new UsageError(`--only ${JSON.stringify(pattern)} is no regular expression: ${(error as Error).message}`);
  }
}

function select({ unit, host }: Suites, keep: (file: string) => boolean): Suites {
  return { unit: unit.filter(keep), host: host.filter(keep) };
}

function count({ unit, host }: Suites): number {
  return unit.length + host.length;
}
