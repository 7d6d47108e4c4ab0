import { setMaxListeners } from "node:events";
import { serve } from "../../sweep/queue/server.ts";
import { count } from "../../text/units.ts";
import { built } from "../built.ts";
import { listOf, usageOf } from "../sweep/grids.ts";
import { wholeOf, workersOf } from "../sweep/options.ts";
import { poolOf } from "../sweep/pool.ts";
import { addExamples, UsageError, type Verb } from "../verb.ts";

interface WorkerOptions {
  readonly queue?: string;
  readonly workers?: string;
  readonly lease: string;
  readonly once?: boolean;
  readonly quiet?: boolean;
}

const LEASE_s = "10";
const [LEASE_MIN_s, LEASE_MAX_s] = [1, 3600];
/** For what is left to be told. */
const END_ms = 1000;

export default {
  summary: "take jobs of sweeps from a queue and run them here",

  configure(command) {
    command
      .option("--queue <url>", "the Redis that ampcore sweep --queue gives its jobs to, redis://host:6379")
      .option("--workers <number>", "jobs at a time; as many as the machine has cores if left out")
      .option("--lease <seconds>", "how long a job waits for a worker that has fallen silent", LEASE_s)
      .option("--once", "end when no sweep is left, instead of waiting for the next")
      .option("--quiet", "nothing on stderr but what is wrong");
    command.addHelpText(
      "after",
      `
Any number of workers may take from one queue, and come and go. One that dies, by SIGKILL or a pulled plug, costs nothing but
time: its jobs go to another when their lease is over, and come to the same there. Ctrl-C ends it when the jobs at hand are
done. A sweep of another version, or one made with another module or trace than this machine has, is refused and told; with
--once that ends with exit code 2 if nothing else was there to do. Files that a scenario names are read here, by the same path.`,
    );
    addExamples(command, [
      ["--queue redis://127.0.0.1:6379", "work on whatever comes, until Ctrl-C"],
      ["--queue rediss://user:password@host:6380/1 --workers 8", "over TLS, with a password, in database 1"],
      ["--queue redis://127.0.0.1:6379 --once", "what there is, and no more"],
    ]);
  },

  async run({ queue, lease, once = false, quiet = false, ...options }) {
    if (queue === undefined)
      throw new UsageError("--queue is missing: the URL of a Redis is expected, like redis://127.0.0.1:6379");
    const workers = workersOf(options.workers);
    const lease_s = wholeOf("--lease", lease, LEASE_MIN_s, LEASE_MAX_s);
    await built();
    const { connectQueue, placeOf, refusalOf } = await loadQueue();
    const redis = await connectQueue(queue).catch((error) => Promise.reject(usageOf(error)));
    const pool = poolOf(workers);
    const stopped = new AbortController();
    setMaxListeners(0, stopped.signal);
    const stop = (): void => stopped.abort();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
    const tell = (text: string): void => {
      if (!quiet) process.stderr.write(`${text}\n`);
    };
    let [done, isIdle, last]: [number, boolean, string | undefined] = [0, false, undefined];
    let left = 0;
    try {
      left = await serve(redis, {
        workers,
        lease_s,
        once,
        signal: stopped.signal,
        run: (list, job) => pool.run(list, job),
        listOf,
        onSweep: ({ plan, hash, jobs }) => {
          isIdle = false;
          tell(`working on ${plan.grid.name} (${hash.slice(0, 12)}), ${jobs.length.toLocaleString("en")} jobs`);
        },
        onDone: () => {
          done++;
        },
        onRefused: (sentence) => {
          last = sentence;
          if (!once) process.stderr.write(`${sentence}\n`);
        },
        onIdle: () => {
          if (!isIdle) tell(`waiting for a sweep at ${placeOf(queue)}`);
          isIdle = true;
        },
      });
    } catch (error) {
      throw usageOf(refusalOf(queue, error));
    } finally {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, stop);
      redis.disconnect();
      await pool.close();
      // BullMQ's own connections may go on looking for a Redis that is away: this process ends without them.
      if (stopped.signal.aborted) setTimeout(() => process.exit(), END_ms).unref();
    }
    if (once && done === 0 && last !== undefined) throw new UsageError(last);
    if (left > 0) {
      tell(
        `${count(left, "sweep")} left undone without a job on the queue: ampcore sweep with --resume puts them there`,
      );
    }
    tell(`${done.toLocaleString("en")} jobs done`);
    return 0;
  },
} satisfies Verb<WorkerOptions>;

// Not within the object: of what `satisfies` encloses tsc leaves the extension as it is when the package is made.
const loadQueue = () => import("../../sweep/queue/connect.ts");
