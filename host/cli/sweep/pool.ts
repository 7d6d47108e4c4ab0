/*
 * A sweep's jobs on the threads of this machine. In which order they come back is not in the result.
 */
import { fileURLToPath } from "node:url";
import { Tinypool } from "tinypool";
import { type JobList, scenarioOf } from "../../sweep/joblist.ts";
import type { Outcome } from "../../sweep/live.ts";
import type { Task } from "./thread.ts";

export interface Pool {
  run(list: JobList, job: number): Promise<Outcome>;
  /** Ends its threads, whatever they are doing. */
  close(): Promise<void>;
}

export function poolOf(workers: number): Pool {
  const pool = new Tinypool({
    filename: fileURLToPath(new URL("thread.mjs", import.meta.url)),
    minThreads: workers,
    maxThreads: workers,
    execArgv: [],
  });
  return {
    run: (list, job) =>
      pool.run({ scenario: scenarioOf(list, job), results: list.plan.grid.results } satisfies Task) as Promise<Outcome>,
    close: () => pool.destroy(),
  };
}

/** All of these jobs, `workers` at a time. @throws whatever a job throws */
export async function runAll(
  pool: Pool,
  workers: number,
  list: JobList,
  jobs: readonly number[],
  onDone: (job: number, outcome: Outcome) => void,
): Promise<void> {
  const left = jobs.values();
  const lane = async (): Promise<void> => {
    for (const job of left) onDone(job, await pool.run(list, job));
  };
  await Promise.all(Array.from({ length: workers }, lane));
}
