/*
 * What a storage capacitor and its supervisor are: five numbers, their limits, and the energy between the thresholds.
 * E = C V^2 / 2.
 */
import { EnergyError } from "./error.ts";

/** C, leakage resistance across it (may be Infinity), and three voltages: 0 < vOff < vOn <= vMax. */
export interface Storage {
  readonly capacitance_F: number;
  readonly leak_Ohm: number;
  /** The regulator clamps here: harvest beyond it is clipped. */
  readonly vMax_V: number;
  /** A station that is off is turned on here. */
  readonly vOn_V: number;
  /** Brown-out: a station that is on is turned off here. */
  readonly vOff_V: number;
}

/** @throws EnergyError that names the number which no storage can have. */
export function checkStorage(storage: Storage): void {
  const { capacitance_F, leak_Ohm, vMax_V, vOn_V, vOff_V } = storage;
  const refuse = (what: string): never => {
    throw new EnergyError(`storage: ${what}`);
  };
  if (!(capacitance_F > 0) || capacitance_F === Number.POSITIVE_INFINITY) {
    refuse(`capacitance_F is ${capacitance_F}, where a finite number above 0 is needed`);
  }
  if (!(leak_Ohm > 0)) {
    refuse(`leak_Ohm is ${leak_Ohm}, where a number above 0 is needed (Infinity: it does not leak)`);
  }
  if (!(vOff_V > 0)) refuse(`vOff_V is ${vOff_V}, where a number above 0 is needed`);
  if (!(vOn_V > vOff_V)) refuse(`vOn_V is ${vOn_V} V, where a number above vOff_V (${vOff_V} V) is needed`);
  if (!(vMax_V >= vOn_V) || vMax_V === Number.POSITIVE_INFINITY) {
    refuse(`vMax_V is ${vMax_V} V, where a finite number of at least vOn_V (${vOn_V} V) is needed`);
  }
}

/** @throws EnergyError for a voltage that the storage cannot begin with. */
export function checkStart({ vMax_V }: Storage, v0_V: number): void {
  if (!(v0_V >= 0 && v0_V <= vMax_V)) {
    throw new EnergyError(`storage: it cannot start at ${v0_V} V, only between 0 and vMax_V (${vMax_V} V)`);
  }
}

/** What one life can spend without harvest, J: C (vOn^2 - vOff^2) / 2. */
export function usableEnergy_J({ capacitance_F, vOn_V, vOff_V }: Storage): number {
  return (capacitance_F * (vOn_V - vOff_V) * (vOn_V + vOff_V)) / 2;
}

/** The least C, F, whose usable energy is this many joules between those voltages: 2 E / (vOn^2 - vOff^2). */
export function capacitanceFor_F(e_J: number, { vOn_V, vOff_V }: Pick<Storage, "vOn_V" | "vOff_V">): number {
  return (2 * e_J) / ((vOn_V - vOff_V) * (vOn_V + vOff_V));
}

/** V = sqrt(2 E / C). */
export function voltageOf_V(capacitance_F: number, e_J: number): number {
  return Math.sqrt((2 * e_J) / capacitance_F);
}

/** The least double that voltageOf_V reads as v_V or more: C V^2 / 2 to within its rounding. */
export function energyAt_J(capacitance_F: number, v_V: number): number {
  let e_J = (capacitance_F * v_V * v_V) / 2;
  while (voltageOf_V(capacitance_F, e_J) < v_V) e_J *= 1 + Number.EPSILON;
  return e_J;
}
