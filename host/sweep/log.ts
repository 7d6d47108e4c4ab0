/*
 * What is kept of a sweep while it runs: lines of JSON, only ever appended; in a file, or in Redis. The first says which
 * list of jobs it is of; each later one is what one job came to. Jobs may be there twice, when one that was given up as
 * lost came back: whatever is run twice comes to the same, and counts once.
 */
import type { JobList } from "./joblist.ts";
import type { Outcome } from "./live.ts";

/** Of which list a log is. */
export interface LogHead {
  readonly sweep: string;
  readonly ampcore: string;
  readonly jobs: number;
}

export type LogLine = { readonly job: number } & Outcome;

/** The log is not that of this sweep, or not one that a sweep writes; the message is one clear sentence. */
export class LogError extends Error {
  override readonly name = "LogError";
}

export function headOf({ hash, plan, jobs }: JobList): LogHead {
  return { sweep: hash, ampcore: plan.version, jobs: jobs.length };
}

/** All that is known of the jobs so far. */
export class Outcomes {
  readonly #lines = new Map<number, string>();
  readonly #jobs: number;
  readonly #columns: number;

  constructor({ jobs, columns }: Pick<JobList, "jobs" | "columns">) {
    this.#jobs = jobs.length;
    this.#columns = columns.length;
  }

  get done(): number {
    return this.#lines.size;
  }

  has(job: number): boolean {
    return this.#lines.has(job);
  }

  /** The lines so far, by job. */
  lines(): Iterable<[job: number, line: string]> {
    return this.#lines;
  }

  /** Jobs that have not come to anything yet, in order. */
  missing(): number[] {
    return Array.from({ length: this.#jobs }, (_, job) => job).filter((job) => !this.#lines.has(job));
  }

  /** Takes in a line; false: it was there. @throws LogError for one that no job of this sweep wrote, or that differs. */
  add(text: string): boolean {
    const line = lineOf(text);
    const isOurs = line !== undefined && Number.isInteger(line.job) && line.job >= 0 && line.job < this.#jobs;
    const isWhole =
      isOurs &&
      ("values" in line ? Array.isArray(line.values) && line.values.length === this.#columns : "refused" in line);
    if (!isWhole) throw new LogError(`${JSON.stringify(text.slice(0, TOLD_MAX))} is no line of this sweep's`);
    const before = this.#lines.get(line.job);
    if (before === undefined) this.#lines.set(line.job, text);
    else if (before !== text) {
      throw new LogError(
        `job ${line.job} came to two different results, where a scenario and its seed have one: not all machines run the same program`,
      );
    }
    return before === undefined;
  }

  /** By job. @throws Error while some are missing. */
  inOrder(): Outcome[] {
    return Array.from({ length: this.#jobs }, (_, job) => {
      const text = this.#lines.get(job);
      if (text === undefined) throw new Error(`job ${job} is missing`);
      const { job: _job, ...outcome } = JSON.parse(text) as LogLine;
      return outcome as Outcome;
    });
  }
}

/** What a job writes; doubles come back as they were. */
export function textOf(job: number, outcome: Outcome): string {
  return JSON.stringify({ job, ...outcome } satisfies LogLine);
}

function lineOf(text: string): LogLine | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as LogLine) : undefined;
  } catch {
    return undefined;
  }
}

const TOLD_MAX = 60;

/** @throws LogError when the head is of another sweep; `place`: whose head it is, as the beginning of a sentence. */
export function checkHead(text: string, list: JobList, place: string): void {
  const head = lineOf(text) as Partial<LogHead> | undefined;
  if (typeof head?.sweep !== "string") throw new LogError(`${place} is no log of a sweep: another place is expected`);
  const own = headOf(list);
  if (head.sweep === own.sweep) return;
  const isOlder = head.ampcore !== own.ampcore;
  const why = isOlder
    ? `it was begun by ampcore ${head.ampcore}, and this is ${own.ampcore}`
    : "its grid, its scenario, a file that it names or the station's module was another";
  throw new LogError(
    `${place} is of another list of jobs (${head.sweep.slice(0, 12)} with ${head.jobs} jobs, where this one is ` +
      `${own.sweep.slice(0, 12)} with ${own.jobs}): ${why}; finish it as it was begun, or take another place`,
  );
}
