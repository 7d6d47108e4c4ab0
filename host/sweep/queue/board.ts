/*
 * What stands in Redis beside BullMQ's own queue: which sweeps there are, what each is made of, and its log.
 *
 *     ampcore:sweeps              sorted set   hash of each sweep that is open, by the server's time when it was put there
 *     ampcore:sweep:HASH:plan     text         its Plan, as JSON: whoever has it makes the same list of jobs of it
 *     ampcore:sweep:HASH:log      list         a line for each job that came to something (log.ts), only ever appended
 *     ampcore:sweep:HASH:done     hash         SHA-1 of a job's line by its number: a job has one line, whoever ran it twice
 *     ampcore:sweep:HASH:faults   list         what stopped a job that should not have
 *     ampcore:sweep:HASH:asker    text         who asks for it now; it goes by itself when he falls silent
 */
import type { JobList, Plan } from "../joblist.ts";
import type { Connection } from "./connect.ts";

const SWEEPS = "ampcore:sweeps";

/** Before BullMQ's own keys. */
export const PREFIX = "ampcore";

/** BullMQ's name of a sweep's queue. */
export function queueName(hash: string): string {
  return `sweep-${hash.slice(0, 16)}`;
}

/** A job of BullMQ's. */
export interface Ticket {
  readonly job: number;
}

export class Board {
  readonly redis: Connection;

  constructor(redis: Connection) {
    this.redis = redis;
  }

  /** Puts a sweep on the board, if it is not there; false: it was. */
  async register({ hash, plan }: Pick<JobList, "hash" | "plan">): Promise<boolean> {
    const isNew = await this.redis.set(planKey(hash), JSON.stringify(plan), "NX");
    // Also where a coordinator died between the two.
    const [s, us] = await this.redis.time();
    await this.redis.zadd(SWEEPS, "NX", Number(s) + 1e-6 * Number(us), hash);
    return isNew !== null;
  }

  /** Hashes of the sweeps that are open, the oldest first. */
  sweeps(): Promise<string[]> {
    return this.redis.zrange(SWEEPS, 0, -1);
  }

  async isOpen(hash: string): Promise<boolean> {
    return (await this.redis.zscore(SWEEPS, hash)) !== null;
  }

  /** What a sweep is made of; undefined: it is over. */
  async plan(hash: string): Promise<Plan | undefined> {
    const text = await this.redis.get(planKey(hash));
    return text === null ? undefined : (JSON.parse(text) as Plan);
  }

  /** More lines of a sweep's log, by job; nothing of one that is over. */
  async push(hash: string, lines: ReadonlyMap<number, string>): Promise<void> {
    const keys = [planKey(hash), logKey(hash), doneKey(hash), faultsKey(hash)];
    if (lines.size > 0) await this.redis.eval(PUSH_LINES, keys.length, ...keys, ...[...lines].flat());
  }

  /** The log from that line on. */
  lines(hash: string, from: number): Promise<string[]> {
    return this.redis.lrange(logKey(hash), from, from + LINES_AT_ONCE - 1);
  }

  /** Lines of the log, which are jobs done. */
  length(hash: string): Promise<number> {
    return this.redis.llen(logKey(hash));
  }

  async fault(hash: string, text: string): Promise<void> {
    await this.redis.eval(PUSH_FAULT, 2, planKey(hash), faultsKey(hash), text);
  }

  /** The first fault, if there is one. */
  firstFault(hash: string): Promise<string | null> {
    return this.redis.lindex(faultsKey(hash), 0);
  }

  /** Makes `asker` the one who asks for a sweep, for so long; false: another is. */
  async claim(hash: string, asker: string, for_ms: number): Promise<boolean> {
    return (await this.redis.eval(CLAIM, 1, askerKey(hash), asker, for_ms)) === 1;
  }

  /** Whoever asks no longer asks. */
  async release(hash: string, asker: string): Promise<void> {
    await this.redis.eval(RELEASE, 1, askerKey(hash), asker);
  }

  /** Jobs of a sweep that wait for a worker, and those in the hands of one: the lengths of BullMQ's own lists. */
  async tickets(hash: string): Promise<{ readonly waiting: number; readonly active: number }> {
    const lengths = ["wait", "active"].map((list) => this.redis.llen(`${PREFIX}:${queueName(hash)}:${list}`));
    const [waiting, active] = await Promise.all(lengths);
    return { waiting, active };
  }

  async clearFaults(hash: string): Promise<void> {
    await this.redis.del(faultsKey(hash));
  }

  /** Takes a sweep off the board, with all that was kept of it. */
  async remove(hash: string): Promise<void> {
    await this.redis.zrem(SWEEPS, hash);
    await this.redis.del(planKey(hash), logKey(hash), doneKey(hash), faultsKey(hash), askerKey(hash));
  }
}

const CLAIM = `
  local now = redis.call("get", KEYS[1])
  if now and now ~= ARGV[1] then return 0 end
  redis.call("set", KEYS[1], ARGV[1], "PX", ARGV[2])
  return 1`;

const RELEASE = `
  if redis.call("get", KEYS[1]) == ARGV[1] then redis.call("del", KEYS[1]) end`;

/** A worker that comes back late leaves nothing behind. */
const PUSH_FAULT = `
  if redis.call("exists", KEYS[1]) == 1 then redis.call("rpush", KEYS[2], ARGV[1]) end`;

const PUSH_LINES = `
  if redis.call("exists", KEYS[1]) == 0 then return end
  for i = 1, #ARGV, 2 do
    local job, line = ARGV[i], ARGV[i + 1]
    local print = redis.sha1hex(line)
    if redis.call("hsetnx", KEYS[3], job, print) == 1 then
      redis.call("rpush", KEYS[2], line)
    elseif redis.call("hget", KEYS[3], job) ~= print then
      redis.call("rpush", KEYS[4], "job " .. job .. " came to two different results")
    end
  end`;

const LINES_AT_ONCE = 5000;

const planKey = (hash: string): string => `ampcore:sweep:${hash}:plan`;
const logKey = (hash: string): string => `ampcore:sweep:${hash}:log`;
const doneKey = (hash: string): string => `ampcore:sweep:${hash}:done`;
const askerKey = (hash: string): string => `ampcore:sweep:${hash}:asker`;
const faultsKey = (hash: string): string => `ampcore:sweep:${hash}:faults`;
