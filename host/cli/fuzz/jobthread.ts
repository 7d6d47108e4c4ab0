/* One thread of `ampcore fuzz --jobs`: opens its target, runs its fuzzer, tells how far it is and what it came to. */
import { parentPort, workerData } from "node:worker_threads";
import { type Job, runHere, type Said } from "./jobs.ts";
import { attackerOf } from "./options.ts";
import { openTarget } from "./targets.ts";

const job = workerData as Job;
const say = (said: Said): void => parentPort?.postMessage(said);
const { target, close } = await openTarget(job.name, job.build, job.module);
try {
  const attacker = job.attacker === undefined ? undefined : await attackerOf(job.attacker);
  const { executions, calls, corpus, found, costliest } = await runHere(target, job, attacker, (progress) => {
    say({ progress });
  });
  const octetsOf = (input: unknown): Uint8Array => target.encode(input);
  say({
    result: {
      executions,
      calls,
      corpus: corpus.map(octetsOf),
      found: found.map((one) => ({ ...one, input: octetsOf(one.input) })),
      costliest: costliest && { cost: costliest.cost, input: octetsOf(costliest.input) },
    },
  });
} finally {
  close();
}
