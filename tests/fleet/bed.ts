/** Fleets for tests: the release module, the project's own portable crypto, threads as in the verb. */
import { builtModule } from "../../host/build/build.ts";
import { createPortableCrypto } from "../../host/crypto/portable.ts";
import { Crew } from "../../host/fleet/crew.ts";
import { type FleetRun, fleet } from "../../host/fleet/fleet.ts";
import type { FleetWish } from "../../host/fleet/plan.ts";
import { checkScenario } from "../../host/sim/scenario/read.ts";
import type { Scenario } from "../../host/sim/scenario/schema.ts";

export const crypto = createPortableCrypto();
export const materials = { crypto, module: { octets: await builtModule("release") } };

export function scenarioOf(changed: object = {}): Scenario {
  return checkScenario({ duration_s: 5, ap: { trigger_period_s: 0.1, slots: 24 }, ...changed }, "test");
}

export function wishOf(changed: Partial<FleetWish> = {}): FleetWish {
  return { scenario: scenarioOf(), stations: 20, aps: 4, movesPerHour: 0, away_s: 2, energizer_m: [2, 4], ...changed };
}

export async function run(wish: FleetWish, workers = 1): Promise<FleetRun> {
  const crew = new Crew({ module: materials.module }, workers);
  try {
    return await fleet(wish, crew, crypto);
  } finally {
    await crew.close();
  }
}
