/** Does the short form find a fault? It is asked for the one exchange that the fault shows in. */
import type { Found } from "../../../host/explore/job.ts";
import { runJob } from "../../../host/explore/job.ts";
import { tasksOf } from "../../../host/explore/plan.ts";
import type { Stage } from "../../../host/explore/story.ts";
import type { Fault } from "./device.ts";

/** The first violation of the rule that the fault breaks; undefined: it was not found. */
export function found(stage: Stage, { exchange, environment = "plain", breaks }: Fault): Found | undefined {
  for (const task of tasksOf({ isShort: true, seed: 1, exchange })) {
    if (task.kind !== "exchange" || task.job.environment !== environment) continue;
    const { violations } = runJob(stage, { ...task.job, stopsAt: breaks });
    const violation = violations.find(({ rule }) => rule === breaks);
    if (violation) return violation;
  }
  return undefined;
}
