/*
 * shepherd's VirtualSourceConfig: a converter, its thresholds and its tables. Fields, units, ranges and defaults are
 * those of nes-lab/shepherd-tools, data_models/content/virtual_source_config.py; what is not there takes its default.
 *
 *     LUT_input_efficiency[row][column]   row floor(V / 2^V_min uV); column 0 below 2^I_min nA, one more for each doubling
 *     LUT_output_efficiency[column]       likewise, by the output's current
 *
 * (virtual_source_config_pru.py takes 1 from either I_min before the logarithm: so the column is that of the comments.)
 */
import { EnergyError } from "../error.ts";
import type { Harvester } from "../harvester.ts";
import { type Entry, parseEntries } from "./entries.ts";
import { Fields, type Part, shown } from "./fields.ts";

/** One VirtualSourceConfig in SI units. */
export interface VirtualSource {
  readonly name: string;
  readonly description: string;
  readonly boost: boolean;
  readonly buck: boolean;
  /** null: it holds no source anywhere. */
  readonly harvester: Harvester | null;
  readonly inputMax_V: number;
  readonly inputMax_A: number;
  readonly inputDrop_V: number;
  readonly inputResistance_Ohm: number;
  readonly boostLeast_V: number;
  readonly inputTable: {
    readonly rows: readonly (readonly number[])[];
    readonly vStep_V: number;
    readonly least_A: number;
  };
  readonly outputTable: { readonly columns: readonly number[]; readonly least_A: number };
  readonly vMax_V: number;
  /** Of the output's switch. */
  readonly enable_V: number;
  readonly disable_V: number;
  readonly check_s: number;
  /** Of the power-good line; immediate: it is not bound to the looks. */
  readonly powerGoodOn_V: number;
  readonly powerGoodOff_V: number;
  readonly immediatePowerGood: boolean;
  readonly output_V: number;
  readonly outputDrop_V: number;
  readonly outputCapacitance_F: number;
  /** A VirtualStorageConfig's name with what is changed in it, or a whole one; null: none. */
  readonly storage: Part | null;
  /** Sentences about what was passed over. */
  readonly warnings: readonly string[];
}

/** Rows and columns of a table. */
const LUT_SIZE = 12;
const ONES: readonly number[] = Array.from({ length: LUT_SIZE }, () => 1);
/** The greatest that 32 bits of micro-units hold. */
const U32_m = 4.29e6;

/** All sources of a file, parents put in. @throws EnergyError, one sentence. */
export function parseSources(yaml: string): VirtualSource[] {
  return parseEntries(yaml, "VirtualSourceConfig").map(sourceOf);
}

