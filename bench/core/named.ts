/*
 * Names for the functions of a shipped module, which has none: the same sources compiled once more with debug names.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ROOT } from "../../host/build/build.ts";
import type { CompileJob } from "../../host/build/compile.ts";
import { functionNames } from "../../host/device/rewrite/names.ts";
import { parse } from "../../host/device/rewrite/parse.ts";
import { type Build, stationTarget } from "./builds.ts";

const COMPILE = fileURLToPath(new URL("namedcompile.ts", import.meta.url));

/**
 * The names of the functions of `shipped`, by index: "crypto/aes/encrypt". Undefined when the named module is other code
 * than the shipped one: its names might be wrong.
 */
export async function namesOf(build: Build, shipped: Uint8Array): Promise<string[] | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "ampcore-named-"));
  try {
    const job: CompileJob = { root: ROOT, target: stationTarget(build), output: join(folder, "named.wasm") };
    await promisify(execFile)(process.execPath, ["--import", import.meta.resolve("tsx"), COMPILE, JSON.stringify(job)]);
    const named = new Uint8Array(readFileSync(job.output));
    if (!codeOf(named).equals(codeOf(shipped))) return undefined;
    return functionNames(parse(named)).map((name) => name.replace(/^assembly\//, ""));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function codeOf(octets: Uint8Array): Buffer {
  const section = parse(octets).sections.find(({ name }) => name === "code");
  return Buffer.from(octets.subarray(section?.at, section?.end));
}
