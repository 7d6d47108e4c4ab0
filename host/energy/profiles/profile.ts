/*
 * Profiles: named sets of quantities that describe a part. Power of a part is its current times the nominal voltage of
 * its datasheet, whatever the storage stands at. Assumption: constant power, which is what a switching regulator draws;
 * a part on a linear regulator draws constant current, and less power as the storage empties.
 */
import type { Weights } from "../../device/weights.ts";
import { EnergyError } from "../error.ts";
import { assumed, type Quantity } from "../quantity.ts";

export interface StorageProfile {
  readonly name: string;
  readonly summary: string;
  readonly capacitance_F: Quantity;
  readonly leak_Ohm: Quantity;
  readonly vMax_V: Quantity;
  readonly vOn_V: Quantity;
  readonly vOff_V: Quantity;
}

/** Power of the radio alone, in each of its states. */
export interface RadioProfile {
  readonly name: string;
  readonly summary: string;
  /** The text of 3.5.1 excludes backscatter from secure communication. */
  readonly kind: "active" | "backscatter";
  readonly tx_W: Quantity;
  readonly rx_W: Quantity;
  /** Carrier sense: waiting for a frame. */
  readonly listen_W: Quantity;
  readonly idle_W: Quantity;
}

export interface McuProfile {
  readonly name: string;
  readonly summary: string;
  readonly clock_Hz: Quantity;
  /** Energy of a clock cycle in which the CPU runs. */
  readonly cycle_J: Quantity;
  /** Asleep with its RAM kept. */
  readonly sleep_W: Quantity;
  /** From V_on to the first instruction. */
  readonly boot_s: Quantity;
  readonly boot_J: Quantity;
  /** From the first request of a power cycle to the first octet. */
  readonly entropyStart_s: Quantity;
  readonly entropyOctet_s: Quantity;
  /** Of the whole MCU while entropy is made, its CPU included. */
  readonly entropy_W: Quantity;
  /** Cost of each class of WebAssembly opcode in sixteenths of a clock cycle. */
  readonly weights: Weights;
  /** Of all weights. */
  readonly weightsNote: Pick<Quantity, "source" | "status" | "band">;
}

export interface NvmProfile {
  readonly name: string;
  readonly summary: string;
  readonly writeOctet_s: Quantity;
  readonly writeOctet_J: Quantity;
  readonly readOctet_s: Quantity;
  readonly readOctet_J: Quantity;
}

/** The plain numbers of a profile, by the names of its quantities. */
export type ValuesOf<Profile> = {
  readonly [Name in keyof Profile as Profile[Name] extends Quantity ? Name : never]: number;
};

export function valuesOf<Profile extends object>(profile: Profile): ValuesOf<Profile> {
  const quantities = Object.entries(profile).filter((entry): entry is [string, Quantity] => isQuantity(entry[1]));
  return Object.fromEntries(quantities.map(([name, { value }]) => [name, value])) as ValuesOf<Profile>;
}

/**
 * The profile with some of its numbers replaced by a scenario's: they are `assumed`, of source "scenario".
 * @throws EnergyError for a name that is no quantity of the profile, or a number that it cannot have.
 */
export function override<Profile extends { readonly name: string }>(
  profile: Profile,
  values: Readonly<Record<string, number>>,
): Profile {
  const changed: Record<string, Quantity> = {};
  for (const [name, value] of Object.entries(values)) {
    const quantity: unknown = Object.hasOwn(profile, name) ? profile[name as keyof Profile] : undefined;
    if (!isQuantity(quantity)) {
      const known = Object.entries(profile).filter(([, field]) => isQuantity(field));
      throw new EnergyError(
        `${profile.name}: ${JSON.stringify(name)} is none of its numbers, which are ${known.map(([key]) => key).join(", ")}`,
      );
    }
    checkValue(`${profile.name}: ${name}`, value, quantity.unit);
    changed[name] = assumed(value, quantity.unit, "scenario");
  }
  return { ...profile, ...changed };
}

/**
 * One text for one profile: JSON without white space, the members of each object in ascending order of their names.
 * Infinity, which JSON has not, is the string "Infinity". A hash of it names the profile's version.
 */
export function canonicalJson(profile: object): string {
  return JSON.stringify(profile, (_, value: unknown) => {
    if (value === Number.POSITIVE_INFINITY) return "Infinity";
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const members = Object.entries(value);
    return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function isQuantity(field: unknown): field is Quantity {
  return typeof field === "object" && field !== null && "value" in field && "unit" in field;
}

/** What must be more than nothing; all other units allow 0. */
const ABOVE_ZERO = ["F", "Ohm", "V", "Hz", "m", "s"];
/** Logarithms, which may be below 0. */
const ANY_SIGN = ["dBm", "dBi"];

function checkValue(what: string, value: number, unit: string): void {
  const refuse = (right: string): never => {
    throw new EnergyError(`${what} is ${value}, where ${right} is needed`);
  };
  if (ANY_SIGN.includes(unit)) {
    if (!Number.isFinite(value)) refuse(`a finite number of ${unit}`);
  } else if (ABOVE_ZERO.includes(unit)) {
    if (!(value > 0) || (value === Number.POSITIVE_INFINITY && unit !== "Ohm")) refuse(`a number of ${unit} above 0`);
  } else if (!(value >= 0) || value === Number.POSITIVE_INFINITY) refuse(`a finite number of ${unit} of at least 0`);
}
