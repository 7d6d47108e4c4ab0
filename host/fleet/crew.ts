/* The threads of a fleet, each with cells of its own for good: what a cell remembers stays where it is, and who moves is carried. */
import { Worker } from "node:worker_threads";
import type { Materials } from "../sim/world.ts";
import type { FleetWish } from "./plan.ts";
import type { Given, Order, Said } from "./protocol.ts";
import type { CellTold } from "./told.ts";

/** What a worker says of a cell; `told` at the end. */
export type OnCell = (told: CellTold | undefined) => void;

/** A thread of the fleet failed; the message is one sentence. */
export class FleetError extends Error {
  override readonly name = "FleetError";
}

export class Crew {
  readonly #workers: readonly Worker[];
  /** Why those that ended did, by worker: one may end while it has no order. */
  readonly #ended = new Map<number, Error>();
  #onCell: OnCell = () => {};

  constructor(wish: FleetWish, materials: Omit<Materials, "crypto">, workers: number) {
    this.#workers = Array.from({ length: Math.min(workers, wish.aps) }, (_, index) => {
      const numbers = Array.from({ length: wish.aps }, (_, cell) => cell).filter((cell) => cell % workers === index);
      const given: Given = { wish, numbers, materials };
      const worker = new Worker(new URL("worker.mjs", import.meta.url), { workerData: given });
      worker.on("error", (error) => this.#ended.set(index, error));
      worker.on("exit", (code) => {
        if (!this.#ended.has(index)) this.#ended.set(index, this.#died(index, code));
      });
      return worker;
    });
  }

  get size(): number {
    return this.#workers.length;
  }

  workerOf(cell: number): number {
    return cell % this.#workers.length;
  }

  /** To each worker an order; what they bring back, by worker. @throws FleetError, or what the cell threw. */
  async all(orderOf: (worker: number) => Order, onCell: OnCell): Promise<(readonly Uint8Array[])[]> {
    this.#onCell = onCell;
    return Promise.all(this.#workers.map((worker, index) => this.#does(worker, index, orderOf(index))));
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #does(worker: Worker, index: number, order: Order): Promise<readonly Uint8Array[]> {
    const ended = this.#ended.get(index);
    if (ended) return Promise.reject(ended);
    return new Promise((resolve, reject) => {
      const over = (then: () => void): void => {
        worker.off("message", hears);
        worker.off("error", fails);
        worker.off("exit", dies);
        then();
      };
      const fails = (error: Error): void => over(() => reject(error));
      const dies = (code: number): void => over(() => reject(this.#died(index, code)));
      const hears = (said: Said): void => {
        if (said.kind === "cell") this.#onCell(said.told);
        else if (said.kind === "done") over(() => resolve(said.images));
        else over(() => reject(Object.assign(new Error(said.message), { name: said.name })));
      };
      worker.on("message", hears);
      worker.on("error", fails);
      worker.on("exit", dies);
      worker.postMessage(order);
    });
  }

  #died(index: number, code: number): FleetError {
    return new FleetError(`worker ${index + 1} of ${this.size} ended (exit code ${code}) before its cells had`);
  }
}
