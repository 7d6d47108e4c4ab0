/** Results to make reports of. */
import { reportHtml } from "../../host/report/document.tsx";
import { Recorder } from "../../host/sim/record/recorder.ts";
import type { Result } from "../../host/sim/result.ts";
import type { Scenario } from "../../host/sim/scenario/schema.ts";
import { builtIn, changed, simulated } from "../support/simulated.ts";

/** As it comes out of a file: what JSON has not is gone. */
export function resultOf(scenario: Scenario): Result {
  const recorder = new Recorder(scenario.duration_s, scenario.stations.count);
  return JSON.parse(JSON.stringify(simulated(scenario, { recorder, byFunction: true }).result));
}

/** Stations that die often enough to have something to show. */
export const DYING = resultOf(
  changed({ duration_s: 12, override: { storage: { capacitance_F: 6.8e-6 } } }, builtIn("default")),
);
export const DYING_PAGE = await reportHtml(DYING);
