/** Processes of `ampcore` that tests start, listen to, and end. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { after } from "node:test";
import { fileURLToPath } from "node:url";

const ENTRY = fileURLToPath(new URL("../../host/cli/ampcore.mjs", import.meta.url));
/** Far more than anything here takes on a busy machine. */
const PATIENCE_ms = 60_000;

export interface Line {
  readonly event?: string;
  readonly kind?: string;
  readonly exchange?: string;
  readonly payload?: string;
}

const running = new Set<ChildProcess>();

/** A process of `ampcore`, with what it has said so far. */
export class Ampcore {
  readonly child: ChildProcess;
  stdout = "";
  stderr = "";
  readonly #ended: Promise<unknown>;

  constructor(...args: readonly string[]) {
    const child = spawn(process.execPath, [ENTRY, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    running.add(child);
    child.stdout.setEncoding("utf8").on("data", (chunk) => {
      this.stdout += chunk;
    });
    child.stderr.setEncoding("utf8").on("data", (chunk) => {
      this.stderr += chunk;
    });
    this.child = child;
    this.#ended = once(child, "close");
  }

  /** Whole lines of its stdout. */
  get lines(): Line[] {
    return linesOf(this.stdout);
  }

  get confirmed(): Line[] {
    return this.lines.filter(({ event }) => event === "confirmed");
  }

  /** Ends it with a signal; its exit code, null if the signal itself ended it. */
  async end(signal: "SIGKILL" | "SIGTERM" | "SIGINT"): Promise<number | null> {
    this.child.kill(signal);
    await this.#ended;
    running.delete(this.child);
    return this.child.exitCode;
  }
}

export function linesOf<Row = Line>(text: string): Row[] {
  return text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

export async function until(what: string, isSo: () => boolean, ...told: readonly Ampcore[]): Promise<void> {
  const start = Date.now();
  while (!isSo()) {
    const said = (): string => told.map(({ stderr }) => stderr).join("\n");
    assert.ok(Date.now() - start < PATIENCE_ms, `waited in vain until ${what}\n${said()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The port of an AP on 127.0.0.1, as soon as it listens. */
export async function listening(ap: Ampcore): Promise<string> {
  const pattern = /listening on 127\.0\.0\.1:(\d+)/;
  await until("the AP listens", () => pattern.test(ap.stderr), ap);
  return pattern.exec(ap.stderr)?.[1] ?? "";
}

const endAll = (): void => {
  for (const child of running) child.kill("SIGKILL");
};
process.once("exit", endAll);
// A test that fails leaves processes behind, whose pipes keep its own from ending. A campaign is no test.
if (process.env.NODE_TEST_CONTEXT !== undefined) after(endAll);
