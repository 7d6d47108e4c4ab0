/*
 * Traces as comma-separated values with a header that names the columns in any order: a time, and what the power is made
 * of, which is P, V, lux, or V and I. A column's name is a quantity, or a quantity, _ and a unit:
 *
 *   t    time        t, t_s, t_ms, t_us        P    power          P, P_W, P_mW, P_uW, P_nW
 *   V    voltage     V, V_V, V_mV, V_uV        I    current        I, I_A, I_mA, I_uA, I_nA
 *   lux  illuminance lux
 *
 * V alone stands across a resistance that the caller names (P = V^2 / R), V and I are the point that the source was held
 * at, lux falls on a cell that the caller names. Blank lines and what follows a # are passed over.
 */
// The build for pages: the plain one imports Node's Buffer.
import { type CsvError, parse } from "csv-parse/browser/esm/sync";
import { EnergyError } from "../error.ts";
import type { Cell } from "../pv/cell.ts";
import { parseNumber } from "./number.ts";
import type { PointRecording, PowerRecording } from "./recording.ts";
import { type GapOptions, Stamps } from "./stamps.ts";
import { Samples } from "./trace.ts";

export interface CsvOptions extends GapOptions {
  /** For a column V alone. */
  readonly load_Ohm?: number;
  /** For a column lux. */
  readonly cell?: Cell;
  /** For a column lux: part of the light that reaches the cell. */
  readonly light?: number;
}

/** Columns of a trace, in the order of the alphabet. */
const HEADERS: readonly string[] = ["P t", "V t", "lux t", "I V t"];

/** What one of a unit is in SI units. */
const UNITS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  t: { "": 1, s: 1, ms: 1e-3, us: 1e-6 },
  P: { "": 1, W: 1, mW: 1e-3, uW: 1e-6, nW: 1e-9 },
  V: { "": 1, V: 1, mV: 1e-3, uV: 1e-6 },
  I: { "": 1, A: 1, mA: 1e-3, uA: 1e-6, nA: 1e-9 },
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

/** Whether this first line may be meant for a header, or for numbers whose header is missing; of nothing else, neither. */
export function isCsv(firstLine: string): boolean {
  const cells = firstLine.split(",").map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
  if (firstLine === "" || cells.some((cell) => Object.hasOwn(UNITS, cell.split("_")[0]))) return true;
  return cells.length > 1 && cells.every((cell) => /^[\w.+-]*$/.test(cell));
}

/** @throws EnergyError with the line of whatever is no trace. */
export function parseCsv(text: string, options: CsvOptions): PowerRecording | PointRecording {
  const [header, ...rows] = readRows(text);
  if (header === undefined) throw new EnergyError("the trace is empty, where a header such as t_s,P_uW is needed");
  const columns = readHeader(header);
  if (columns.length > 2) return pointsOf(columns, rows, options);
  const time = columns.findIndex(({ quantity }) => quantity === "t");
  const other = columns[1 - time];
  const power_W = powerOf(other, header.info.lines, options);
  const samples = new Samples();
  for (const row of rows) {
    checkWidth(row, columns);
    const { lines } = row.info;
    const value = other.quantity === "V" ? numberIn(row, columns, 1 - time) : magnitudeIn(row, columns, 1 - time);
    samples.add(lines, timeIn(row, columns, time), power_W(value));
  }
  return { kind: "power", ...samples.trace(options) };
}

function pointsOf(columns: readonly Column[], rows: readonly Row[], options: CsvOptions): PointRecording {
  const [time, voltage, current] = ["t", "V", "I"].map((wish) =>
    columns.findIndex(({ quantity }) => quantity === wish),
  );
  const stamps = new Stamps();
  const points: (readonly [v_V: number, i_A: number])[] = [];
  for (const row of rows) {
    checkWidth(row, columns);
    stamps.add(row.info.lines, timeIn(row, columns, time));
    const point = [magnitudeIn(row, columns, voltage), magnitudeIn(row, columns, current)] as const;
    if (!Number.isFinite(point[0] * point[1])) {
      throw new EnergyError(
        `line ${row.info.lines}: it comes to a power of ${point[0] * point[1]} W, where a finite one is needed`,
      );
    }
    points.push(point);
  }
  const { times_s, from, end_s } = stamps.laid(options);
  const column = (k: 0 | 1): Float64Array => Float64Array.from(from, (i) => (i < 0 ? 0 : points[i][k]));
  return { kind: "points", times_s, end_s, v_V: column(0), i_A: column(1) };
}

function checkWidth({ record, info }: Row, columns: readonly Column[]): void {
  if (record.length === columns.length) return;
  throw new EnergyError(
    `line ${info.lines}: the number of its columns is ${record.length}, where the header has ${columns.length}`,
  );
}

function numberIn({ record, info }: Row, columns: readonly Column[], k: number): number {
  return parseNumber(record[k], info.lines, columns[k].name) * columns[k].unit;
}

function magnitudeIn(row: Row, columns: readonly Column[], k: number): number {
  const value = numberIn(row, columns, k);
  if (value >= 0) return value;
  throw new EnergyError(
    `line ${row.info.lines}: ${columns[k].name} is ${row.record[k]}, where no source gives less than 0`,
  );
}

function timeIn(row: Row, columns: readonly Column[], k: number): number {
  const time_s = numberIn(row, columns, k);
  if (time_s >= 0) return time_s;
  throw new EnergyError(`line ${row.info.lines}: the time ${row.record[k]} is negative, where it starts at 0 or later`);
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
  const quantities = columns.map(({ quantity }) => quantity).sort();
  if (HEADERS.includes(quantities.join(" "))) return columns;
  throw new EnergyError(
    `line ${info.lines}: the header has the columns ${record.join(", ")}, where t and one of P, V, lux, or V with I, are needed`,
  );
}

function columnOf(name: string, line: number): Column {
  const [quantity, unit = "", ...more] = name.split("_");
  const units = Object.hasOwn(UNITS, quantity) ? UNITS[quantity] : undefined;
  if (units === undefined || more.length > 0) {
    throw new EnergyError(
      `line ${line}: ${JSON.stringify(name)} is no column of a trace; they are t, P, V, I and lux, with a unit as in t_ms or P_uW`,
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
