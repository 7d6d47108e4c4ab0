/** A connection between a key service and an AP, cut into messages: what is not one, and silence, end it. */

import type { Duplex } from "node:stream";
import { emitMessage, type Message, MessageStream } from "./messages.ts";

/** Each side says so often that it is there, and takes the other for gone after so long without a word, s. */
const ALIVE_s = 2;
const SILENCE_s = 10;
/** Octets that wait for a side that does not read: PMKs of three million devices. */
const WAITING_MAX_OCTETS = 1 << 27;

/** What comes in at once when much is on its way: a part of an epoch. */
const MUCH_OCTETS = 1 << 14;

export interface LineOptions {
  readonly onMessage: (message: Message) => void;
  /** Once: why there is no connection any more. */
  readonly onEnd: (why: string) => void;
}

export class Line {
  readonly #stream: Duplex;
  readonly #options: LineOptions;
  readonly #messages = new MessageStream();
  readonly #timer: NodeJS.Timeout;
  #silent_s = 0;
  #isOver = false;

  constructor(stream: Duplex, options: LineOptions) {
    this.#stream = stream;
    this.#options = options;
    stream.on("data", (chunk: Buffer) => this.#received(chunk));
    stream.on("error", ({ message }) => this.end(message));
    stream.on("end", () => this.end("the other side has closed it"));
    stream.on("close", () => this.end("it is closed"));
    this.#timer = setInterval(() => this.#look(), ALIVE_s * 1000);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** `sent`: it has left this process. */
  send(message: Message, sent?: () => void): void {
    if (this.#isOver) return;
    const octets = emitMessage(message);
    if (this.#stream.writableCorked === 0) {
      this.#stream.cork();
      setImmediate(() => this.#stream.uncork());
    }
    this.#stream.write(octets, () => {
      octets.fill(0);
      sent?.();
    });
    if (this.#stream.writableLength > WAITING_MAX_OCTETS) this.end("the other side does not read");
  }

  /** Nothing is sent or taken any more; what was sent before still leaves. */
  end(why: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#timer);
    this.#stream.uncork();
    this.#stream.end(() => this.#stream.destroy());
    // A side that does not read does not keep it open.
    setTimeout(() => this.#stream.destroy(), ALIVE_s * 1000).unref();
    this.#options.onEnd(why);
  }

  #received(chunk: Buffer): void {
    if (this.#isOver) return;
    this.#silent_s = 0;
    const refusal = this.#messages.push(chunk, (message) => {
      if (!this.#isOver && message.kind !== "alive") this.#options.onMessage(message);
    });
    chunk.fill(0);
    if (chunk.length >= MUCH_OCTETS) this.#rest();
    if (refusal !== undefined) this.end(`what came in is no message: ${refusal}`);
  }

  /** The system would hand on megabytes in one go: whatever else this process does has its turn first. */
  #rest(): void {
    this.#stream.pause();
    setImmediate(() => this.#stream.resume());
  }

  #look(): void {
    this.#silent_s += ALIVE_s;
    if (this.#silent_s > SILENCE_s) this.end(`nothing was heard for ${SILENCE_s} s`);
    else this.send({ kind: "alive" });
  }
}
