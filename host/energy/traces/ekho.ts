/*
 * I-V surfaces as Ekho records them and Siren (PERSISTLab/BatterylessSim) keeps them: a line n, a line vmin,vmax, and
 * then lines t,i0,...,i(2^n): seconds, and the amperes that the source gives at 2^n + 1 voltages,
 *
 *   V_k = vmin + (vmax - vmin) k / 2^n
 *
 * That is how ekho/surface_maker.py spreads them. Deviation: Siren's own reader divides by 2^n + 1 and leaves vmin out,
 * so that it never reaches vmax. It also takes, at any instant, the line after it; all its files have equal steps, and
 * begun at the first line that is the same recording. What follows a # is passed over.
 */
import { EnergyError } from "../error.ts";
import { parseNumber } from "./number.ts";
import type { CurveRecording } from "./recording.ts";
import { type GapOptions, Stamps } from "./stamps.ts";

/** 65,537 voltages: far more than any recorder has. */
const N_MAX = 16;

/** Whether a file that begins with this line is one: a whole number of one or two digits, and nothing else. */
export function isEkho(firstLine: string): boolean {
  return /^\d{1,2}\s*(#.*)?$/.test(firstLine);
}

/** @throws EnergyError with the line of whatever is no surface. */
export function parseEkho(text: string, options: GapOptions): CurveRecording {
  const stamps = new Stamps();
  const curves: Float64Array[] = [];
  let voltages: Float64Array | undefined;
  let points = 0;
  for (const [index, row] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    const cells = row.replace(/#.*$/, "").trim();
    if (cells === "") continue;
    const line = index + 1;
    const fields = cells.split(",").map((field) => field.trim());
    if (points === 0) points = pointsOf(fields, line);
    else if (voltages === undefined) voltages = voltagesOf(fields, points, line);
    else {
      if (fields.length !== points + 1) {
        throw new EnergyError(
          `line ${line}: the number of its columns is ${fields.length}, where a time and ${points} currents are needed`,
        );
      }
      stamps.add(line, parseNumber(fields[0], line, "the time in s"));
      curves.push(currentsOf(fields.slice(1), voltages, line));
    }
  }
  if (voltages === undefined) {
    throw new EnergyError("the surface ends before its second line, where vmin,vmax are needed, such as 0,3.5");
  }
  const { times_s, from, end_s } = stamps.laid(options);
  const i_A = new Float64Array(times_s.length * points);
  for (const [i, row] of from.entries()) if (row >= 0) i_A.set(curves[row], i * points);
  return { kind: "curves", times_s, end_s, v_V: voltages, i_A };
}

function pointsOf(fields: readonly string[], line: number): number {
  const n = Number(fields[0]);
  if (!(fields.length === 1 && n >= 1 && n <= N_MAX)) {
    throw new EnergyError(
      `line ${line}: ${JSON.stringify(fields.join(",").slice(0, 80))} stands for n of 2^n + 1 voltages, where a whole number from 1 to ${N_MAX} is needed`,
    );
  }
  return 2 ** n + 1;
}

function voltagesOf(fields: readonly string[], points: number, line: number): Float64Array {
  const [vMin_V, vMax_V] = fields.map((field) => parseNumber(field, line, "a voltage"));
  if (fields.length !== 2 || !(vMin_V >= 0 && vMax_V > vMin_V)) {
    throw new EnergyError(
      `line ${line}: ${JSON.stringify(fields.join(",").slice(0, 80))} is no range of voltages, where vmin,vmax with 0 <= vmin < vmax are needed`,
    );
  }
  const v_V = Float64Array.from({ length: points }, (_, k) => vMin_V + ((vMax_V - vMin_V) * k) / (points - 1));
  if (v_V.some((v, k) => k > 0 && !(v > v_V[k - 1]))) {
    throw new EnergyError(`line ${line}: from ${vMin_V} V to ${vMax_V} V there are no ${points} different voltages`);
  }
  return v_V;
}

/** Assumption: a current below 0 is the fit or the recorder, not the source, which then gives none. */
function currentsOf(fields: readonly string[], v_V: Float64Array, line: number): Float64Array {
  const i_A = Float64Array.from(fields, (field) => Math.max(parseNumber(field, line, "a current in A"), 0));
  if (i_A.every((current, k) => Number.isFinite(current * v_V[k]))) return i_A;
  throw new EnergyError(`line ${line}: its currents come to powers that are no finite numbers`);
}