function sourceOf({ name, parameters }: Entry): VirtualSource {
  const fields = new Fields(name, parameters);
  const milli = (field: string, most: number, byDefault: number): number =>
    fields.number(field, 0, most, byDefault) / 1e3;
  const buck = fields.flag("enable_buck", false);
  const drain_ms = fields.number("interval_startup_delay_drain_ms", 0, 10_000, 0);
  const harvester = harvesterOf(name, fields.part("harvester"));
  const least_A = (field: string): number => 2 ** fields.whole(field, 1, 20, 1) / 1e9;
  const source = {
    name,
    description: fields.text("description", ""),
    boost: fields.flag("enable_boost", false),
    buck,
    harvester: harvester.harvester,
    inputMax_V: milli("V_input_max_mV", 10_000, 10_000),
    inputMax_A: milli("I_input_max_mA", 4290, 4200),
    inputDrop_V: milli("V_input_drop_mV", U32_m, 0),
    inputResistance_Ohm: milli("R_input_mOhm", U32_m, 0),
    boostLeast_V: milli("V_input_boost_threshold_mV", 10_000, 0),
    inputTable: {
      rows: fields.square("LUT_input_efficiency", LUT_SIZE, 0, 1) ?? ONES.map(() => ONES),
      vStep_V: 2 ** fields.whole("LUT_input_V_min_log2_uV", 0, 20, 0) / 1e6,
      least_A: least_A("LUT_input_I_min_log2_nA"),
    },
    outputTable: {
      columns: fields.numbers("LUT_output_efficiency", LUT_SIZE, 0, 1, ONES),
      least_A: least_A("LUT_output_I_min_log2_nA"),
    },
    vMax_V: milli("V_intermediate_max_mV", 10_000, 10_000),
    enable_V: milli("V_intermediate_enable_output_threshold_mV", 10_000, 1),
    disable_V: milli("V_intermediate_disable_output_threshold_mV", 10_000, 0),
    check_s: milli("interval_check_thresholds_ms", 4290, 0),
    powerGoodOn_V: milli("V_pwr_good_enable_threshold_mV", 10_000, 2800),
    powerGoodOff_V: milli("V_pwr_good_disable_threshold_mV", 10_000, 2200),
    immediatePowerGood: fields.flag("immediate_pwr_good_signal", true),
    output_V: milli("V_output_mV", 5000, 2400),
    outputDrop_V: milli("V_buck_drop_mV", 5000, 0),
    outputCapacitance_F: fields.number("C_output_uF", 0, U32_m, 1) / 1e6,
    storage: fields.part("storage"),
  };
  if (buck && source.outputTable.columns.includes(0)) {
    throw new EnergyError(`${name}: LUT_output_efficiency has a 0, where no load draws without end`);
  }
  if (buck && source.output_V === 0)
    throw new EnergyError(`${name}: V_output_mV is 0, where a buck converter gives more`);
  fields.passOver("enable_feedback_to_hrv", "V_output_log_gpio_threshold_mV");
  const delayed = drain_ms > 0 ? [`${name}: interval_startup_delay_drain_ms is not modelled, it was passed over`] : [];
  return { ...source, warnings: [...fields.unknown(), ...harvester.warnings, ...delayed] };
}

/** Of virtual_harvester_fixture.yaml: names of one harvester, and the fraction of V_oc that it takes. */
const FRACTIONS: Readonly<Record<string, number>> = {
  mppt_voc: 0.76,
  mppt_bq: 0.76,
  mppt_bq_solar: 0.76,
  mppt_bqt: 0.5,
  mppt_bq_thermoelectric: 0.5,
};
/** Assumption: to perturb and observe comes to the optimum. */
const OPTIMA = ["mppt_opt", "mppt_po"];
/** They leave the source where the recording has it. */
const NONE = ["neutral", "direct"];
/** cv20 holds 2.0 V. */
const CONSTANT = /^cv(\d\d)$/;

function harvesterOf(source: string, part: Part | null): { harvester: Harvester | null; warnings: readonly string[] } {
  if (part === null) return { harvester: { kind: "mppt_opt" }, warnings: [] };
  const fields = new Fields(`${source}: harvester`, part);
  const name = fields.text("name", "mppt_opt").toLowerCase();
  const harvester = ((): Harvester | null => {
    if (OPTIMA.includes(name)) return { kind: "mppt_opt" };
    if (NONE.includes(name)) return null;
    if (Object.hasOwn(FRACTIONS, name)) {
      const fraction = fields.number("setpoint_n", 0, 1, FRACTIONS[name]);
      if (fraction > 0) return { kind: "mppt_voc", fraction };
      throw new EnergyError(
        `${source}: harvester: setpoint_n is 0, where a part of the open-circuit voltage is needed`,
      );
    }
    const [, tenths] = CONSTANT.exec(name) ?? [];
    if (tenths !== undefined) {
      return { kind: "cv", v_V: fields.number("voltage_mV", 0, 5000, 100 * Number(tenths)) / 1e3 };
    }
    const known = [...OPTIMA, ...NONE, ...Object.keys(FRACTIONS), "cv20"].join(", ");
    throw new EnergyError(
      `${source}: harvester is ${shown(part.name)}, where one of ${known} (any two digits) is needed`,
    );
  })();
  return { harvester, warnings: fields.unknown() };
}
