/*
 * shepherd's VirtualStorageConfig where it describes a capacitor. The model is a battery's: with the state of charge s,
 *
 *     V_oc(s) = a0 e^(-a1 s) + a2 + a3 s - a4 s^2 + a5 s^3        p_VOC = [a0 .. a5]
 *
 * and an ideal capacitor is V_oc = a3 s, full at a3 volts with q_As coulombs: C = q_As / a3.
 */
import { EnergyError } from "../error.ts";
import { type Entry, entryNamedIn, parseEntries } from "./entries.ts";
import { Fields } from "./fields.ts";
import type { VirtualSource } from "./source.ts";

/** A capacitor in SI units. */
export interface VirtualCapacitor {
  readonly name: string;
  readonly description: string;
  readonly capacitance_F: number;
  /** Full there. */
  readonly rated_V: number;
  readonly leak_Ohm: number;
  /** Read, and without effect here: a station's currents lose millivolts in it. */
  readonly series_Ohm: number;
  /** SoC_init of the rated voltage. */
  readonly initial_V: number;
  readonly warnings: readonly string[];
}

/** All capacitors of a file. @throws EnergyError, one sentence, also for an entry that is a battery. */
export function parseStorages(yaml: string): VirtualCapacitor[] {
  return parseEntries(yaml, "VirtualStorageConfig").map(capacitorOf);
}

/**
 * The capacitor that a source names, with what the source changes in it.
 * @param yaml a file of storages; undefined: the source has to say all by itself.
 * @throws EnergyError, one sentence. undefined: the source names none.
 */
export function capacitorFor({ name, storage }: VirtualSource, yaml: string | undefined): VirtualCapacitor | undefined {
  if (storage === null) return undefined;
  if (storage.q_As !== undefined) return capacitorOf({ name: `${name}: storage`, parameters: storage });
  if (yaml === undefined) return undefined;
  if (typeof storage.name !== "string") throw new EnergyError(`${name}: its storage has neither a name nor q_As`);
  const found = entryNamedIn(parseEntries(yaml, "VirtualStorageConfig"), storage.name);
  return capacitorOf({ name: found.name, parameters: { ...found.parameters, ...storage } });
}

function capacitorOf({ name, parameters }: Entry): VirtualCapacitor {
  const fields = new Fields(name, parameters);
  const many = Number.MAX_VALUE;
  const list = (field: string, count: number, byDefault: readonly number[]): readonly number[] =>
    fields.numbers(field, count, -many, many, byDefault);
  const q_As = fields.positive("q_As");
  const [a0, , a2, a3, a4, a5] = list("p_VOC", 6, [0, 0, 0, 1, 0, 0]);
  if (a0 !== 0 || a2 !== 0 || a4 !== 0 || a5 !== 0 || !(a3 > 0)) {
    throw new EnergyError(
      `${name}: p_VOC is that of a battery, where a capacitor, [0, 0, 0, V, 0, 0], is all that can be modelled`,
    );
  }
  const [b0, , b2, b3, b4, b5] = list("p_Rs", 6, [0, 0, 0, 0, 0, 0]);
  if (b0 !== 0 || b3 !== 0 || b4 !== 0 || b5 !== 0 || !(b2 >= 0)) {
    throw new EnergyError(`${name}: p_Rs changes with the charge, where a constant, [0, 0, R, 0, 0, 0], is needed`);
  }
  for (const field of ["p_RtS", "p_CtS", "p_RtL", "p_CtL"]) {
    if (list(field, 3, [0, 0, 0]).some((one) => one !== 0)) {
      throw new EnergyError(`${name}: ${field} is a battery's transient, where [0, 0, 0] is all that can be modelled`);
    }
  }
  const rce = fields.number("p_rce", 0, 1, 1);
  if (rce !== 1) throw new EnergyError(`${name}: p_rce is ${rce}, a battery's, where 1 is all that can be modelled`);
  fields.positive("kdash", Number.MIN_VALUE);
  const leak_Ohm = fields.positive("R_leak_Ohm", Number.POSITIVE_INFINITY);
  const capacitance_F = q_As / a3;
  if (!(capacitance_F > 0 && Number.isFinite(capacitance_F))) {
    throw new EnergyError(`${name}: q_As / V is ${capacitance_F} F, where a finite number above 0 is needed`);
  }
  return {
    name,
    description: fields.text("description", ""),
    capacitance_F,
    rated_V: a3,
    leak_Ohm,
    series_Ohm: b2,
    initial_V: fields.number("SoC_init", 0, 1, 0.8) * a3,
    warnings: fields.unknown(),
  };
}
