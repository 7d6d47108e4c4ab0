/*
 * Sources of which only a few figures are published: the mean, the median and the tenth percentile of the power that an
 * antenna received, 50 times a second. The recordings themselves have no licence and are not here.
 */
import { assumed, measured, type Quantity } from "../quantity.ts";

export interface FittedProfile {
  readonly name: string;
  readonly summary: string;
  readonly mean_W: Quantity;
  readonly median_W: Quantity;
  /** A tenth of the time the power is at most this. */
  readonly p10_W: Quantity;
  readonly step_s: Quantity;
  readonly correlation_s: Quantity;
}

/** Powercast P2110B at 915 MHz, 3 W transmitter; H. Williams and M. Hicks, ASPLOS 2024. */
const REACT = "FoRTE-Research/REACT-Artifact, traces/";

/** Names of figures: mean, median, tenth percentile, in mW. */
function react(name: string, summary: string, mean_mW: number, median_mW: number, p10_mW: number): FittedProfile {
  const source = `${REACT}${name}.trace, computed over all of its samples`;
  return {
    name,
    summary,
    mean_W: measured(mean_mW / 1000, "W", source),
    median_W: measured(median_mW / 1000, "W", source),
    p10_W: measured(p10_mW / 1000, "W", source, [0.8, 1.2]),
    step_s: measured(0.02, "s", source),
    correlation_s: assumed(0.5, "s", "ours: about 1 m/s over half a metre, the size of an obstacle", [0.2, 4]),
  };
}

export const FITTED = {
  "rf-cart": react(
    "rf-cart",
    "915 MHz, the station on a cart that moves towards, away from and around it",
    2.12,
    1.4,
    0.21,
  ),
  "rf-mobile": react("rf-mobile", "915 MHz, the station carried through, around and out of a room", 0.497, 0.19, 0.03),
  "rf-obstruction": react(
    "rf-obstruction",
    "915 MHz, the station on a desk, things moved in between",
    0.226,
    0.24,
    0.03,
  ),
} as const satisfies Record<string, FittedProfile>;

export type FittedName = keyof typeof FITTED;
