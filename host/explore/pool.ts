/** Runs tasks in threads, each with a machine of its own; what comes out does not depend on how many there are. */
import { Worker } from "node:worker_threads";
import type { Task } from "./plan.ts";
import type { TaskResult } from "./task.ts";

interface PoolOptions {
  /** A station module. */
  readonly octets: Uint8Array;
  readonly threads: number;
  /** Told when a task is done. */
  readonly onDone?: (result: TaskResult, done: number) => void;
}

/** The results, in the order of the tasks. @throws whatever a task throws */
export async function runTasks(
  tasks: readonly Task[],
  { octets, threads, onDone }: PoolOptions,
): Promise<TaskResult[]> {
  const results: TaskResult[] = [];
  let next = 0;
  let done = 0;
  const all: Worker[] = [];
  const worker = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const thread = new Worker(new URL("worker.mjs", import.meta.url), { workerData: octets });
      all.push(thread);
      let index = -1;
      const more = (): void => {
        index = next++;
        if (index < tasks.length) thread.postMessage(tasks[index]);
        else void thread.terminate().then(() => resolve());
      };
      thread.on("message", (result: TaskResult) => {
        results[index] = result;
        onDone?.(result, ++done);
        more();
      });
      thread.on("error", reject);
      more();
    });
  try {
    await Promise.all(Array.from({ length: Math.min(threads, tasks.length) }, worker));
  } finally {
    // Of an exploration that ends in an error the other threads know nothing.
    for (const thread of all) void thread.terminate();
  }
  return results;
}
