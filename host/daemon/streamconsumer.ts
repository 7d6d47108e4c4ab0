/**
 * Readings to whoever reads this process's output. Assumption: a line that the system has taken is safe; what the reader
 * makes of it is the reader's business, and one that crashes may lose lines that got an M3. A file does not.
 */

import type { Writable } from "node:stream";
import type { Consumer, Outcome } from "./consumer.ts";

export class StreamConsumer implements Consumer {
  failure: string | undefined;
  pending = 0;
  readonly #stream: Writable;
  #onEmpty: (() => void) | undefined;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  deliver(line: string, done: (outcome: Outcome) => void): void {
    this.pending++;
    this.#stream.write(`${line}\n`, (error) => {
      this.pending--;
      if (error) this.failure = error.message;
      done(error ? "unknown" : "stored");
      if (this.pending === 0) this.#onEmpty?.();
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.pending === 0) resolve();
      else this.#onEmpty = resolve;
    });
  }
}
