/** Results of sweeps that nobody ran. */
import { checkScenario } from "../../host/sim/scenario/read.ts";
import { readGrid } from "../../host/sweep/grid/read.ts";
import { jobListOf } from "../../host/sweep/joblist.ts";
import type { Outcome } from "../../host/sweep/live.ts";
import { type SweepResult, sweepResultOf } from "../../host/sweep/result.ts";

/** A sweep of which it is known what came out: `outcome` of a job's number. */
export function resultOf(yaml: string, outcome: (job: number) => Outcome): SweepResult {
  const grid = readGrid(yaml, "g.yaml");
  const list = jobListOf({
    grid,
    base: checkScenario({}, "base"),
    version: "1.2.3",
    files: { release: "ab".repeat(32) },
  });
  return sweepResultOf(
    list,
    list.jobs.map(({ job }) => outcome(job)),
  );
}
