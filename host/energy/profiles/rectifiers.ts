/*
 * RF to DC: measured efficiencies of three rectifiers. What they agree on is the knee: at 1 V of output a diode gives
 * next to nothing below about -10 dBm, so no constant efficiency fits.
 */
import type { EfficiencyPoint } from "../efficiency.ts";
import type { Status } from "../quantity.ts";

export interface RectifierProfile {
  readonly name: string;
  readonly summary: string;
  readonly points: readonly EfficiencyPoint[];
  /** Of all points. */
  readonly source: string;
  readonly status: Status;
}

/** The set holds DC output power over input power; a point is the quotient. Assumption: it is the same at 915 MHz. */
const AMBIENT_6G = "computed from AMBIENT-6G/dataset-harvesters, 2450 MHz";

export const RECTIFIERS = {
  "sms7630-0v5": {
    name: "sms7630-0v5",
    summary: "Skyworks SMS7630 diode, 0.5 V of output",
    points: [
      { input_dBm: -12.5, efficiency: 0.287 },
      { input_dBm: -10, efficiency: 0.45 },
      { input_dBm: -5, efficiency: 0.465 }, // 147 uW of 316
    ],
    source: AMBIENT_6G,
    status: "measured",
  },
  "sms7630-1v0": {
    name: "sms7630-1v0",
    summary: "Skyworks SMS7630 diode, 1.0 V of output",
    points: [
      { input_dBm: -15, efficiency: 0.01 },
      { input_dBm: -10, efficiency: 0.036 }, // 3.6 uW of 100
      { input_dBm: -7.5, efficiency: 0.39 },
      { input_dBm: 0, efficiency: 0.525 }, // 525 uW of 1000
    ],
    source: AMBIENT_6G,
    status: "measured",
  },
  "ssuhf-1v0": {
    name: "ssuhf-1v0",
    summary: "NXP sSUHFIPTIVA0, 1.0 V of output",
    points: [
      { input_dBm: -20, efficiency: 0.03 },
      { input_dBm: -15, efficiency: 0.16 },
      { input_dBm: -10, efficiency: 0.19 },
    ],
    source: AMBIENT_6G,
    status: "measured",
  },
} as const satisfies Record<string, RectifierProfile>;

export type RectifierName = keyof typeof RECTIFIERS;
