/*
 * Converters as nes-lab/shepherd-tools describes them (MIT licence): the figures are theirs, "taken from the DK-Board"
 * for the BQ25504; the BQ25570 has the same input stage.
 */
import { assumed, datasheet } from "../quantity.ts";
import type { ConverterProfile, InputTable, OutputTable } from "./converter.ts";

const SHEPHERD = "nes-lab/shepherd-tools c5078eb, virtual_source_fixture.yaml";

/** Rows from below 131 mV in steps of 131 mV, columns from below 8.2 uA doubling. */
const BQ_INPUT: InputTable = {
  rows: [
    [0.01, 0.01, 0.02, 0.05, 0.1, 0.15, 0.15, 0.2, 0.25, 0.3, 0.3, 0.35],
    [0.1, 0.2, 0.3, 0.4, 0.5, 0.55, 0.56, 0.57, 0.58, 0.59, 0.6, 0.61],
    [0.2, 0.4, 0.5, 0.6, 0.65, 0.66, 0.67, 0.68, 0.69, 0.7, 0.71, 0.72],
    [0.35, 0.55, 0.65, 0.71, 0.73, 0.74, 0.75, 0.75, 0.76, 0.77, 0.77, 0.78],
    [0.45, 0.65, 0.7, 0.73, 0.75, 0.77, 0.78, 0.79, 0.8, 0.81, 0.81, 0.82],
    [0.5, 0.7, 0.74, 0.76, 0.78, 0.79, 0.8, 0.81, 0.82, 0.83, 0.83, 0.84],
    [0.52, 0.73, 0.76, 0.78, 0.8, 0.81, 0.82, 0.83, 0.84, 0.85, 0.85, 0.86],
    [0.53, 0.75, 0.77, 0.79, 0.81, 0.82, 0.83, 0.84, 0.85, 0.86, 0.86, 0.87],
    [0.55, 0.77, 0.78, 0.8, 0.82, 0.83, 0.85, 0.86, 0.87, 0.87, 0.87, 0.88],
    [0.56, 0.78, 0.79, 0.81, 0.83, 0.85, 0.87, 0.88, 0.88, 0.88, 0.88, 0.89],
    [0.58, 0.79, 0.8, 0.82, 0.84, 0.86, 0.88, 0.89, 0.89, 0.89, 0.89, 0.9],
    [0.6, 0.8, 0.81, 0.83, 0.85, 0.87, 0.89, 0.9, 0.9, 0.9, 0.9, 0.9],
  ],
  vStep_V: 0.131072,
  least_A: 8.192e-6,
  source: `${SHEPHERD}: LUT_input_efficiency of BQ25504, 2^17 uV a row, 2^13 nA the first column`,
  status: "measured",
  band: [0.9, 1.1],
};

/** Columns from below 1 uA doubling. */
const BQ_OUTPUT: OutputTable = {
  columns: [0.4, 0.5, 0.6, 0.73, 0.82, 0.86, 0.88, 0.9, 0.91, 0.92, 0.93, 0.92],
  least_A: 1.024e-6,
  source: `${SHEPHERD}: LUT_output_efficiency of BQ25570, 2^10 nA the first column`,
  status: "datasheet",
  band: [0.9, 1.1],
};

const NO_BUCK = { output_V: assumed(0, "V", "there is no buck converter"), buck: null } as const;
/** A regulator's own threshold is trimmed to a few per cent. */
const THRESHOLD = [0.97, 1.03] as const;

