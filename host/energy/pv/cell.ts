/*
 * A photovoltaic cell held at its maximum power point, and the converter behind it.
 */
import type { Efficiency } from "../efficiency.ts";
import { EnergyError } from "../error.ts";
import { type IvCurve, maximumPowerPoint } from "./curve.ts";

export interface MaximumPower {
  readonly lux: number;
  readonly power_W: number;
}

export class Cell {
  /** Ascending in lux; the first is darkness. */
  readonly #points: readonly MaximumPower[];
  readonly #converter: Efficiency | undefined;

  /**
   * @param points what the cell gives under a few illuminances, in any order; at least one.
   * @param converter from the cell into the storage; nothing is lost without one.
   * @throws EnergyError for points that no cell has.
   */
  constructor(points: readonly MaximumPower[], converter?: Efficiency) {
    const sorted = points.toSorted((a, b) => a.lux - b.lux);
    if (sorted.length === 0) throw new EnergyError("cell: it has no curves");
    for (const [i, { lux, power_W }] of sorted.entries()) {
      if (!(lux > 0 && power_W >= 0) || lux === sorted[i - 1]?.lux) {
        throw new EnergyError(
          `cell: ${power_W} W at ${lux} lux is no point of it, or there are two at that illuminance`,
        );
      }
    }
    this.#points = [{ lux: 0, power_W: 0 }, ...sorted];
    this.#converter = converter;
  }

  /** The cell of these curves. */
  static of(curves: readonly IvCurve[], converter?: Efficiency): Cell {
    const points = curves.map((curve) => ({ lux: curve.lux, power_W: maximumPowerPoint(curve).power_W }));
    return new Cell(points, converter);
  }

  /**
   * Into the storage, W. Linear between two curves. Assumption: above the brightest the power grows in proportion to the
   * light; a cell made for indoors would fall behind that in the sun.
   */
  power_W(lux: number): number {
    const points = this.#points;
    let i = 1;
    while (i < points.length - 1 && points[i].lux < lux) i++;
    const [from, to] = [points[i - 1], points[i]];
    const power_W =
      lux > to.lux
        ? (to.power_W * lux) / to.lux
        : from.power_W + ((to.power_W - from.power_W) * (lux - from.lux)) / (to.lux - from.lux);
    return this.#converter === undefined ? power_W : this.#converter.output_W(power_W);
  }
}
