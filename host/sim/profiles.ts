/*
 * The profiles of a station by the names of a scenario, with the scenario's single numbers put in.
 */
import type { ConverterProfile, SupervisorProfile } from "../energy/profiles/converter.ts";
import { CONVERTERS } from "../energy/profiles/converters.ts";
import { FITTED } from "../energy/profiles/fitted.ts";
import { MCUS } from "../energy/profiles/mcus.ts";
import { NVMS } from "../energy/profiles/nvms.ts";
import type { McuProfile, NvmProfile, RadioProfile, StorageProfile } from "../energy/profiles/profile.ts";
import { override } from "../energy/profiles/profile.ts";
import { RADIOS } from "../energy/profiles/radios.ts";
import { STORAGES } from "../energy/profiles/storages.ts";
import type { Quantity } from "../energy/quantity.ts";
import { ScenarioError } from "./scenario/read.ts";
import type { Scenario } from "./scenario/schema.ts";
import { type ConverterModel, stageOf } from "./stage.ts";

/** What every station is made of. */
type Kind = "mcu" | "nvm" | "radio" | "storage";

export interface Profiles {
  readonly mcu: McuProfile;
  readonly nvm: NvmProfile;
  readonly radio: RadioProfile;
  /** With the thresholds that a converter or a supervisor puts in place of its own. */
  readonly storage: StorageProfile;
  readonly converter?: ConverterProfile;
  readonly supervisor?: SupervisorProfile;
}

/** All parts of a station that a scenario can name, by kind and name. */
export const KNOWN_PROFILES = { mcu: MCUS, nvm: NVMS, radio: RADIOS, storage: STORAGES } as const satisfies {
  readonly [Each in Kind]: Readonly<Record<string, Profiles[Each]>>;
};

/** With what a scenario can put in front of them. */
export const NAMED_PROFILES = { ...KNOWN_PROFILES, converter: CONVERTERS, fitted: FITTED } as const;

/**
 * @param model of a converter that stands in a file.
 * @throws ScenarioError for a name that no profile has; EnergyError for a number that one cannot have.
 */
export function profilesOf(scenario: Wishes, model?: ConverterModel): Profiles {
  const { stations, override: numbers } = scenario;
  const named = <Each extends Kind>(kind: Each): Profiles[Each] => {
    const known = KNOWN_PROFILES[kind] as unknown as Readonly<Record<string, Profiles[Each]>>;
    const name = stations[kind];
    if (!Object.hasOwn(known, name)) {
      throw new ScenarioError(
        `stations.${kind} is ${JSON.stringify(name)}, where one of ${Object.keys(known).join(", ")} is expected`,
      );
    }
    return override(known[name], numbers[kind]);
  };
  const { capacitance_F, leak_Ohm } = numbers.storage;
  const stage = stageOf(scenario, named("storage"), model, { capacitance_F, leak_Ohm });
  return { mcu: named("mcu"), nvm: named("nvm"), radio: named("radio"), ...stage };
}

type Wishes = Pick<Scenario, "stations" | "override"> & Partial<Pick<Scenario, "converter" | "supervisor">>;

/** One number by its place, "mcu.cycle_J"; the weights of the MCU count as one number, a factor around 1. */
export function numberOf(profiles: Profiles, place: string): Quantity {
  const [kind, name] = place.split(".") as [Kind, string];
  if (place === "mcu.weights") return { value: 1, unit: "cycles a cycle", ...profiles.mcu.weightsNote };
  return profiles[kind][name as never] as Quantity;
}
