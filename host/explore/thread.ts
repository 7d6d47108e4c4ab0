/** One thread of the pool: takes a task, runs it, tells its result, takes the next. */
import { parentPort, workerData } from "node:worker_threads";
import { Machine } from "./machine.ts";
import type { Task } from "./plan.ts";
import { runTask } from "./task.ts";
import { HONEST } from "./world.ts";

const stage = { ...HONEST, machine: new Machine(workerData as Uint8Array) };

parentPort?.on("message", (task: Task) => {
  parentPort?.postMessage(runTask(stage, task));
});
