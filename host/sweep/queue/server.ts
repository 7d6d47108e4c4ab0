/*
 * The side of a sweep on a queue that works: takes jobs and writes down what they come to. It may die at any instant: a job
 * whose lease is not renewed goes to another worker, and whatever was written twice is the same twice.
 */

import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { Worker } from "bullmq";
import { whyOf } from "../../text/kind.ts";
import type { JobList, Plan } from "../joblist.ts";
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
  /** The list of a plan; a text: why this machine cannot work on it, as the end of a sentence. */
  readonly listOf: (plan: Plan) => Promise<JobList | string>;
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
/** Who works once waits so long for the jobs of a sweep that has none on the queue: it may just be put there. */
const LOST_ms = 2000;
/** Whoever is to stop waits so long for a Redis that is away. */
const AWAY_ms = 2000;

/**
 * Works on one sweep after the other; resolves when it is told to stop, or with `once` when there is none left, with the number
 * of those that are not done and have no job on the queue, because whoever asked is gone. A Redis that is away is waited for,
 * but not by one who is to stop: jobs at hand are then left to others.
 */
export async function serve(redis: Connection, served: Served): Promise<number> {
  const board = new Board(redis);
  // null: refused, and told.
  const lists = new Map<string, JobList | null>();
  let lost_ms = 0;
  while (!served.signal.aborted) {
    const next = await orStopped(served.signal, nextOf(board, lists, served));
    if (next === undefined || served.signal.aborted) break;
    if (typeof next !== "number") {
      await serveOne(board, next, served, lists);
      lost_ms = 0;
      continue;
    }
    if (served.once && (next === 0 || lost_ms >= LOST_ms)) return next;
    if (!served.once) served.onIdle();
    await pause(served.signal);
    lost_ms += LOOK_ms;
  }
  return 0;
}

type Lists = Map<string, JobList | null>;

/**
 * The oldest sweep that has a job for this machine, or else one whose jobs are all in the hands of others, who may die. A
 * number: there is none, and so many are not done and have no job on the queue.
 */
async function nextOf(board: Board, lists: Lists, served: Served): Promise<JobList | number> {
  let held: JobList | undefined;
  let lost = 0;
  for (const hash of await board.sweeps()) {
    const plan = lists.has(hash) ? undefined : await board.plan(hash);
    if (plan !== undefined) {
      const list = await checked(hash, plan, served);
      lists.set(hash, typeof list === "string" ? null : list);
      if (typeof list === "string") served.onRefused(list);
    }
    const list = lists.get(hash);
    if (!list || (await board.length(hash)) >= list.jobs.length) continue;
    const { waiting, active } = await board.tickets(hash);
    if (waiting > 0) return list;
    if (active > 0) held ??= list;
    else lost++;
  }
  return held ?? lost;
}

/** Whether another sweep than this has a job that waits, and that this machine has not refused. */
async function isOtherWaiting(board: Board, hash: string, lists: Lists): Promise<boolean> {
  const others = (await board.sweeps()).filter((other) => other !== hash && lists.get(other) !== null);
  const tickets = await Promise.all(others.map((other) => board.tickets(other)));
  return tickets.some(({ waiting }) => waiting > 0);
}

/** The list of a plan, if it is the one that is meant and this machine can work on it; otherwise why not. */
async function checked(hash: string, plan: Plan, { listOf }: Served): Promise<JobList | string> {
  const name = `the sweep ${plan.grid.name} (${hash.slice(0, 12)})`;
  const list = await listOf(plan);
  if (typeof list === "string") return `${name} ${list}`;
  if (list.hash === hash) return list;
  return `${name} comes out as another list of jobs here (${list.hash.slice(0, 12)}), where a worker of the same program is expected`;
}

async function serveOne(board: Board, list: JobList, served: Served, lists: Lists): Promise<void> {
  const { hash } = list;
  const { workers, lease_s, run, onSweep, onDone, signal } = served;
  onSweep(list);
  let atWork = 0;
  const worker = new Worker<Ticket>(
    queueName(hash),
    async ({ data: { job } }) => {
      atWork++;
      try {
        await board.push(hash, new Map([[job, textOf(job, await run(list, job))]]));
        onDone(list, job);
      } catch (error) {
        // Not the job's fault: it stays for another worker, and the one who asks hears of it.
        await board.fault(hash, `job ${job}: ${whyOf(error)}`);
        throw error;
      } finally {
        atWork--;
      }
    },
    {
      connection: board.redis,
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
  // One that is done stays on the board until whoever asked has read it.
  const isUnfinished = async (): Promise<boolean> =>
    (await board.isOpen(hash)) && (await board.length(hash)) < list.jobs.length;
  // One whose jobs are all in other hands, or that nobody asks for any more, must not keep this machine from the next.
  const hasWork = async (): Promise<boolean> => {
    const { waiting, active } = await board.tickets(hash);
    return waiting > 0 || (active > 0 && !(await isOtherWaiting(board, hash, lists)));
  };
  const isOn = async (): Promise<boolean> => (await isUnfinished()) && (atWork > 0 || (await hasWork()));
  while (!signal.aborted && (await orStopped(signal, isOn()))) await pause(signal);
  const away = awayFrom(board.redis, signal);
  await Promise.race([worker.close(), away.promise]);
  away.cancel();
  if (away.isSo) await Promise.race([worker.disconnect().catch(() => {}), setTimeout(LOOK_ms)]);
}

/** What `work` comes to; undefined as soon as the signal comes, for what asks a Redis that is away comes to nothing. */
async function orStopped<T>(signal: AbortSignal, work: Promise<T>): Promise<T | undefined> {
  const stopping = new AbortController();
  const stopped = once(signal, "abort", { signal: stopping.signal }).then(
    () => undefined,
    () => undefined,
  );
  try {
    return await Promise.race([work, signal.aborted ? undefined : stopped]);
  } finally {
    stopping.abort();
  }
}

/** Resolves when the connection has been away for AWAY_ms, once the signal has come. */
function awayFrom(redis: Connection, signal: AbortSignal) {
  let [lost_ms, timer]: [number, NodeJS.Timeout | undefined] = [0, undefined];
  const watch = { isSo: false, cancel: () => clearInterval(timer), promise: Promise.resolve() };
  watch.promise = new Promise((resolve) => {
    timer = setInterval(() => {
      lost_ms = redis.status === "ready" || !signal.aborted ? 0 : lost_ms + LOOK_ms;
      if (lost_ms < AWAY_ms) return;
      watch.isSo = true;
      resolve();
    }, LOOK_ms);
  });
  return watch;
}

async function pause(signal: AbortSignal): Promise<void> {
  await setTimeout(LOOK_ms, undefined, { signal }).catch(() => {});
}
