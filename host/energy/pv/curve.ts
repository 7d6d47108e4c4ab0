/*
 * I-V curves of a photovoltaic cell, one under each of a few illuminances, and the most that each gives.
 */
import { EnergyError } from "../error.ts";

export interface IvPoint {
  readonly v_V: number;
  /** Out of the cell. */
  readonly i_A: number;
}

export interface IvCurve {
  readonly lux: number;
  /** Ascending in v_V. */
  readonly points: readonly IvPoint[];
}

/**
 * A curve as LENS-TUGraz/simba keeps one: a JSON object with one member (a number of seconds), which is an object of
 * currents by voltage, "0.1": -0.00006; a current out of the cell is negative.
 * @throws EnergyError for any other text.
 */
export function parseIvCurve(text: string, lux: number): IvCurve {
  if (!(lux > 0 && Number.isFinite(lux)))
    throw new EnergyError(`I-V curve: it was taken at ${lux} lux, where a number above 0 is needed`);
  const [currents] = Object.values(objectOf(parseJson(text)));
  const points = Object.entries(objectOf(currents)).map(([voltage, current]): IvPoint => {
    const v_V = Number(voltage);
    if (voltage.trim() === "" || !(v_V >= 0) || typeof current !== "number" || !Number.isFinite(v_V)) {
      throw new EnergyError(
        `I-V curve: ${JSON.stringify(voltage)}: ${JSON.stringify(current)} is no voltage and current`,
      );
    }
    return { v_V, i_A: -current };
  });
  if (points.length < 2) throw new EnergyError("I-V curve: it has fewer than two points");
  return { lux, points: points.toSorted((a, b) => a.v_V - b.v_V) };
}

/** The point of most power, V I. Between the points of a curve nothing is made up. */
export function maximumPowerPoint({ points }: IvCurve): IvPoint & { readonly power_W: number } {
  const best = points.reduce((most, point) => (point.v_V * point.i_A > most.v_V * most.i_A ? point : most));
  return { ...best, power_W: Math.max(best.v_V * best.i_A, 0) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new EnergyError("I-V curve: the text is no JSON");
  }
}

function objectOf(value: unknown): object {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new EnergyError('I-V curve: it is not of the form {"0": {"0.1": -6e-5, ...}}, volts and amperes');
}
