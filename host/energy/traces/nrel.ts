/*
 * Daylight as the NREL Solar Radiation Research Laboratory records it (MIDC, doi 10.5439/1052221): comma-separated lines
 * of date, hour and minute, and global irradiance, under the header DATE (MM/DD/YYYY),MST,<instrument> [W/m^2].
 */
import { EnergyError } from "../error.ts";
import type { Cell } from "../pv/cell.ts";
import { assumed } from "../quantity.ts";
import { parseNumber } from "./number.ts";
import type { GapOptions } from "./stamps.ts";
import { Samples, type Trace } from "./trace.ts";

/** What an irradiance of daylight is as illuminance. */
const DAYLIGHT_lux_m2_W = assumed(
  120,
  "lux m2/W",
  "luminous efficacy of daylight, usually put at 100 .. 130 lm/W",
  [0.8, 1.1],
);

const LINE = /^(\d{1,2})\/(\d{1,2})\/(\d{4}),(\d\d):(\d\d),(.*)$/;
const HEADER = /^DATE \(MM\/DD\/YYYY\),[A-Z]+,.*\[W\/m\^2\]\s*$/;

/** Whether a file that begins with this line is one. */
export function isNrel(firstLine: string): boolean {
  return HEADER.test(firstLine);
}

/**
 * The power of a cell to which the part `light` of the daylight comes. A pyranometer reads a few W/m^2 below 0 at night:
 * that is no light.
 * @throws EnergyError with the line of whatever is no trace.
 */
export function parseNrel(text: string, options: GapOptions, cell: Cell, light = 1): Trace {
  const samples = new Samples();
  for (const [i, row] of text.split(/\r?\n/).entries()) {
    if (i === 0 || row.trim() === "") continue;
    const line = i + 1;
    const parts = LINE.exec(row);
    if (parts === null) {
      throw new EnergyError(
        `line ${line}: ${JSON.stringify(row)} is no date, time and irradiance, such as 1/31/2023,09:05,12.5`,
      );
    }
    const [month, day, year, hours, minutes] = parts.slice(1, 6).map(Number);
    const irradiance = parseNumber(parts[6].trim(), line, "the irradiance in W/m^2");
    const lux = light * DAYLIGHT_lux_m2_W.value * Math.max(irradiance, 0);
    samples.add(line, 60 * (60 * (24 * daysOf(year, month, day) + hours) + minutes), cell.power_W(lux));
  }
  return samples.trace(options);
}

/** Days since 1 March of year 0 in the Gregorian calendar: a year that begins in March ends with its leap day. */
function daysOf(year: number, month: number, day: number): number {
  const y = month > 2 ? year : year - 1;
  const inYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return 365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + inYear;
}
