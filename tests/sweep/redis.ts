/** A real Redis of a test's own, and ampcore processes beside it that a test may kill; all are gone when the tests are. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { after } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import { scratchFolder } from "../cli/ampcore.ts";
import { freeTcpPort, Running, skipWithoutPrograms, undoAtExit } from "../peers/programs.ts";

const ENTRY = fileURLToPath(new URL("../../host/cli/ampcore.mjs", import.meta.url));

export const skipWithoutRedis = skipWithoutPrograms("redis-server");

export interface Server {
  readonly url: string;
  /** A connection for the test's own questions. */
  readonly redis: Redis;
  /** It is gone, as it is after the tests. */
  stop(): Promise<void>;
}

/** @param options of redis-server, each a word. */
export async function startRedis(...options: string[]): Promise<Server> {
  const port = await freeTcpPort();
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", ...options];
  const server = new Running("redis-server", args, scratchFolder());
  await server.printed(/Ready to accept connections/);
  const [, password] = /--requirepass (\S+)/.exec(options.join(" ")) ?? [];
  const redis = new Redis({ port, host: "127.0.0.1", password, maxRetriesPerRequest: 1 });
  redis.on("error", () => {});
  const stop = async (): Promise<void> => {
    redis.disconnect();
    await server.stop();
  };
  after(stop);
  return { url: `redis://127.0.0.1:${port}`, redis, stop };
}

/** An ampcore that is left alone until it ends or is killed. */
export class Process {
  readonly #child: ChildProcess;
  stdout = "";
  stderr = "";
  /** Its exit code; null: a signal ended it. */
  readonly ended: Promise<number | null>;

  constructor(args: readonly string[], cwd: string) {
    this.#child = spawn(process.execPath, [ENTRY, ...args], { cwd, stdio: ["ignore", "pipe", "pipe"] });
    const letGo = undoAtExit(() => this.#child.kill("SIGKILL"));
    for (const name of ["stdout", "stderr"] as const) {
      this.#child[name]?.setEncoding("utf8").on("data", (text: string) => {
        this[name] += text;
      });
    }
    this.ended = once(this.#child, "close").then(([code]) => {
      letGo();
      return code;
    });
  }

  /** As Ctrl-C does. */
  stop(): void {
    this.#child.kill("SIGINT");
  }

  /** The plug is pulled. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended;
  }
}

/** Until `look` has something to say. @throws Error after that time */
export async function until<T>(look: () => T | undefined | Promise<T | undefined>, what: string): Promise<T> {
  for (const end_ms = Date.now() + WITHIN_ms; Date.now() < end_ms; await setTimeout(EVERY_ms)) {
    const seen = await look();
    if (seen !== undefined) return seen;
  }
  throw new Error(`${what}: not within ${WITHIN_ms / 1000} s`);
}

const [WITHIN_ms, EVERY_ms] = [60_000, 10];
