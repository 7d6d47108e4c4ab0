/*
 * The harvest that a scenario gets when it names none: an energizer a few steps away, made to give about what a UHF RFID
 * reader gave a walking experimenter (Mementos: 93 .. 189 uW into 30 kOhm, with outages of seconds).
 */
import { assumed, datasheet, proposal, type Quantity } from "../quantity.ts";
import type { RectifierName } from "./rectifiers.ts";

export interface EnergizerProfile {
  readonly name: string;
  readonly summary: string;
  readonly eirp_dBm: Quantity;
  readonly frequency_Hz: Quantity;
  readonly distance_m: Quantity;
  readonly gain_dBi: Quantity;
  readonly dwell_s: Quantity;
  readonly duty: Quantity;
  readonly fading_dB: Quantity;
  readonly fadingStep_s: Quantity;
  readonly correlation_s: Quantity;
  readonly rectifier: RectifierName;
}

export const ENERGIZERS = {
  energizer: {
    name: "energizer",
    summary: "4 W EIRP at 915 MHz, 3 m away, 0.4 s of every 0.8 s, slow fading, SMS7630 at 1 V",
    eirp_dBm: datasheet(36, "dBm", "47 CFR 15.247(b): 1 W into 6 dBi, 902-928 MHz", [1, 1]),
    // TGbp msg00705: wireless power transfer is sub-1 GHz.
    frequency_Hz: proposal(915e6, "Hz", "the middle of 902-928 MHz; sub-1 GHz by TGbp msg00705", [0.98, 1.02]),
    distance_m: assumed(
      3,
      "m",
      "ours: it brings the mean among those of the Mementos traces, taken within 2.4 m",
      [0.5, 2],
    ),
    gain_dBi: assumed(2, "dBi", "a half-wave dipole", [0, 1.5]),
    dwell_s: proposal(0.4, "s", "11-25/2061r0: dwell in the US, at most 0.4 s on one channel", [0.5, 1]),
    duty: assumed(0.5, "1", "ours: half of the time is left to others", [0.2, 2]),
    fading_dB: assumed(4, "dB", "ours: indoor shadowing is usually put at 3 .. 6 dB", [0.5, 2]),
    fadingStep_s: assumed(0.05, "s", "ours: 1 m/s for a sixth of a 915 MHz wavelength", [0.5, 2]),
    correlation_s: assumed(1, "s", "ours: 1 m/s over 1 m", [0.3, 3]),
    rectifier: "sms7630-1v0",
  },
} as const satisfies Record<string, EnergizerProfile>;
