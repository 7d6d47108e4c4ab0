/* Runs every contender through the charges, the scenario and the deaths. */
import { createHash } from "node:crypto";
import { builtModule, builtNames } from "../../host/build/build.ts";
import { createPortableCrypto } from "../../host/crypto/portable.ts";
import { canonicalJson, valuesOf } from "../../host/energy/profiles/profile.ts";
import { usableEnergy_J } from "../../host/energy/storage.ts";
import { KNOWN_PROFILES, profilesOf } from "../../host/sim/profiles.ts";
import { checkScenario } from "../../host/sim/scenario/read.ts";
import type { Scenario } from "../../host/sim/scenario/schema.ts";
import { CONTENDERS, lived, MORTALS, type VersusMaterials } from "../../host/versus/contenders.ts";
import { deathsOf } from "../../host/versus/deaths.ts";
import type { ByCapacitor, VersusResult } from "./result.ts";

export interface Extent {
  /** Of one charge, and of the harvested scenario. */
  readonly charge_F: readonly number[];
  readonly harvested_F: readonly number[];
  readonly seeds: readonly number[];
  /** Deaths a contender. */
  readonly deaths: number;
}

const WHOLE: Extent = {
  charge_F: [1e-6, 2.2e-6, 4.7e-6, 10e-6, 15e-6, 22e-6, 47e-6, 100e-6],
  harvested_F: [1e-6, 2.2e-6, 4.7e-6, 10e-6, 22e-6, 47e-6],
  seeds: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  deaths: 400,
};
/** No life of the charges is longer. */
const CHARGE_s = 60;

export async function measuredVersus(onStep: (step: string) => void, extent = WHOLE): Promise<VersusResult> {
  const materials: VersusMaterials = {
    crypto: createPortableCrypto(),
    module: { octets: await builtModule("release"), names: await builtNames("release") },
    baseline: await builtModule("rsn"),
  };
  const scenario = checkScenario({}, "the default scenario");
  const { mcu, nvm, radio, storage, reading_octets } = scenario.stations;
  const one = { ...scenario.stations, count: 1, vStart_V: profilesOf(scenario).storage.vOn_V.value };
  const dark: Scenario = checkScenario(
    {
      ...scenario,
      duration_s: CHARGE_s,
      stations: one,
      harvest: { source: "constant", constant: { power_W: 0 } },
    },
    "one charge",
  );
  onStep("one charge, by capacitor");
  const charge = extent.charge_F.map((capacitance_F) => on(capacitance_F, dark));
  onStep("harvest of an energizer, by capacitor");
  const alone: Scenario = { ...scenario, stations: { ...scenario.stations, count: 1 } };
  const harvested = extent.harvested_F.map((capacitance_F) => {
    const bySeed = extent.seeds.map((seed) => ({ seed, ...on(capacitance_F, { ...alone, seed }) }));
    return {
      capacitance_F,
      usable_J: bySeed[0].usable_J,
      bySeed: bySeed.map(({ seed, lived }) => ({ seed, lived })),
    };
  });
  onStep("deaths");
  return {
    hashes: {
      module: sha256(materials.module.octets),
      baseline: sha256(materials.baseline),
      profiles: sha256(canonicalJson(KNOWN_PROFILES)),
    },
    parts: { mcu, nvm, radio, storage },
    reading_octets,
    period_s: scenario.ap.trigger_period_s,
    charge,
    harvested,
    deaths: MORTALS.map((contender) => deathsOf(contender, scenario, materials, extent.deaths)),
  };

  function on(capacitance_F: number, scenario: Scenario): ByCapacitor {
    const part = valuesOf(profilesOf(scenario).storage);
    // Of one kind of capacitor leakage grows as its capacitance does: R C stays.
    const leak_Ohm = (part.leak_Ohm * part.capacitance_F) / capacitance_F;
    const override = { ...scenario.override, storage: { capacitance_F, leak_Ohm } };
    return {
      capacitance_F,
      usable_J: usableEnergy_J({ ...part, capacitance_F }),
      lived: CONTENDERS.map((contender) => lived(contender, { ...scenario, override }, materials)),
    };
  }
}

function sha256(octets: Uint8Array | string): string {
  return createHash("sha256").update(octets).digest("hex");
}
