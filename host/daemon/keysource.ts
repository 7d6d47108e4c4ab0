/** How an AP's daemon reaches its key service: over a socket or TLS, or as a process that it starts itself. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import { addressText } from "../keys/address.ts";
import { connectTo, type Where } from "../keys/remote/where.ts";

export interface KeySource {
  /** For messages: "the key service at ampcore-sockets/02a000000000.sock". */
  readonly name: string;
  /** A new connection, which tells by its error why there is none. */
  connect(): Duplex;
  /** What it said last, if that tells why it does not serve. */
  readonly reason: string | undefined;
  /** Rejected if there can never be one. */
  readonly failed: Promise<never>;
  close(): Promise<void>;
}

/** One that runs elsewhere. */
export function runningService(where: Where): KeySource {
  const at = where.kind === "socket" ? where.path : `${where.host}:${where.port}`;
  return {
    name: `the key service at ${at}`,
    connect: () => connectTo(where),
    reason: undefined,
    failed: new Promise(() => {}),
    close: async () => {},
  };
}

const ENTRY = fileURLToPath(new URL("../cli/ampcore.mjs", import.meta.url));
/** Of the pipe between the two, in the child. */
const DESCRIPTOR = 3;
/** What a child said last is kept up to this length. */
const SAID_MAX = 4096;
/** For a child to make durable what it has begun, s. */
const GRACE_s = 5;
/** What a child ends with when it was called wrongly. */
const EXIT_MISTAKE = 2;

/** The child was called wrongly: trying again does not mend that. */
export class ServiceMistake extends Error {
  override name = "ServiceMistake";
}

export interface OwnServiceOptions {
  readonly aa: Uint8Array;
  /** The folder of its store. */
  readonly store: string;
  /** Of `ampcore keys serve`, beside --store: --kek and the like. */
  readonly args: readonly string[];
  /** A line of its log. */
  readonly onLine: (line: string) => void;
}

/**
 * One that this process starts for itself alone, over a pipe: a process of its own, that ends with the AP, however that ends.
 * If it dies, another is started when the AP seeks it again.
 */
export class OwnService implements KeySource {
  readonly name: string;
  readonly failed: Promise<never>;
  reason: string | undefined;
  readonly #options: OwnServiceOptions;
  #child: ChildProcess | undefined;
  #fail: (error: ServiceMistake) => void = () => {};

  constructor(options: OwnServiceOptions) {
    this.#options = options;
    this.name = `the key service over ${options.store}`;
    this.failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.failed.catch(() => {});
  }

  connect(): Duplex {
    const { aa, store, args, onLine } = this.#options;
    // One that hangs still has the store.
    this.#child?.kill("SIGKILL");
    const call = [
      ENTRY,
      "keys",
      "serve",
      "--store",
      store,
      ...args,
      "--aa",
      addressText(aa),
      "--born-with",
      `${DESCRIPTOR}`,
    ];
    const child = spawn(process.execPath, call, {
      stdio: ["ignore", "ignore", "pipe", "pipe"],
      // A signal to the terminal is for the AP: the service ends when the AP has ended.
      detached: true,
      env: { ...process.env, AMPCORE_MQTT_PASSWORD: undefined },
    });
    this.#child = child;
    let said = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-SAID_MAX);
      for (const line of text.split("\n")) if (line !== "") onLine(line);
    });
    child.once("error", ({ message }) => {
      this.reason = `it cannot be started: ${message}`;
    });
    child.once("close", (code) => this.#ended(code, said));
    const pipe = child.stdio[DESCRIPTOR];
    if (!(pipe instanceof Duplex)) throw new Error("the pipe to the key service is none");
    return pipe;
  }

  /** When it has made everything durable. */
  async close(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const timer = setTimeout(() => child.kill("SIGKILL"), GRACE_s * 1000);
    await once(child, "close");
    clearTimeout(timer);
  }

  #ended(code: number | null, said: string): void {
    if (code === 0 || code === null) return;
    // A store that is in use is tried again: the service of an AP that was killed lives on for a moment.
    this.reason = said
      .trim()
      .split("\n")
      .at(-1)
      ?.replace(/^ampcore keys: /, "");
    if (code === EXIT_MISTAKE) this.#fail(new ServiceMistake(this.reason));
  }
}
