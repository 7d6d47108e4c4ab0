/** The station that roams in the simulator, as a scenario names it: while nobody tells it of an AP it lives as any other. */

import assert from "node:assert/strict";
import test from "node:test";
import { gather } from "../../host/cli/run/materials.ts";
import { resultOf } from "../../host/sim/report.ts";
import { checkScenario } from "../../host/sim/scenario/read.ts";
import { Simulation } from "../../host/sim/simulation.ts";

test("002-A5: stations.module roaming brings readings, breaks no rule, and needs no more than a tenth beyond the release", async () => {
  const runs = [];
  for (const module of ["release", "roaming"]) {
    const scenario = checkScenario({ duration_s: 4, stations: { count: 2, module } }, "a test");
    const { materials } = await gather(scenario, true);
    const simulation = new Simulation(scenario, materials);
    simulation.advance(scenario.duration_s);
    runs.push(resultOf(simulation, materials, { version: "0" }));
  }
  const [release, roaming] = runs;
  assert.equal(roaming.violations, 0, "no rule is broken");
  assert.ok(roaming.readings > 0, "readings are taken");
  const [plain, longer] = [release, roaming].map(({ needs }) => needs[0].cold.e_J);
  assert.ok(longer > plain && longer < 1.1 * plain, `an exchange needs ${longer} J, and ${plain} J of the release`);
});
