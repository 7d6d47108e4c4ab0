/** One process of `ampcore` on the site: killed, started again with the same call, and watched for an end nobody asked for. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { undoAtExit } from "../../peers/programs.ts";

const ENTRY = fileURLToPath(new URL("../../../host/cli/ampcore.mjs", import.meta.url));
/** Of what it said on stderr, so much is kept for whoever has to find out what went wrong. */
const SAID_MAX = 8192;

export interface Confirmed {
  readonly exchange: string;
  readonly payload: string;
}

export class Member {
  readonly name: string;
  /** What a station has said to be confirmed, in all its lives. */
  readonly confirmed: Confirmed[] = [];
  /** What it has said on stderr in this life, or the end of that. */
  said = "";
  /** It ended by itself, and how. */
  unasked: string | undefined;
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;
  #letGo: () => void = () => {};

  constructor(name: string, args: readonly string[]) {
    this.name = name;
    this.#args = args;
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  /** A new life, unless it lives. */
  start(): void {
    if (this.#child) return;
    const child = spawn(process.execPath, [ENTRY, ...this.#args], { stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    this.said = "";
    this.#letGo = undoAtExit(() => child.kill("SIGKILL"));
    let rest = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      // A line that its death tore was told to nobody.
      rest = lines.pop() ?? "";
      for (const line of lines) this.#line(line);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.said = (this.said + text).slice(-SAID_MAX);
    });
    child.once("close", (code, signal) => {
      if (this.#child === child) this.unasked = `${this.name} ended with ${code ?? signal}: ${this.said}`;
    });
  }

  /** A new life after one that ended by itself. */
  restart(): void {
    this.#letGo();
    this.#child = undefined;
    this.unasked = undefined;
    this.start();
  }

  /** SIGKILL, and until it is gone and all it has said is heard. */
  kill(): Promise<number | null> {
    return this.#end("SIGKILL");
  }

  /** SIGTERM; its exit code. */
  stop(): Promise<number | null> {
    return this.#end("SIGTERM");
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (!child) return null;
    this.#child = undefined;
    this.#letGo();
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const closed = once(child, "close");
    child.kill(signal);
    await closed;
    return child.exitCode;
  }

  #line(text: string): void {
    if (text === "") return;
    const { event, exchange, payload } = JSON.parse(text);
    if (event === "confirmed") this.confirmed.push({ exchange, payload });
  }
}
