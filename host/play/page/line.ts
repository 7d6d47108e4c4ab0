/*
 * The page's line to its worker: requests go out as they come. What has an answer for certain is waited for, so that a
 * worker that is lost in one thing is known, and another can take its place.
 */
import type { Answer, Request } from "../protocol.ts";

/** A worker that answers nothing for so long is told of. */
const LOST_ms = 5000;
const GLANCE_ms = 1000;
/** What is asked, and the answer that it has whatever happens. */
const ANSWERS: Partial<Record<Request["kind"], Answer["kind"]>> = { open: "opened", look: "seen", filled: "judged" };

export interface Hearing {
  hear(answer: Answer): void;
  /** An exception ended what the worker was at. */
  broke(sentence: string): void;
  /** It has not answered for a while, or has at last. */
  lost(isLost: boolean): void;
}

export class Line {
  readonly #program: string;
  readonly #hearing: Hearing;
  #worker: Worker;
  /** What is waited for, with the time it was asked. */
  readonly #awaited: { readonly kind: Answer["kind"]; readonly at_ms: number }[] = [];
  #isLost = false;

  constructor(program: string, hearing: Hearing) {
    this.#program = program;
    this.#hearing = hearing;
    this.#worker = this.#started();
    setInterval(() => this.#glance(), GLANCE_ms);
  }

  ask(request: Request): void {
    const kind = ANSWERS[request.kind];
    // A look without a run is not answered; the page asks for none.
    if (kind) this.#awaited.push({ kind, at_ms: performance.now() });
    this.#worker.postMessage(request);
  }

  /** Another worker, that knows of nothing. */
  restart(): void {
    this.#worker.terminate();
    this.#awaited.length = 0;
    this.#isLost = false;
    this.#worker = this.#started();
  }

  #started(): Worker {
    // A file has no origin that a worker could be loaded from; a blob is the page's own.
    const url = URL.createObjectURL(new Blob([this.#program], { type: "text/javascript" }));
    const worker = new Worker(url);
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      const at = this.#awaited.findIndex(({ kind }) => kind === data.kind);
      if (at >= 0) this.#awaited.splice(at, 1);
      if (this.#isLost) this.#hearing.lost(false);
      this.#isLost = false;
      this.#hearing.hear(data);
    };
    worker.onerror = (event) => this.#hearing.broke(event.message || "its worker could not be started");
    return worker;
  }

  #glance(): void {
    const [oldest] = this.#awaited;
    if (this.#isLost || !oldest || performance.now() - oldest.at_ms < LOST_ms) return;
    this.#isLost = true;
    this.#hearing.lost(true);
  }
}
