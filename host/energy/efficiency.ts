/*
 * What comes out of a rectifier or a converter: a table of input power -> efficiency with a knee. Below its first point
 * nothing comes out: a diode that does not open, a converter that does not start.
 */
import { EnergyError } from "./error.ts";
import { dBmOf, wattsOf } from "./rf.ts";

export interface EfficiencyPoint {
  readonly input_dBm: number;
  /** Output power over input power, 0 .. 1. */
  readonly efficiency: number;
}

export class Efficiency {
  readonly #points: readonly EfficiencyPoint[];

  /**
   * @param points ascending in input_dBm; at least one.
   * @throws EnergyError for a table that is none.
   */
  constructor(points: readonly EfficiencyPoint[]) {
    if (points.length === 0) throw new EnergyError("efficiency table: it has no points");
    for (const [i, { input_dBm, efficiency }] of points.entries()) {
      if (!Number.isFinite(input_dBm) || (i > 0 && !(input_dBm > points[i - 1].input_dBm))) {
        throw new EnergyError(
          `efficiency table: point ${i + 1} is at ${input_dBm} dBm, which is not above the one before`,
        );
      }
      if (!(efficiency >= 0 && efficiency <= 1)) {
        throw new EnergyError(
          `efficiency table: point ${i + 1} has efficiency ${efficiency}, which is not within 0 .. 1`,
        );
      }
    }
    this.#points = points;
  }

  /**
   * Linear in dBm between two points; 0 below the first. Assumption: above the last it stays what it is there.
   */
  at(input_dBm: number): number {
    const points = this.#points;
    if (!(input_dBm >= points[0].input_dBm)) return 0;
    let i = 1;
    while (i < points.length && points[i].input_dBm < input_dBm) i++;
    if (i === points.length) return points[i - 1].efficiency;
    const [from, to] = [points[i - 1], points[i]];
    const part = (input_dBm - from.input_dBm) / (to.input_dBm - from.input_dBm);
    return from.efficiency + part * (to.efficiency - from.efficiency);
  }

  /** Watts out of watts in. */
  output_W(input_W: number): number {
    return input_W > 0 ? input_W * this.at(dBmOf(input_W)) : 0;
  }

  /** Watts out of dBm in. */
  outputOf_W(input_dBm: number): number {
    return this.at(input_dBm) * wattsOf(input_dBm);
  }
}
