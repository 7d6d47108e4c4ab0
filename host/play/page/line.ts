/*
 * The page's line to its worker: requests go out as they come; of pictures one is asked for at a time, so that a worker
 * that is busy has no queue of them.
 */
import type { Answer, Request } from "../protocol.ts";

export class Line {
  readonly #worker: Worker;
  /** Pictures asked for and answered since the page was opened. */
  asked = 0;
  seen = 0;

  constructor(program: string, hear: (answer: Answer) => void, broke: (sentence: string) => void) {
    // A file has no origin that a worker could be loaded from; a blob is the page's own.
    const url = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
    this.#worker = new Worker(url);
    this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      if (data.kind === "seen") this.seen++;
      hear(data);
    };
    this.#worker.onerror = (event) => broke(event.message || "its worker could not be started");
  }

  ask(request: Request): void {
    if (request.kind === "look") this.asked++;
    this.#worker.postMessage(request);
  }

  /** No picture is on its way. */
  get isFree(): boolean {
    return this.asked === this.seen;
  }
}
