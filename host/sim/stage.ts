/*
 * What a scenario puts between source and station: a converter, whose thresholds take the place of the storage's, and a
 * supervisor that looks at the storage only now and then. Most scenarios have neither.
 */

import type { ConverterProfile, SupervisorProfile } from "../energy/profiles/converter.ts";
import { CONVERTERS, DEAD_MCU_A } from "../energy/profiles/converters.ts";
import { override, type StorageProfile } from "../energy/profiles/profile.ts";
import { assumed, type Quantity } from "../energy/quantity.ts";
import type { VirtualCapacitor } from "../energy/shepherd/storage.ts";
import { ScenarioError } from "./scenario/read.ts";
import type { Scenario } from "./scenario/schema.ts";

/** What a scenario's converter.file and converter.storage were read to. */
export interface ConverterModel {
  readonly converter: ConverterProfile;
  /** In place of stations.storage. */
  readonly capacitor?: VirtualCapacitor;
  /** Sentences about what was passed over in the files. */
  readonly warnings: readonly string[];
}

export interface Stage {
  readonly storage: StorageProfile;
  readonly converter?: ConverterProfile;
  /** Only if it looks now and then: a comparator that sees all is the storage's own V_on and V_off. */
  readonly supervisor?: SupervisorProfile;
}

type Wishes = Partial<Pick<Scenario, "converter" | "supervisor">>;

/**
 * The storage with what stands around it.
 * @param part stations.storage, with the scenario's numbers in it.
 * @param numbers of the scenario for a capacitor out of a file.
 * @throws ScenarioError for a converter that is not there.
 */
export function stageOf(
  { converter: wish, supervisor }: Wishes,
  part: StorageProfile,
  model?: ConverterModel,
  numbers: Readonly<Record<string, number | undefined>> = {},
): Stage {
  const converter = wish ? named(wish, model) : undefined;
  if (converter === undefined && !supervisor) return { storage: part };
  const set = (value: number | null | undefined, unit: string): Quantity | undefined =>
    value === null || value === undefined ? undefined : assumed(value, unit, "scenario");
  const around = converter === undefined ? part : withConverter(part, converter, model?.capacitor, numbers);
  // The profile's V_off is where the MCU has its least supply; behind a buck converter the storage stands higher.
  const drop_V = converter?.buck ? converter.outputDrop_V.value : 0;
  const least = set(supervisor?.brownout_V, "V") ?? part.vOff_V;
  const behind = { ...least, value: least.value + drop_V, source: `${least.source}; with what the buck drops` };
  const brownout_V = drop_V > 0 ? behind : least;
  const check_s = set(scaled(supervisor?.check_ms), "s") ?? converter?.check_s ?? assumed(0, "s", "no supervisor");
  const vOn_V = set(supervisor?.vOn_V, "V") ?? around.vOn_V;
  const vOff_V = set(supervisor?.vOff_V, "V") ?? around.vOff_V;
  const storage = { ...around, vOn_V, vOff_V: vOff_V.value < brownout_V.value ? brownout_V : vOff_V };
  if (check_s.value === 0) return { storage, converter };
  return {
    storage,
    converter,
    supervisor: {
      name: "supervisor",
      summary: "looks at the storage now and then, and switches the MCU's supply",
      check_s,
      brownout_V,
      brownoutDrain_A: set(supervisor?.brownoutDrain_A, "A") ?? DEAD_MCU_A,
    },
  };
}

function scaled(check_ms: number | null | undefined): number | null | undefined {
  return typeof check_ms === "number" ? check_ms * 1e-3 : check_ms;
}

function named(wish: NonNullable<Scenario["converter"]>, model: ConverterModel | undefined): ConverterProfile {
  const { name, file } = wish;
  if (file !== null) {
    if (model === undefined)
      throw new ScenarioError(`converter.file is ${JSON.stringify(file)}, which nobody has read`);
    return model.converter;
  }
  if (Object.hasOwn(CONVERTERS, name)) return CONVERTERS[name as keyof typeof CONVERTERS];
  throw new ScenarioError(
    `converter.name is ${JSON.stringify(name)}, where one of ${Object.keys(CONVERTERS).join(", ")} is expected, ` +
      "or converter.file",
  );
}

/** A converter charges to its own V_max; without a buck converter the MCU must bear it, as the storage's profile says. */
function withConverter(
  part: StorageProfile,
  { vMax_V, vOn_V, vOff_V, buck }: ConverterProfile,
  capacitor: VirtualCapacitor | undefined,
  numbers: Readonly<Record<string, number | undefined>>,
): StorageProfile {
  const least = (a: Quantity, b: Quantity): Quantity => (a.value <= b.value ? a : b);
  const borne_V = buck === null ? least(vMax_V, part.vMax_V) : vMax_V;
  if (capacitor === undefined) return { ...part, vMax_V: borne_V, vOn_V, vOff_V };
  const { name, description, capacitance_F, leak_Ohm, rated_V } = capacitor;
  const from = (value: number, unit: string): Quantity => assumed(value, unit, `${name}, a VirtualStorageConfig`);
  const given = Object.entries(numbers).filter((entry): entry is [string, number] => entry[1] !== undefined);
  const own: StorageProfile = {
    name,
    summary: description || name,
    capacitance_F: from(capacitance_F, "F"),
    leak_Ohm: from(leak_Ohm, "Ohm"),
    vMax_V: least(borne_V, from(rated_V, "V")),
    vOn_V,
    vOff_V,
  };
  return override(own, Object.fromEntries(given));
}
