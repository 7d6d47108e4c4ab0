/*
 * The profiles of a station by the names of a scenario, with the scenario's single numbers put in.
 */
import { MCUS } from "../energy/profiles/mcus.ts";
import { NVMS } from "../energy/profiles/nvms.ts";
import type { McuProfile, NvmProfile, RadioProfile, StorageProfile } from "../energy/profiles/profile.ts";
import { override } from "../energy/profiles/profile.ts";
import { RADIOS } from "../energy/profiles/radios.ts";
import { STORAGES } from "../energy/profiles/storages.ts";
import type { Quantity } from "../energy/quantity.ts";
import { ScenarioError } from "./scenario/read.ts";
import type { Scenario } from "./scenario/schema.ts";

export interface Profiles {
  readonly mcu: McuProfile;
  readonly nvm: NvmProfile;
  readonly radio: RadioProfile;
  readonly storage: StorageProfile;
}

/** All that a scenario can name, by kind and name. */
export const KNOWN_PROFILES = { mcu: MCUS, nvm: NVMS, radio: RADIOS, storage: STORAGES } as const satisfies {
  readonly [Kind in keyof Profiles]: Readonly<Record<string, Profiles[Kind]>>;
};

/** @throws ScenarioError for a name that no profile has; EnergyError for a number that one cannot have. */
export function profilesOf({ stations, override: numbers }: Pick<Scenario, "stations" | "override">): Profiles {
  const named = <Kind extends keyof Profiles>(kind: Kind): Profiles[Kind] => {
    const known = KNOWN_PROFILES[kind] as unknown as Readonly<Record<string, Profiles[Kind]>>;
    const name = stations[kind];
    if (!Object.hasOwn(known, name)) {
      throw new ScenarioError(
        `stations.${kind} is ${JSON.stringify(name)}, where one of ${Object.keys(known).join(", ")} is expected`,
      );
    }
    return override(known[name], numbers[kind]);
  };
  return { mcu: named("mcu"), nvm: named("nvm"), radio: named("radio"), storage: named("storage") };
}

/** One number by its place, "mcu.cycle_J"; the weights of the MCU count as one number, a factor around 1. */
export function numberOf(profiles: Profiles, place: string): Quantity {
  const [kind, name] = place.split(".") as [keyof Profiles, string];
  if (place === "mcu.weights") return { value: 1, unit: "cycles a cycle", ...profiles.mcu.weightsNote };
  return profiles[kind][name as never] as Quantity;
}
