/** Programs of others that a test runs: whether they are here, and how one is started and ended without a trace. */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Whether a test that runs these programs has to be skipped: false, or the reason that is printed beside its title.
 * @throws Error under CI=true, where no test may be missing silently.
 */
export function skipWithoutPrograms(...names: string[]): string | false {
  const missing = missingPrograms(names);
  if (missing.length === 0) return false;
  const reason = `no ${missing.join(", ")} here: npm run setup:system installs what the tests use`;
  if (process.env.CI === "true") throw new Error(reason);
  return reason;
}

/** Those of these programs that are not here. */
export function missingPrograms(names: readonly string[]): string[] {
  return names.filter((name) => spawnSync("sh", ["-c", `command -v ${name}`]).status !== 0);
}

/** What has to be undone if this process ends before a test has done it. */
const undone = new Set<() => void>();
process.once("exit", () => {
  for (const undo of undone) undo();
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));

/** `undo` is called when this process ends, whatever ends it but SIGKILL. What is returned takes that back. */
export function undoAtExit(undo: () => void): () => void {
  undone.add(undo);
  return () => undone.delete(undo);
}

/** A program that runs until it is told to end. */
export class Running {
  readonly #child: ChildProcess;
  readonly #name: string;
  /** All that it has printed. */
  output = "";

  constructor(name: string, args: readonly string[], cwd: string) {
    this.#name = name;
    this.#child = spawn(name, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    const child = this.#child;
    child.once(
      "exit",
      undoAtExit(() => child.kill("SIGKILL")),
    );
    const keep = (text: Buffer): void => {
      this.output += text.toString();
    };
    this.#child.stdout?.on("data", keep);
    this.#child.stderr?.on("data", keep);
    this.#child.on("error", (error) => keep(Buffer.from(error.message)));
  }

  /** Resolves when it has printed something like that; rejects when it has not in that time, or has ended. */
  async printed(pattern: RegExp, within_ms = 5000): Promise<RegExpMatchArray> {
    const end_ms = Date.now() + within_ms;
    for (;;) {
      const match = this.output.match(pattern);
      if (match) return match;
      if (Date.now() > end_ms || this.#child.exitCode !== null) {
        const last = this.output.slice(-2000);
        throw new Error(`${this.#name} has not printed ${pattern} (exit code ${this.#child.exitCode}): ...${last}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** SIGTERM to this one process, and until it is gone. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined) return;
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    const hard = setTimeout(() => this.#child.kill("SIGKILL"), 2000);
    await gone;
    clearTimeout(hard);
  }
}

/** A UDP port of this machine that nobody has just now. */
export async function freeUdpPort(): Promise<number> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  await once(socket, "close");
  return port;
}

/** A TCP port of this machine that nobody has just now. */
export async function freeTcpPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
