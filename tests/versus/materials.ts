/** What the contenders are made of, and the scenarios that several tests want. */
import { builtModule, builtNames } from "../../host/build/build.ts";
import { createPortableCrypto } from "../../host/crypto/portable.ts";
import { checkScenario } from "../../host/sim/scenario/read.ts";
import type { Scenario } from "../../host/sim/scenario/schema.ts";
import type { VersusMaterials } from "../../host/versus/contenders.ts";

export async function versusMaterials(): Promise<VersusMaterials> {
  return {
    crypto: createPortableCrypto(),
    module: { octets: await builtModule("release"), names: await builtNames("release") },
    baseline: await builtModule("rsn"),
  };
}

/** R C of the profile's capacitor, which all of its kind have. */
const RC_s = 97.8;

export function scenarioOn(capacitance_F: number, more: object = {}): Scenario {
  const storage = { capacitance_F, leak_Ohm: RC_s / capacitance_F };
  return checkScenario({ override: { storage }, ...more }, "the test's scenario");
}

/** One station, turned on, and no harvest. */
export function chargeOf(capacitance_F: number): Scenario {
  return scenarioOn(capacitance_F, {
    duration_s: 60,
    stations: { count: 1, vStart_V: 3 },
    harvest: { source: "constant", constant: { power_W: 0 } },
  });
}
