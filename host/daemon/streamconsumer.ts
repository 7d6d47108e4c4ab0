/**
 * Readings to whoever reads this process's output. Assumption: a line that the system has taken is safe; what the reader
 * makes of it is the reader's business, and one that crashes may lose lines that got an M3. A file does not.
 */

import type { Writable } from "node:stream";
import type { Consumer, Outcome } from "./consumer.ts";

interface Line {
  readonly text: string;
  readonly done: (outcome: Outcome) => void;
}

/** What has waited for a reader for longer is told, and at the end waited for no longer, s. */
const PATIENCE_s = 2;

export class StreamConsumer implements Consumer {
  failure: string | undefined;
  pending = 0;
  /** Of the oldest write that the reader has not taken, real time. */
  #since_ms: number | undefined;
  readonly #stream: Writable;
  #waiting: Line[] = [];
  #onEmpty: (() => void) | undefined;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  /** Lines of one turn of the event loop, a round's readings, go to the system together. */
  deliver(line: string, done: (outcome: Outcome) => void): void {
    this.pending++;
    if (this.#waiting.length === 0) queueMicrotask(() => this.#write());
    this.#waiting.push({ text: line, done });
  }

  get interruption(): string | undefined {
    const since_ms = this.#since_ms;
    const isSlow = since_ms !== undefined && performance.now() - since_ms > PATIENCE_s * 1000;
    return isSlow ? "whoever reads the readings has taken none for a while" : undefined;
  }

  /** Waits for the reader, but not for ever. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.pending === 0) resolve();
      else {
        this.#onEmpty = resolve;
        setTimeout(resolve, PATIENCE_s * 1000).unref();
      }
    });
  }

  #write(): void {
    const lines = this.#waiting;
    this.#waiting = [];
    this.#since_ms ??= performance.now();
    this.#stream.write(lines.map(({ text }) => `${text}\n`).join(""), (error) => {
      this.pending -= lines.length;
      this.#since_ms = this.pending > 0 ? performance.now() : undefined;
      if (error) this.failure = error.message;
      for (const { done } of lines) done(error ? "unknown" : "stored");
      if (this.pending === 0) this.#onEmpty?.();
    });
  }
}