export const CONVERTERS = {
  "diode-capacitor": {
    name: "diode-capacitor",
    summary: "a diode between source and storage, and a comparator",
    harvester: { kind: "mppt_opt" },
    inputDrop_V: assumed(0.3, "V", `${SHEPHERD}: V_input_drop of diode+capacitor`, [0.5, 2]),
    inputResistance_Ohm: assumed(0, "Ohm", `${SHEPHERD}: R_input of diode+capacitor`),
    inputMax_V: assumed(10, "V", `${SHEPHERD}: V_input_max of neutral`),
    inputMax_A: assumed(4.2, "A", `${SHEPHERD}: I_input_max of neutral`),
    boost: null,
    boostLeast_V: assumed(0, "V", "there is no boost converter"),
    vMax_V: assumed(3.6, "V", "the most that most MCUs of 1.8 .. 3.6 V may get", [0.9, 1.1]),
    vOn_V: assumed(2, "V", `${SHEPHERD}: V_intermediate_enable_output_threshold of diode+capacitor`, THRESHOLD),
    vOff_V: assumed(1.8, "V", `${SHEPHERD}: V_intermediate_disable_output_threshold of diode+capacitor`, THRESHOLD),
    check_s: assumed(0, "s", `${SHEPHERD}: interval_check_thresholds of neutral`),
    outputDrop_V: assumed(0, "V", "there is no buck converter"),
    ...NO_BUCK,
  },
  bq25504: {
    name: "bq25504",
    summary: "TI BQ25504 class: a boost converter that looks at its storage each 64 ms",
    harvester: { kind: "mppt_voc", fraction: 0.76 },
    inputDrop_V: assumed(0, "V", "there is no diode in the input"),
    inputResistance_Ohm: assumed(0, "Ohm", "with boost there is none"),
    inputMax_V: datasheet(3, "V", `${SHEPHERD}: V_input_max of BQ25504`),
    inputMax_A: datasheet(0.1, "A", `${SHEPHERD}: I_input_max of BQ25504`),
    boost: BQ_INPUT,
    boostLeast_V: datasheet(0.13, "V", `${SHEPHERD}: V_input_boost_threshold of BQ25504`),
    vMax_V: assumed(3.6, "V", `${SHEPHERD}: V_intermediate_max of BQ25504`, THRESHOLD),
    vOn_V: assumed(2.8, "V", `${SHEPHERD}: V_pwr_good_enable_threshold of BQ25504`, THRESHOLD),
    vOff_V: assumed(2.34, "V", `${SHEPHERD}: V_pwr_good_disable_threshold of BQ25504`, THRESHOLD),
    check_s: datasheet(64e-3, "s", `${SHEPHERD}: interval_check_thresholds of BQ25504`),
    outputDrop_V: assumed(0, "V", "there is no buck converter"),
    ...NO_BUCK,
  },
  bq25570: {
    name: "bq25570",
    summary: "TI BQ25570 class: boost, buck to 2.2 V, and a look at its storage each 64 ms",
    harvester: { kind: "mppt_voc", fraction: 0.76 },
    inputDrop_V: assumed(0, "V", "there is no diode in the input"),
    inputResistance_Ohm: assumed(0, "Ohm", "with boost there is none"),
    inputMax_V: datasheet(5.1, "V", `${SHEPHERD}: V_input_max of BQ25570`),
    inputMax_A: datasheet(0.1, "A", `${SHEPHERD}: I_input_max of BQ25570`),
    boost: BQ_INPUT,
    boostLeast_V: datasheet(0.1, "V", `${SHEPHERD}: V_input_boost_threshold of BQ25570`),
    vMax_V: assumed(5.5, "V", `${SHEPHERD}: V_intermediate_max of BQ25570`, THRESHOLD),
    vOn_V: assumed(3, "V", `${SHEPHERD}: V_intermediate_enable_output_threshold of BQ25570`, THRESHOLD),
    vOff_V: assumed(2.4, "V", `${SHEPHERD}: V_intermediate_disable_output_threshold of BQ25570`, THRESHOLD),
    check_s: datasheet(64e-3, "s", `${SHEPHERD}: interval_check_thresholds of BQ25570`),
    buck: BQ_OUTPUT,
    output_V: assumed(2.2, "V", `${SHEPHERD}: V_output of BQ25570`, THRESHOLD),
    outputDrop_V: assumed(0.2, "V", `${SHEPHERD}: V_buck_drop of BQ25570`, [0.5, 1.5]),
  },
} as const satisfies Record<string, ConverterProfile>;

/** What a dead MCU draws; at most 64 ms long, which is what makes a slow supervisor dear. */
export const DEAD_MCU_A = assumed(
  0.5e-3,
  "A",
  `${SHEPHERD}: of diode+capacitor, "nRF draw ~0.5 mA below that point"`,
  [0.2, 2],
);
