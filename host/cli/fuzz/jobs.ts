/*
 * Several fuzzers side by side, one a thread, each with a stream of its own. They know nothing of each other: what they
 * come to together does not depend on how fast each of them is. Behind the last of them what each has reached is run
 * here, in the order of the jobs: so the coverage is that of all, and the corpus has nothing twice.
 */
import { Worker } from "node:worker_threads";
import { nodeCrypto } from "../../crypto/node.ts";
import type { Attacker } from "../../fuzz/attacker.ts";
import { type Found, Fuzzer } from "../../fuzz/engine.ts";
import type { Finding, Target } from "../../fuzz/target.ts";
import { type Stream, streamsOf } from "../../sim/streams.ts";
import { type Progress, runFuzzer, teller } from "./loop.ts";
import type { Limits } from "./options.ts";
import type { TargetName } from "./targets.ts";

/** What fuzzers came to, one or many. */
export type Fuzzed<Input> = Pick<Fuzzer<Input>, "executions" | "calls" | "corpus" | "found" | "costliest">;

/** What a job is given. */
export interface Job {
  readonly name: TargetName;
  readonly build: string;
  readonly module?: Uint8Array<ArrayBuffer>;
  readonly attacker?: string;
  readonly seed: number;
  /** From 0. */
  readonly job: number;
  readonly limits: Limits;
  /** Inputs of an earlier run, as octets. */
  readonly corpus: readonly Uint8Array[];
}

/** What a job came to; inputs as octets. */
export interface JobResult {
  readonly executions: number;
  readonly calls: number;
  readonly corpus: readonly Uint8Array[];
  readonly found: readonly { readonly finding: Finding; readonly input: Uint8Array; readonly execution: number }[];
  readonly costliest?: { readonly cost: number; readonly input: Uint8Array };
}

/** What a thread says. */
export type Said = { readonly progress: Progress } | { readonly result: JobResult };

/** The stream of a job; that of the first is the one of a run without jobs. */
export function streamOf({ seed, name, job }: Pick<Job, "seed" | "name" | "job">): Stream {
  return streamsOf(nodeCrypto, seed)(job === 0 ? `fuzz ${name}` : `fuzz ${name} job ${job}`);
}

/** One fuzzer, here. */
export async function runHere<Input>(
  target: Target<Input>,
  job: Job,
  attacker: Attacker<Input> | undefined,
  onProgress: (progress: Progress) => void,
): Promise<Fuzzer<Input>> {
  const corpus = job.corpus.map((octets) => target.decode(octets));
  const fuzzer = new Fuzzer(target, streamOf(job), corpus, attacker);
  await runFuzzer(target, fuzzer, job.limits, onProgress);
  return fuzzer;
}

/** So many fuzzers, their runs shared out; `target` sees what they have reached. @throws whatever a thread throws */
export async function runJobs<Input>(
  target: Target<Input>,
  all: Job,
  jobs: number,
  isQuiet: boolean,
): Promise<Fuzzed<Input>> {
  const progress: Progress[] = [];
  const telling = teller(isQuiet);
  const share = (job: number): number => Math.floor(all.limits.runs / jobs) + (job < all.limits.runs % jobs ? 1 : 0);
  const runs = (job: number): number => (Number.isFinite(all.limits.runs) ? share(job) : all.limits.runs);
  const results = await Promise.all(
    Array.from({ length: jobs }, (_, job) =>
      inThread({ ...all, job, limits: { ...all.limits, runs: runs(job) } }, (own) => {
        progress[job] = own;
        telling.tell(together(progress.filter((one) => one !== undefined)));
      }),
    ),
  );
  telling.end();
  return merged(target, results);
}

/** Of jobs that overlap nobody knows by how much: the coverage is that of the one that has come furthest. */
function together(progress: readonly Progress[]): Progress {
  const furthest = progress.reduce((a, b) => (b.coverage.covered > a.coverage.covered ? b : a));
  return { executions: progress.reduce((sum, { executions }) => sum + executions, 0), coverage: furthest.coverage };
}

function inThread(job: Job, onProgress: (progress: Progress) => void): Promise<JobResult> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL("worker.mjs", import.meta.url), { workerData: job });
    thread.on("message", (said: Said) => {
      if ("progress" in said) onProgress(said.progress);
      else resolve(said.result);
    });
    thread.on("error", reject);
    thread.on("exit", () => reject(new Error(`job ${job.job} ended without a result`)));
  });
}

async function merged<Input>(target: Target<Input>, results: readonly JobResult[]): Promise<Fuzzed<Input>> {
  const corpus: Input[] = [];
  const found: Found<Input>[] = [];
  let costliest: Fuzzed<Input>["costliest"];
  for (const result of results) {
    for (const input of result.corpus.map((octets) => target.decode(octets))) {
      const { fresh } = await target.run(input);
      if (fresh > 0) corpus.push(input);
    }
    for (const one of result.found) found.push({ ...one, input: target.decode(one.input) });
    const { costliest: own } = result;
    if (own && own.cost > (costliest?.cost ?? 0)) costliest = { cost: own.cost, input: target.decode(own.input) };
  }
  const sum = (of: (result: JobResult) => number): number => results.reduce((total, one) => total + of(one), 0);
  return {
    executions: sum(({ executions }) => executions),
    calls: sum(({ calls }) => calls),
    corpus,
    found,
    costliest,
  };
}
