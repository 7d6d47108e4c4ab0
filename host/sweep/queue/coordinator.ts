/*
 * The side of a sweep on a queue that asks: puts its jobs there and reads what they came to, until none is missing.
 */
import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { Queue } from "bullmq";
import type { JobList } from "../joblist.ts";
import type { Outcomes } from "../log.ts";
import { Board, PREFIX, queueName, type Ticket } from "./board.ts";
import { type Connection, QueueError } from "./connect.ts";

export interface Coordinated {
  readonly list: JobList;
  /** What is known already; what comes is added. */
  readonly outcomes: Outcomes;
  /** Whether a sweep that is on the queue may be gone on with. */
  readonly resume: boolean;
  /** Called when all is read that was known before. */
  readonly onBegin: () => void;
  /** Hears of each line that is new. */
  readonly onLine: (text: string) => void;
  /** Without news for so long, what is missing is put on the queue once more: a job that is there stays as it is. */
  readonly again_ms?: number;
}

const LOOK_ms = 200;
const AGAIN_ms = 5000;
const TICKETS_AT_ONCE = 1000;
/** So long after his last word whoever asks for a sweep is taken for dead, and how often he says it. */
const [SILENT_ms, SAYS_ms] = [2000, 500];

/** @throws QueueError */
export async function coordinate(redis: Connection, job: Coordinated): Promise<void> {
  const { list, outcomes, resume, onBegin, onLine, again_ms = AGAIN_ms } = job;
  const { hash } = list;
  const board = new Board(redis);
  if (!(await board.register(list))) {
    if (!resume) {
      throw new QueueError(
        `this sweep is on the queue already (${hash.slice(0, 12)}, ${await board.length(hash)} of ${list.jobs.length} jobs done): --resume goes on with it`,
      );
    }
  }
  const asker = randomUUID();
  await claim(board, hash, asker);
  if (resume) await board.clearFaults(hash);
  const saying = setInterval(() => board.claim(hash, asker, SILENT_ms).catch(() => {}), SAYS_ms);
  const queue = new Queue<Ticket>(queueName(hash), { connection: redis, prefix: PREFIX });
  queue.on("error", () => {});
  let read = 0;
  const readOn = async (): Promise<void> => {
    for (;;) {
      const lines = await board.lines(hash, read);
      read += lines.length;
      for (const line of lines) if (outcomes.add(line)) onLine(line);
      if (lines.length === 0) return;
    }
  };
  try {
    await readOn();
    // So that one coordinator more, which knows nothing of them, finds them too.
    const known = [...outcomes.lines()];
    for (let at = 0; at < known.length; at += TICKETS_AT_ONCE) {
      await board.push(hash, new Map(known.slice(at, at + TICKETS_AT_ONCE)));
    }
    await enqueue(queue, outcomes.missing());
    onBegin();
    let [news_ms, done] = [Date.now(), outcomes.done];
    while (outcomes.done < list.jobs.length) {
      await setTimeout(LOOK_ms);
      await readOn();
      const fault = await board.firstFault(hash);
      if (fault !== null) throw new QueueError(`a worker could not do its job: ${fault}`);
      if (!(await board.isOpen(hash))) {
        throw new QueueError(
          `the queue has lost this sweep with ${outcomes.done} of ${list.jobs.length} jobs done: --resume puts it there again`,
        );
      }
      if (outcomes.done > done) [news_ms, done] = [Date.now(), outcomes.done];
      else if (Date.now() > news_ms + again_ms) {
        await enqueue(queue, outcomes.missing());
        news_ms = Date.now();
      }
    }
  } finally {
    clearInterval(saying);
    // A server that is away forgets him by itself.
    if (redis.status === "ready") await board.release(hash, asker).catch(() => {});
    await queue.close();
  }
}

/** One at a time: the first of two to end would take the sweep from under the other. @throws QueueError */
async function claim(board: Board, hash: string, asker: string): Promise<void> {
  for (const end_ms = Date.now() + SILENT_ms + 2 * LOOK_ms; Date.now() < end_ms; await setTimeout(LOOK_ms)) {
    if (await board.claim(hash, asker, SILENT_ms)) return;
  }
  throw new QueueError(
    `this sweep (${hash.slice(0, 12)}) is being asked for by another ampcore sweep at this moment: one of them is expected`,
  );
}

/** Takes a sweep that is done off the queue. */
export async function clear(redis: Connection, { hash }: Pick<JobList, "hash">): Promise<void> {
  await new Board(redis).remove(hash);
  const queue = new Queue<Ticket>(queueName(hash), { connection: redis, prefix: PREFIX });
  queue.on("error", () => {});
  // Workers may still hold a job that another has done.
  await queue.obliterate({ force: true });
  await queue.close();
}

async function enqueue(queue: Queue<Ticket>, jobs: readonly number[]): Promise<void> {
  for (let at = 0; at < jobs.length; at += TICKETS_AT_ONCE) {
    await queue.addBulk(
      jobs.slice(at, at + TICKETS_AT_ONCE).map((job) => ({
        name: "job",
        data: { job },
        // The id makes it one job, however often it is put there.
        opts: { jobId: `job-${job}`, removeOnComplete: true, removeOnFail: true },
      })),
    );
  }
}
