/*
 * Runs a list of jobs, here or on a queue, and keeps what they come to in a log if there is a place for one.
 */
import { checkPaths } from "../../sweep/columns.ts";
import { type JobList, scenarioOf, scenariosNaming } from "../../sweep/joblist.ts";
import { type Outcome, sampleOf } from "../../sweep/live.ts";
import { Outcomes, textOf } from "../../sweep/log.ts";
import { tellWhenStopped } from "../run/stopped.ts";
import { FileLog } from "./filelog.ts";
import { asSweepUsage, usageOf } from "./grids.ts";
import { poolOf, runAll } from "./pool.ts";
import { SweepProgress } from "./progress.ts";
import { meansFor } from "./thread.ts";

export interface Wishes {
  /** Of the log's file. */
  readonly log: string | undefined;
  readonly resume: boolean;
  readonly workers: number;
  /** The URL of a queue; undefined: all of it here. */
  readonly queue: string | undefined;
  readonly isQuiet: boolean;
  /** Called with the outcomes while what kept them is still there. */
  readonly whenDone: (outcomes: readonly Outcome[]) => Promise<void>;
}

/** @throws UsageError */
export async function runSweep(list: JobList, wishes: Wishes): Promise<void> {
  // What a thread or another machine would stumble over is told before it begins.
  for (const scenario of scenariosNaming(list.plan, list)) await meansFor(scenario);
  await checkColumns(list);
  const outcomes = new Outcomes(list);
  const { log: place, resume } = wishes;
  const log = place === undefined ? undefined : asSweepUsage(() => new FileLog(place, list, outcomes, resume));
  const progress = new SweepProgress(list.jobs.length, wishes.isQuiet);
  const keep = (line: string): void => {
    log?.append(line);
    progress.tell(outcomes.done);
  };
  const letGo = tellWhenStopped(() => {
    progress.end();
    const where = place ?? (wishes.queue === undefined ? undefined : "the queue");
    const kept = where === undefined ? "" : `; they are kept in ${where}, and --resume goes on with them`;
    return `stopped with ${outcomes.done} of ${list.jobs.length} jobs done${kept}`;
  });
  try {
    if (wishes.queue === undefined) await here(list, outcomes, wishes.workers, keep);
    else {
      await onQueue(wishes.queue, list, outcomes, wishes, keep, progress);
      return;
    }
    await wishes.whenDone(outcomes.inOrder());
  } catch (error) {
    throw usageOf(error);
  } finally {
    progress.end();
    letGo();
    log?.close();
  }
}

/** A path that no result has is found before hours of work, not behind them. @throws UsageError */
async function checkColumns(list: JobList): Promise<void> {
  if (list.plan.grid.results === undefined) return;
  const scenario = scenarioOf(list, 0);
  const sample = sampleOf(scenario, await meansFor(scenario));
  if (sample !== undefined) asSweepUsage(() => checkPaths(list.plan.grid, sample));
}

async function here(list: JobList, outcomes: Outcomes, workers: number, keep: (line: string) => void): Promise<void> {
  const missing = outcomes.missing();
  if (missing.length === 0) return;
  const lanes = Math.min(workers, missing.length);
  const pool = poolOf(lanes);
  try {
    await runAll(pool, lanes, list, missing, (job, outcome) => {
      const line = textOf(job, outcome);
      if (outcomes.add(line)) keep(line);
    });
  } finally {
    await pool.close();
  }
}

async function onQueue(
  url: string,
  list: JobList,
  outcomes: Outcomes,
  { resume, whenDone }: Wishes,
  keep: (line: string) => void,
  progress: SweepProgress,
): Promise<void> {
  const { connectQueue, refusalOf } = await import("../../sweep/queue/connect.ts");
  const { clear, coordinate } = await import("../../sweep/queue/coordinator.ts");
  const redis = await connectQueue(url);
  const waiting = setInterval(() => {
    const remark = redis.status === "ready" ? "" : ", the queue does not answer";
    progress.tell(outcomes.done, remark);
  }, WAITING_ms);
  try {
    const onBegin = (): void => progress.begin(outcomes.done);
    await coordinate(redis, { list, outcomes, resume, onBegin, onLine: keep });
    await whenDone(outcomes.inOrder());
    await clear(redis, list);
  } catch (error) {
    throw refusalOf(url, error);
  } finally {
    clearInterval(waiting);
    redis.disconnect();
  }
}

const WAITING_ms = 1000;
