import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { makeJavascript } from "../../build/javascript.ts";
import { coloursOf } from "../terminal.ts";
import type { Times } from "./times.ts";
import { together } from "./together.ts";
import type { Run } from "./totals.ts";

/** A test file that takes longer hangs. */
const FILE_TIMEOUT_ms = 300_000;

/** Nothing worth reading is longer; a minified library in a stack trace is, by far. */
const LINE_MAX = 300;

/** The art above as-pect's output, which its --no-logo does not leave out. */
const LOGO = /^ +[_/](?=[ _/\\|.-]{30})[ _/\\|.-]*$/;

/** The two builds of the device's sources, and what as-pect is told for each. */
export const UNIT_BUILDS = {
  release: [],
  small: ["--config", "tests/unit/small.config.js", "--as-config", "tests/unit/small.asconfig.json"],
} as const;

/** Runs as-pect over these suites, compiled as that build. */
export function runUnitSuites(root: string, suites: readonly string[], build: keyof typeof UNIT_BUILDS): Promise<Run> {
  // as-pect's own launcher ends before its child's last output has passed through it: the child is called directly.
  const asPect = fileURLToPath(new URL("test.js", import.meta.resolve("@as-pect/cli")));
  return run(root, ["--enable-source-maps", asPect, "--summary", ...UNIT_BUILDS[build]], {
    AMPCORE_UNIT_SUITES: suites.join("\n"),
  });
}

/** Runs node:test over these files' JavaScript, each in its own process but for those that are together. */
export async function runHostSuites(root: string, files: readonly string[], times?: Times): Promise<Run> {
  const made = await makeJavascript(root);
  const options = [
    "--test",
    "--test-reporter=spec",
    `--test-timeout=${FILE_TIMEOUT_ms}`,
    // One more than there are cores: some files wait for processes that they started.
    `--test-concurrency=${availableParallelism() + 1}`,
  ];
  const javascript = { AMPCORE_JS: made, ...times?.environment };
  return run(
    root,
    ["--enable-source-maps", ...(times?.options ?? []), ...options, ...together(root, files)],
    javascript,
  );
}

/** Runs node, passes on what it prints line by line as it comes, and keeps it. */
async function run(root: string, args: readonly string[], environment: Record<string, string>): Promise<Run> {
  // node:test marks its children, and a runner that finds the mark runs nothing: a test may well call this verb.
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env;
  const coloured = coloursOf(process.stdout).isColorSupported;
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...inherited, ...environment, ...(coloured ? { FORCE_COLOR: "1" } : {}) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const listen = async (output: NodeJS.ReadableStream): Promise<void> => {
    for await (const line of createInterface({ input: output })) {
      const plain = stripVTControlCharacters(line);
      if (LOGO.test(plain)) continue;
      lines.push(plain);
      const short = plain.length > LINE_MAX ? `${plain.slice(0, LINE_MAX - 3)}...` : plain;
      process.stdout.write(`${coloured && short === plain ? line : short}\n`);
    }
  };
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const [code] = await Promise.all([ended, listen(child.stdout), listen(child.stderr)]);
  return { lines, code };
}
