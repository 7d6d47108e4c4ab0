/*
 * The stage between a source and a storage, and between the storage and the loads:
 *
 *     source -> harvester -> input diode -> boost ─┐
 *                                       (or direct)├─> storage -> switch with hysteresis -> buck -> loads
 *
 *     boost    V' = min(V - V_drop, V_inmax),  I' = min(I, I_inmax)
 *              P_stored = eta_in(V', I') V' I',  0 below V_least
 *     direct   the source works at  V = V_storage + V_drop + I R,  P_stored = V_storage I(V)
 *     buck     P_storage = P_load / eta_out(I_out),  I_out = P_load / V_out
 *
 * The tables are those of shepherd's virtual source (nes-lab/shepherd-tools, virtual_converter_model.py and
 * virtual_source_config_pru.py), constant in each of their cells: rows are linear in the voltage, columns double the
 * current.
 */
import { EnergyError } from "./error.ts";
import type { Harvest } from "./harvest.ts";
import { pointOn } from "./harvester.ts";
import type { ConverterProfile, InputTable, OutputTable } from "./profiles/converter.ts";
import type { Recording } from "./traces/recording.ts";
import type { Trace } from "./traces/trace.ts";

/** Row floor(V / vStep_V) and the column of I: the last of each holds all above it. */
export function inputEfficiency({ rows, vStep_V, least_A }: InputTable, v_V: number, i_A: number): number {
  const row = rows[Math.min(Math.floor(v_V / vStep_V), rows.length - 1)];
  return row[columnOf(i_A, least_A, row.length)];
}

export function outputEfficiency({ columns, least_A }: OutputTable, i_A: number): number {
  return columns[columnOf(i_A, least_A, columns.length)];
}

/** 0 below least_A, then one more for each doubling: column k >= 1 begins at least_A 2^(k - 1). */
function columnOf(i_A: number, least_A: number, count: number): number {
  let column = 0;
  for (let bound_A = least_A; column < count - 1 && i_A >= bound_A; bound_A *= 2) column++;
  return column;
}

/** Watts into the storage from a source at v_V that gives i_A, through a boost converter. */
export function boosted_W(converter: ConverterProfile, v_V: number, i_A: number): number {
  const { boost, boostLeast_V, inputDrop_V, inputMax_V, inputMax_A } = converter;
  if (boost === null) throw new EnergyError(`${converter.name}: it has no boost converter`);
  const in_V = Math.min(v_V - inputDrop_V.value, inputMax_V.value);
  if (!(in_V > 0 && in_V >= boostLeast_V.value)) return 0;
  const in_A = Math.min(i_A, inputMax_A.value);
  return inputEfficiency(boost, in_V, in_A) * in_V * in_A;
}

/** Watts out of the storage for a load of load_W at the output, J/s both. */
export function drawnFor_W({ buck, output_V }: ConverterProfile, load_W: number): number {
  return buck === null ? load_W : load_W / outputEfficiency(buck, load_W / output_V.value);
}

/**
 * What comes into the storage of a recording, through a boost converter.
 * @param source_V at which a source gave the power of a recording that says no more.
 * @throws EnergyError for a recording of power without that voltage.
 */
export function harvestThrough(recording: Recording, converter: ConverterProfile, source_V: number | null): Trace {
  const { times_s, end_s } = recording;
  const power_W = new Float64Array(times_s.length);
  for (let i = 0; i < times_s.length; i++) {
    const { v_V, i_A } = offered(recording, i, converter, source_V);
    power_W[i] = boosted_W(converter, v_V, i_A);
  }
  return { times_s, power_W, end_s };
}

/** A source of power alone through a boost converter, held at source_V: I = P / V. */
export function throughBoost(harvest: Harvest, converter: ConverterProfile, source_V: number): Harvest {
  return {
    end_s: (i) => harvest.end_s(i),
    power_W: (i) => boosted_W(converter, source_V, harvest.power_W(i) / source_V),
  };
}

/** The voltage and the current at the converter's input in entry i. */
function offered(
  recording: Recording,
  i: number,
  { name, harvester }: ConverterProfile,
  source_V: number | null,
): { readonly v_V: number; readonly i_A: number } {
  switch (recording.kind) {
    case "points":
      return { v_V: recording.v_V[i], i_A: recording.i_A[i] };
    case "curves":
      return pointOn(recording, i, harvester);
    case "power":
      if (source_V === null) throw new EnergyError(needsVoltage(name));
      return { v_V: source_V, i_A: recording.power_W[i] / source_V };
  }
}

/** The sentence for a source of which only the power is known. */
export function needsVoltage(name: string): string {
  return (
    `the source is known by its power alone, where the efficiency of ${name} depends on its voltage: ` +
    "converter.source_V would say it"
  );
}

/** The same source with factor times its power: of a voltage that is known it gives more current. */
export function scaledRecording(recording: Recording, factor: number): Recording {
  if (factor === 1) return recording;
  const times = (numbers: Float64Array): Float64Array => numbers.map((number) => factor * number);
  if (recording.kind === "power") return { ...recording, power_W: times(recording.power_W) };
  return { ...recording, i_A: times(recording.i_A) };
}
