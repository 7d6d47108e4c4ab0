/** How far an exploration is, on stderr: nothing in the first two seconds, then every few. */
import { jobName } from "../../explore/job.ts";
import type { TaskResult } from "../../explore/task.ts";
import { progress } from "../terminal.ts";

const FIRST_ms = 2000;
const EVERY_ms = 5000;

export class Progress {
  readonly #tasks: number;
  readonly #isQuiet: boolean;
  readonly #begun_ms = performance.now();
  #told_ms = this.#begun_ms + FIRST_ms - EVERY_ms;

  constructor(tasks: number, isQuiet: boolean) {
    this.#tasks = tasks;
    this.#isQuiet = isQuiet;
  }

  /** Since it was made. */
  get seconds(): number {
    return (performance.now() - this.#begun_ms) / 1000;
  }

  tell(last: TaskResult, done: number): void {
    const now_ms = performance.now();
    if (this.#isQuiet || now_ms - this.#told_ms < EVERY_ms) return;
    this.#told_ms = now_ms;
    const name =
      last.kind === "exchange" ? jobName(last.result.job) : `${last.result.job.name}, ${last.result.job.variant}`;
    progress(`${done} of ${this.#tasks} in ${Math.round(this.seconds)} s, ${name}`);
  }
}
