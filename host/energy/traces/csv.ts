/*
 * Traces as comma-separated values with a header that names two columns in any order: a time, and what the power is made
 * of. A column's name is a quantity, or a quantity, _ and a unit:
 *
 *   t    time        t, t_s, t_ms, t_us        P    power          P, P_W, P_mW, P_uW, P_nW
 *   V    voltage     V, V_V, V_mV, V_uV        lux  illuminance    lux
 *
 * V stands across a resistance that the caller names (P = V^2 / R), lux falls on a cell that the caller names. Blank
 * lines and what follows a # are passed over.
 */
// The build for pages: the plain one imports Node's Buffer.
import { type CsvError, parse } from "csv-parse/browser/esm/sync";
import { EnergyError } from "../error.ts";
import type { Cell } from "../pv/cell.ts";
import { parseNumber } from "./number.ts";
import { type GapPolicy, Samples, type Trace } from "./trace.ts";

export interface CsvOptions {
  readonly gaps: GapPolicy;
  /** For a column V. */
  readonly load_Ohm?: number;
  /** For a column lux. */
  readonly cell?: Cell;
  /** For a column lux: part of the light that reaches the cell. */
  readonly light?: number;
}

/** What one of a unit is in SI units. */
const UNITS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  t: { "": 1, s: 1, ms: 1e-3, us: 1e-6 },
  P: { "": 1, W: 1, mW: 1e-3, uW: 1e-6, nW: 1e-9 },
  V: { "": 1, V: 1, mV: 1e-3, uV: 1e-6 },
  lux: { "": 1 },
};

interface Column {
  /** As the header has it. */
  readonly name: string;
  readonly quantity: string;
  /** SI units of one. */
  readonly unit: number;
}

/** Where csv-parse found a record. */
interface Row {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** @throws EnergyError with the line of whatever is no trace. */
export function parseCsv(text: string, options: CsvOptions): Trace {
  const [header, ...rows] = readRows(text);
  if (header === undefined) throw new EnergyError("the trace is empty, where a header such as t_s,P_uW is needed");
  const columns = readHeader(header);
  const time = columns.findIndex(({ quantity }) => quantity === "t");
  const other = 1 - time;
  const power_W = powerOf(columns[other], header.info.lines, options);
  const samples = new Samples();
  for (const { record, info } of rows) {
    const line = info.lines;
    if (record.length !== columns.length) {
      throw new EnergyError(
        `line ${line}: the number of its columns is ${record.length}, where the header has ${columns.length}`,
      );
    }
    const time_s = parseNumber(record[time], line, columns[time].name) * columns[time].unit;
    if (time_s < 0)
      throw new EnergyError(`line ${line}: the time ${record[time]} is negative, where it starts at 0 or later`);
    const value = parseNumber(record[other], line, columns[other].name) * columns[other].unit;
    if (value < 0 && columns[other].quantity !== "V") {
      throw new EnergyError(
        `line ${line}: ${columns[other].name} is ${record[other]}, where no source gives less than 0`,
      );
    }
    samples.add(line, time_s, power_W(value));
  }
  return samples.trace(options.gaps);
}

/** Watts from the second column's value. */
function powerOf({ name, quantity }: Column, line: number, { load_Ohm, cell, light = 1 }: CsvOptions) {
  if (quantity === "V") {
    if (load_Ohm === undefined) {
      throw new EnergyError(
        `line ${line}: column ${name} is a voltage, which needs load_Ohm, the resistance it stood across`,
      );
    }
    if (!(load_Ohm > 0))
      throw new EnergyError(`the load resistance is ${load_Ohm} Ohm, where a number above 0 is needed`);
    return (v_V: number): number => (v_V * v_V) / load_Ohm;
  }
  if (quantity === "lux") {
    if (cell === undefined)
      throw new EnergyError(
        `line ${line}: column ${name} is light, which needs a cell that it falls on, such as am1417`,
      );
    return (lux: number): number => cell.power_W(light * lux);
  }
  return (power_W: number): number => power_W;
}

function readHeader({ record, info }: Row): readonly Column[] {
  const columns = record.map((name) => columnOf(name, info.lines));
  const quantities = columns.map(({ quantity }) => quantity);
  if (columns.length !== 2 || quantities.filter((quantity) => quantity === "t").length !== 1) {
    throw new EnergyError(
      `line ${info.lines}: the header has the columns ${record.join(", ")}, where t and one of P, V and lux are needed`,
    );
  }
  return columns;
}

function columnOf(name: string, line: number): Column {
  const [quantity, unit = "", ...more] = name.split("_");
  const units = Object.hasOwn(UNITS, quantity) ? UNITS[quantity] : undefined;
  if (units === undefined || more.length > 0) {
    throw new EnergyError(
      `line ${line}: ${JSON.stringify(name)} is no column of a trace; they are t, P, V and lux, with a unit as in t_ms or P_uW`,
    );
  }
  if (!Object.hasOwn(units, unit)) {
    const known = Object.keys(units).filter((key) => key !== "");
    const right = known.length > 0 ? known.map((key) => `${quantity}_${key}`).join(", ") : `${quantity} alone`;
    throw new EnergyError(`line ${line}: ${JSON.stringify(name)} has an unknown unit; right would be ${right}`);
  }
  return { name, quantity, unit: units[unit] };
}

function readRows(text: string): readonly Row[] {
  try {
    return parse(text, {
      info: true,
      bom: true,
      trim: true,
      comment: "#",
      skip_empty_lines: true,
      relax_column_count: true,
    }) as unknown as readonly Row[];
  } catch (error) {
    // An open quote and the like: csv-parse names the line in its own words.
    const { code, lines } = error as CsvError & { lines?: number };
    if (code === undefined) throw error;
    throw new EnergyError(`line ${lines ?? 1}: this is no CSV (${code.toLowerCase().replaceAll("_", " ")})`);
  }
}
