/* `ampcore ap` as a process of its own, and what the system and its metrics say of it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Source } from "../../host/daemon/peers.ts";

const ENTRY = fileURLToPath(new URL("../../host/cli/ampcore.mjs", import.meta.url));
/** Far more than it takes to begin on a busy machine. */
const BEGIN_ms = 60_000;
/** Of /proc/PID/stat (proc(5)), ticks a second: Linux has 100 on every machine. */
const TICKS = 100;

export interface ApProcessOptions {
  /** Of `ampcore ap`, but for --listen and --metrics. */
  readonly args: readonly string[];
  /** Of node. */
  readonly nodeArgs?: readonly string[];
}

export class ApProcess {
  readonly at: Source;
  /** Octets of readings that it wrote to stdout. */
  stdout_octets = 0;
  readonly #child: ChildProcess;
  readonly #metrics: string;

  private constructor(child: ChildProcess, port: number, metrics: string) {
    this.#child = child;
    this.at = { address: "127.0.0.1", port };
    this.#metrics = metrics;
    child.stdout?.on("data", (chunk: Buffer) => {
      this.stdout_octets += chunk.length;
    });
  }

  /** @throws Error with what it said, if it does not begin. */
  static async start({ args, nodeArgs = [] }: ApProcessOptions): Promise<ApProcess> {
    const where = ["--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0", "--log-level", "info"];
    const child = spawn(process.execPath, [...nodeArgs, ENTRY, "ap", ...where, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      // Peers come and go, and each is a line.
      if (said.length < 1e5) said += chunk;
    });
    const found = (pattern: RegExp): string | undefined => pattern.exec(said)?.[1];
    const start = Date.now();
    while (child.exitCode === null && Date.now() - start < BEGIN_ms) {
      const port = found(/listening on 127\.0\.0\.1:(\d+)/);
      const metrics = found(/metrics on (http:\S+)/);
      if (port && metrics) return new ApProcess(child, Number(port), metrics);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    child.kill("SIGKILL");
    throw new Error(`ampcore ap did not begin: ${said}`);
  }

  /** User and system time of all its threads, seconds; in steps of 10 ms. */
  get cpu_s(): number {
    const stat = readFileSync(`/proc/${this.#child.pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // Fields 14 and 15, counted from 1; the third is the first behind the name.
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  }

  /** Resident set, octets. */
  get rss_octets(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, "latin1");
    return 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
  }

  /** Datagrams for it that the system had no room for. */
  get overflowed(): number {
    const port = this.at.port.toString(16).toUpperCase().padStart(4, "0");
    for (const line of readFileSync("/proc/net/udp", "latin1").split("\n")) {
      const fields = line.trim().split(/\s+/);
      if (fields[1]?.endsWith(`:${port}`)) return Number(fields[fields.length - 1]);
    }
    throw new Error(`no UDP socket listens at port ${this.at.port}`);
  }

  /** All metrics, by name with label. */
  async metrics(): Promise<ReadonlyMap<string, number>> {
    const text = await (await fetch(this.#metrics)).text();
    const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    return new Map(
      lines.map((line) => {
        const at = line.lastIndexOf(" ");
        return [line.slice("ampcore_ap_".length, at), Number(line.slice(at + 1))];
      }),
    );
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill("SIGTERM");
    await once(this.#child, "exit");
  }
}
