/** A task and its result: plain data, which goes from thread to thread. */
import { type DamageResult, runDamage } from "./damage.ts";
import { type JobResult, runJob } from "./job.ts";
import type { Task } from "./plan.ts";
import type { Stage } from "./story.ts";

export type TaskResult =
  | { readonly kind: "exchange"; readonly result: JobResult }
  | { readonly kind: "damage"; readonly result: DamageResult };

export function runTask(stage: Stage, task: Task): TaskResult {
  if (task.kind === "damage") return { kind: "damage", result: runDamage(stage, task.job) };
  return { kind: "exchange", result: runJob(stage, task.job) };
}
