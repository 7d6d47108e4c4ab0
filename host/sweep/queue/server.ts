/*
 * The side of a sweep on a queue that works: takes jobs and writes down what they come to. It may die at any instant: a job
 * whose lease is not renewed goes to another worker, and whatever was written twice is the same twice.
 */
import { setTimeout } from "node:timers/promises";
import { Worker } from "bullmq";
import { type JobList, jobListOf, type Plan } from "../joblist.ts";
import type { Outcome } from "../live.ts";
import { textOf } from "../log.ts";
import { Board, PREFIX, queueName, type Ticket } from "./board.ts";
import type { Connection } from "./connect.ts";

export interface Served {
  /** Jobs at a time. */
  readonly workers: number;
  /** How long a job stays with a worker that has fallen silent, s. */
  readonly lease_s: number;
  readonly run: (list: JobList, job: number) => Promise<Outcome>;
  /** Why this machine cannot work on a sweep; undefined: it can. */
  readonly misfit: (plan: Plan) => Promise<string | undefined>;
  /** A sweep is taken up, one of its jobs is done, a sweep is refused, there is nothing to do. */
  readonly onSweep: (list: JobList) => void;
  readonly onDone: (list: JobList, job: number) => void;
  readonly onRefused: (sentence: string) => void;
  readonly onIdle: () => void;
  /** End when there is nothing to do. */
  readonly once: boolean;
  readonly signal: AbortSignal;
}

const LOOK_ms = 250;

/** Works on one sweep after the other; resolves when it is told to stop, or with `once` when there is none left. */
export async function serve(redis: Connection, served: Served): Promise<void> {
  const board = new Board(redis);
  const refused = new Set<string>();
  while (!served.signal.aborted) {
    const open = (await board.sweeps()).filter((hash) => !refused.has(hash));
    const [hash] = open;
    if (hash === undefined) {
      if (served.once) return;
      served.onIdle();
      await pause(served.signal);
      continue;
    }
    const plan = await board.plan(hash);
    if (plan === undefined) {
      await pause(served.signal);
      continue;
    }
    const list = await checked(hash, plan, served);
    if (typeof list === "string") {
      refused.add(hash);
      served.onRefused(list);
    } else await serveOne(board, list, served);
  }
}

/** The list of a plan, if it is the one that is meant and this machine can work on it; otherwise why not. */
async function checked(hash: string, plan: Plan, { misfit }: Served): Promise<JobList | string> {
  const name = `the sweep ${plan.grid?.name} (${hash.slice(0, 12)})`;
  const sentence = await misfit(plan);
  if (sentence !== undefined) return `${name} ${sentence}`;
  const list = jobListOf(plan);
  if (list.hash === hash) return list;
  return `${name} comes out as another list of jobs here (${list.hash.slice(0, 12)}), where a worker of the same program is expected`;
}

async function serveOne(board: Board, list: JobList, served: Served): Promise<void> {
  const { hash } = list;
  const { workers, lease_s, run, onSweep, onDone, signal } = served;
  onSweep(list);
  const worker = new Worker<Ticket>(
    queueName(hash),
    async ({ data: { job } }) => {
      try {
        await board.push(hash, [textOf(job, await run(list, job))]);
        onDone(list, job);
      } catch (error) {
        // Not the job's fault: it stays for another worker, and the one who asks hears of it.
        await board.fault(hash, `job ${job}: ${error instanceof Error ? error.message.split("\n")[0] : error}`);
        throw error;
      }
    },
    {
      connection: board.redis.duplicate(),
      prefix: PREFIX,
      concurrency: workers,
      lockDuration: 1000 * lease_s,
      lockRenewTime: 300 * lease_s,
      stalledInterval: 500 * lease_s,
      // However many workers die on it.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
      drainDelay: 1,
    },
  );
  // Redis may go away and come back, and a lease may have run out: neither is the end.
  worker.on("error", () => {});
  while (!signal.aborted && (await board.isOpen(hash))) await pause(signal);
  await worker.close();
}

async function pause(signal: AbortSignal): Promise<void> {
  await setTimeout(LOOK_ms, undefined, { signal }).catch(() => {});
}
