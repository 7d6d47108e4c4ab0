/*
 * The threads of fleets, each with cells of its own for as long as a fleet lives: what a cell remembers stays where it is, and who
 * moves is carried. They are started with the first fleet, and live the ones behind it, too: a thread takes a while to start.
 */
import { Worker } from "node:worker_threads";
import type { FleetWish } from "./plan.ts";
import type { Answered, Given, Numbered, Order, Said } from "./protocol.ts";
import type { CellTold } from "./told.ts";

/** How far cells are, and what they tell at their end. */
export interface Listener {
  /** So much more of one cell, 0 to 1. */
  readonly onPart?: (part: number) => void;
  readonly onTold?: (told: CellTold) => void;
}

/** A thread of the fleet failed; the message is one sentence. */
export class FleetError extends Error {
  override readonly name = "FleetError";
}

export class Crew {
  readonly #given: Given;
  readonly #most: number;
  #workers: readonly Worker[] = [];
  /** Why those that ended did, by worker: one may end while it has no order. */
  readonly #ended = new Map<number, Error>();
  #number = 0;

  /** `most`: no more threads than that, and no more than the first fleet has cells. */
  constructor(given: Given, most: number) {
    this.#given = given;
    this.#most = most;
  }

  get size(): number {
    return this.#workers.length;
  }

  workerOf(cell: number): number {
    return cell % this.size;
  }

  /** Another fleet; the last one is forgotten. @throws FleetError */
  async begin(wish: FleetWish): Promise<void> {
    if (this.size === 0) {
      this.#workers = Array.from({ length: Math.min(this.#most, wish.aps) }, (_, index) => this.#started(index));
    }
    const numbers: number[][] = this.#workers.map(() => []);
    for (let cell = 0; cell < wish.aps; cell++) numbers[this.workerOf(cell)].push(cell);
    await this.all((worker) => ({ kind: "begin", wish, numbers: numbers[worker] }));
  }

  /** To each worker an order; what they bring back, by worker. @throws FleetError, or what the cell threw. */
  async all(orderOf: (worker: number) => Order, listener: Listener = {}): Promise<(readonly Uint8Array[])[]> {
    const number = ++this.#number;
    const does = (worker: Worker, index: number): Promise<readonly Uint8Array[]> =>
      this.#does(worker, index, { number, order: orderOf(index) }, listener);
    return Promise.all(this.#workers.map(does));
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #started(index: number): Worker {
    const worker = new Worker(new URL("worker.mjs", import.meta.url), { workerData: this.#given });
    worker.on("error", (error) => this.#ended.set(index, this.#why(index, error)));
    worker.on("exit", (code) => {
      if (!this.#ended.has(index)) this.#ended.set(index, this.#died(index, code));
    });
    return worker;
  }

  #does(worker: Worker, index: number, numbered: Numbered, listener: Listener): Promise<readonly Uint8Array[]> {
    const ended = this.#ended.get(index);
    if (ended) return Promise.reject(ended);
    return new Promise((resolve, reject) => {
      const over = (then: () => void): void => {
        worker.off("message", hears);
        worker.off("error", fails);
        worker.off("exit", dies);
        then();
      };
      const fails = (error: Error): void => over(() => reject(this.#why(index, error)));
      const dies = (code: number): void => over(() => reject(this.#died(index, code)));
      const hears = ({ number, said }: Answered): void => {
        if (number !== numbered.number) return;
        if (said.kind === "part") listener.onPart?.(said.part);
        else if (said.kind === "told") listener.onTold?.(said.told);
        else if (said.kind === "done") over(() => resolve(said.images));
        else over(() => reject(failed(said)));
      };
      worker.on("message", hears);
      worker.on("error", fails);
      worker.on("exit", dies);
      worker.postMessage(numbered);
    });
  }

  #died(index: number, code: number): FleetError {
    return new FleetError(`worker ${index + 1} of ${this.size} ended (exit code ${code}) before its cells had`);
  }

  #why(index: number, error: Error): Error {
    if ((error as NodeJS.ErrnoException).code !== "ERR_WORKER_OUT_OF_MEMORY") return error;
    return new FleetError(
      `worker ${index + 1} of ${this.size} ran out of memory: more --workers or fewer --stations would do, ` +
        "or a larger NODE_OPTIONS=--max-old-space-size, in MiB",
    );
  }
}

/** What was thrown in a thread, as far as it can be handed on. */
function failed({ name, message, stack }: Said & { readonly kind: "failed" }): Error {
  return Object.assign(new Error(message), { name, ...(stack !== undefined && { stack }) });
}
