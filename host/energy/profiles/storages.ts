/*
 * Storage capacitors and the voltages between which a station lives on them.
 */
import { assumed, datasheet, proposal } from "../quantity.ts";
import type { StorageProfile } from "./profile.ts";

/**
 * R C of a 10 uF MLCC: 9.78 MOhm x 10 uF = 97.8 s. Leakage grows with the area of the plates as C does, so R is
 * 97.8 s / C for any C of that kind.
 */
const MLCC_LEAK = "nes-lab/shepherd-tools c5078eb, virtual_storage_fixture_mlcc.yaml: R_leak of Capacitor_10uF_6.3V";
const MLCC_RC_s = 9.78e6 * 10e-6;
/** The nominal capacitance of a class 2 ceramic is what it has without bias; at its rated voltage half may be gone. */
const MLCC_BAND = [0.5, 1.2] as const;

const IEEE_25_2061 = "11-25/2061r0: 1 uF, 1.2 V -> 0.9 V, 0.315 uJ usable";
const SIMULATED = "the station is turned on at 3.0 V and off at 1.8 V, the least supply of most MCUs";

export const STORAGES = {
  tgbp: {
    name: "tgbp",
    summary: "1 uF between 1.2 V and 0.9 V, 0.315 uJ: the task group's own figure",
    capacitance_F: proposal(1e-6, "F", IEEE_25_2061),
    leak_Ohm: assumed(MLCC_RC_s / 1e-6, "Ohm", `97.8 s / C; ${MLCC_LEAK}`),
    // Assumption: 1.2 V is also where the regulator clamps; a higher clamp would make more than the 0.315 uJ usable.
    vMax_V: assumed(1.2, "V", "the upper end of the proposal's swing", [1, 1.5]),
    vOn_V: proposal(1.2, "V", IEEE_25_2061, [0.9, 1.1]),
    vOff_V: proposal(0.9, "V", IEEE_25_2061, [0.9, 1.1]),
  },
  "mlcc-10uF": {
    name: "mlcc-10uF",
    summary: "10 uF ceramic between 3.0 V and 1.8 V, 28.8 uJ",
    capacitance_F: datasheet(10e-6, "F", "nominal value of the part", MLCC_BAND),
    leak_Ohm: datasheet(9.78e6, "Ohm", MLCC_LEAK, [0.3, 3]),
    vMax_V: assumed(3.6, "V", "the most that most MCUs of 1.8 .. 3.6 V may get", [0.9, 1.1]),
    vOn_V: assumed(3.0, "V", SIMULATED, [0.8, 1.1]),
    vOff_V: assumed(1.8, "V", SIMULATED, [0.95, 1.2]),
  },
  "mlcc-47uF": {
    name: "mlcc-47uF",
    summary: "47 uF ceramic between 3.0 V and 1.8 V, 135 uJ",
    capacitance_F: datasheet(47e-6, "F", "nominal value of the part", MLCC_BAND),
    leak_Ohm: datasheet(MLCC_RC_s / 47e-6, "Ohm", `97.8 s / C; ${MLCC_LEAK}`, [0.3, 3]),
    vMax_V: assumed(3.6, "V", "the most that most MCUs of 1.8 .. 3.6 V may get", [0.9, 1.1]),
    vOn_V: assumed(3.0, "V", SIMULATED, [0.8, 1.1]),
    vOff_V: assumed(1.8, "V", SIMULATED, [0.95, 1.2]),
  },
} as const satisfies Record<string, StorageProfile>;
