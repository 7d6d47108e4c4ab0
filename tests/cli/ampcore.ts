import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";

/** What `ampcore` is. */
export const ENTRY = fileURLToPath(new URL("../../host/cli/ampcore.mjs", import.meta.url));

/** What `npx tsx` would be. */
export const SCRIPT = fileURLToPath(new URL("../../host/build/script.mjs", import.meta.url));

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line as a shell would, with `input` on stdin, in the folder `cwd`. */
export function ampcore(args: readonly string[], { input = "", cwd = process.cwd() } = {}): Promise<Outcome> {
  return outcomeOf([ENTRY, ...args], input, cwd);
}

/** Runs a TypeScript file. */
export function script(file: string, ...args: string[]): Promise<Outcome> {
  return outcomeOf([SCRIPT, file, ...args], "", process.cwd());
}

function outcomeOf(args: readonly string[], input: string, cwd: string): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (chunk: string) => {
        output[name] += chunk;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...output }));
    child.stdin.end(input);
  });
}

/** A folder that is gone after the file's tests. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ampcore-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
