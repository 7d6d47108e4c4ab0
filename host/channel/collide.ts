/*
 * Who is heard when several send at once. One rule, for each frame on its own:
 *
 *   it is heard when its power exceeds the sum of all frames that overlap it, however little, by the capture ratio, and it
 *   began before the receiver was held by another: no later than the end of the sync of any frame that began earlier.
 *
 * So of frames that all overlap one at most is heard: the strongest, or none. Assumption: a frame that overlaps for a
 * moment harms as much as one that overlaps all the time; interference is added as power.
 */
import { friis_dBm, wattsOf } from "../energy/rf.ts";
import { pow10 } from "../math/pow10.ts";

/** A frame as it comes to a receiver. */
export interface Arrival {
  readonly from_s: number;
  readonly end_s: number;
  /** From its start on: by then a receiver that hears it has locked to it. */
  readonly sync_s: number;
  readonly power_dBm: number;
}

/** Those of the arrivals that are heard, in their order. `capture_dB` >= 0. */
export function heard<A extends Arrival>(arrivals: readonly A[], capture_dB: number): A[] {
  const powers_W = arrivals.map(({ power_dBm }) => wattsOf(power_dBm));
  const ratio = pow10(capture_dB / 10);
  return arrivals.filter((one, i) => {
    let others_W = 0;
    for (const [j, other] of arrivals.entries()) {
      if (i === j || other.from_s >= one.end_s || one.from_s >= other.end_s) continue;
      if (one.from_s > other.from_s + other.sync_s) return false;
      others_W += powers_W[j];
    }
    // No other: 0 < power. Two of equal power are never heard both, whatever the ratio.
    return powers_W[i] > ratio * others_W;
  });
}

/** What an active transmitter radiates: the model of a simulator of the task group's material, no measurement. */
const STATION_EIRP_dBm = 0;
/** Channel 6 of the 2.4 GHz band (IEEE Std 802.11-2020 15.4.4.3). */
const FREQUENCY_Hz = 2.437e9;
const AP_GAIN_dBi = 0;

/** What an AP receives of a station `distance_m` away: free space, the same for every station but for the distance. */
export function receivedByAp_dBm(distance_m: number): number {
  return friis_dBm(STATION_EIRP_dBm, AP_GAIN_dBi, FREQUENCY_Hz, distance_m);
}
