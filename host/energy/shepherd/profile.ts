/*
 * A converter and a capacitor of shepherd's as profiles, as a station can be run on them.
 *
 * shepherd has two pairs of thresholds: one switches the output, the other drives a line that tells the target. A station
 * has one. Assumption: it goes by the output's; where that is never switched off again (0 V), by the line's; and where
 * the line is immediate (a Schmitt trigger), the station sees its threshold without waiting for a look.
 */
import { EnergyError } from "../error.ts";
import type { ConverterProfile } from "../profiles/converter.ts";
import { assumed, type Quantity } from "../quantity.ts";
import type { VirtualSource } from "./source.ts";

/** @param file its name, without a path, for the sources of the numbers. @throws EnergyError for thresholds of no use. */
export function converterOf(source: VirtualSource, file: string): ConverterProfile {
  const { name, boost, buck, harvester } = source;
  const from = (value: number, unit: string): Quantity => assumed(value, unit, `${name} of ${file}`);
  if (boost && harvester === null) {
    throw new EnergyError(
      `${name}: its harvester holds the source nowhere, where a boost converter needs one that does`,
    );
  }
  const isSwitched = source.disable_V > 0;
  // Below output and drop a buck converter has nothing to regulate with.
  const least_V = buck ? Number((source.output_V + source.outputDrop_V).toPrecision(12)) : 0;
  const vOn_V = Math.max(isSwitched ? source.enable_V : source.powerGoodOn_V, least_V);
  const vOff_V = Math.max(isSwitched ? source.disable_V : source.powerGoodOff_V, least_V);
  if (!(vOff_V > 0 && vOn_V > vOff_V && source.vMax_V >= vOn_V)) {
    throw new EnergyError(
      `${name}: a station on it goes on at ${vOn_V} V, off at ${vOff_V} V, and the storage up to ${source.vMax_V} V, ` +
        "where 0 < off < on <= most is needed",
    );
  }
  const note = { source: `${name} of ${file}`, status: "assumed" } as const;
  return {
    name,
    summary: source.description || `${name} of ${file}`,
    harvester: harvester ?? { kind: "mppt_opt" },
    inputDrop_V: from(source.inputDrop_V, "V"),
    inputResistance_Ohm: from(boost ? 0 : source.inputResistance_Ohm, "Ohm"),
    inputMax_V: from(source.inputMax_V, "V"),
    inputMax_A: from(source.inputMax_A, "A"),
    boost: boost ? { ...source.inputTable, ...note } : null,
    boostLeast_V: from(source.boostLeast_V, "V"),
    vMax_V: from(source.vMax_V, "V"),
    vOn_V: from(vOn_V, "V"),
    vOff_V: from(vOff_V, "V"),
    check_s: from(source.immediatePowerGood ? 0 : source.check_s, "s"),
    buck: buck ? { ...source.outputTable, ...note } : null,
    output_V: from(buck ? source.output_V : 0, "V"),
    outputDrop_V: from(source.outputDrop_V, "V"),
  };
}
