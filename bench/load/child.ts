/* Crowds and floods in processes of their own: what is asked of them, and what they answer. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { Source } from "../../host/daemon/peers.ts";
import type { CrowdCounts, CrowdOptions } from "./crowd.ts";
import type { FloodOptions } from "./flood.ts";

export type Order =
  | { readonly order: "crowd"; readonly options: Omit<CrowdOptions, "crypto"> }
  | { readonly order: "flood"; readonly ap: Source; readonly options: FloodOptions }
  | { readonly order: "replays"; readonly count: number }
  | { readonly order: "move" }
  | { readonly order: "stop" }
  | { readonly order: "counts" };

/** After every order. */
export interface Answer {
  readonly crowd?: CrowdCounts;
  /** Datagrams that floods have sent since the process began. */
  readonly sent: number;
  /** CPU time of the process, seconds. */
  readonly cpu_s: number;
}

export class Child {
  readonly #child: ChildProcess;

  constructor() {
    this.#child = fork(new URL("child.mjs", import.meta.url), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  }

  /** One order at a time. @throws Error when the process has ended. */
  async ask(order: Order): Promise<Answer> {
    const ended = new AbortController();
    try {
      const answered = once(this.#child, "message", { signal: ended.signal });
      const gone = once(this.#child, "exit", { signal: ended.signal }).then(([code]) => {
        throw new Error(`a process of the load ended with exit code ${code}`);
      });
      this.#child.send(order);
      const [answer] = await Promise.race([answered, gone]);
      return answer as Answer;
    } finally {
      ended.abort();
    }
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.disconnect();
    await once(this.#child, "exit");
  }
}
