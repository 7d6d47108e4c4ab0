/* A period as whoever chose it wrote it: 50 ms and not 50.0 ms. */
import { chosen } from "../../report/units.ts";

export function period(period_s: number): string {
  return period_s < 1 ? `${chosen(Number((1000 * period_s).toPrecision(6)))}\u00a0ms` : `${chosen(period_s)}\u00a0s`;
}
