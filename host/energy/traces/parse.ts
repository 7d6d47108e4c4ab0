/*
 * A recording from the text of a file, in whichever of the known formats its first line is; a file's name says nothing.
 */
import type { Efficiency } from "../efficiency.ts";
import { EnergyError } from "../error.ts";
import { parseIvCurve } from "../pv/curve.ts";
import { type CsvOptions, isCsv, parseCsv } from "./csv.ts";
import { isEkho, parseEkho } from "./ekho.ts";
import { isMementos, parseMementos } from "./mementos.ts";
import { isNrel, parseNrel } from "./nrel.ts";
import { isReact, parseReact } from "./react.ts";
import type { Recording } from "./recording.ts";

export type TextFormat = "csv" | "ekho" | "mementos" | "nrel" | "react";

/** load_Ohm: of a column V, and in place of Mementos' 30 kOhm. cell and light: of a column lux, and of daylight. */
export interface TraceOptions extends CsvOptions {
  /** Of power that was received as RF: REACT's. Without one all of it is harvested. */
  readonly rectifier?: Efficiency;
}

/** The first line that says anything: blank lines and remarks lead up to it. */
function firstLine(text: string): string {
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf("\n", from);
    const line = text
      .slice(from, end < 0 ? undefined : end)
      .replace(/^\uFEFF/, "")
      .trim();
    if (line !== "" && !line.startsWith("#")) return line;
    if (end < 0) break;
    from = end + 1;
  }
  return "";
}

/** What a text is written as; what is nothing else may be CSV. */
export function formatOf(text: string): TextFormat {
  const first = firstLine(text);
  if (isMementos(first)) return "mementos";
  if (isNrel(first)) return "nrel";
  if (isReact(first)) return "react";
  return isEkho(first) ? "ekho" : "csv";
}

/** Why a text in none of the formats is no recording. */
function unknownText(text: string): string {
  try {
    parseIvCurve(text, 1);
    return "this is an I-V curve of a cell and no recording, where harvest.trace.cell: [{lux, file}] of a scenario takes it";
  } catch {
    return (
      "this is in none of the known formats, which are Mementos, CSV with a header such as t_s,P_uW, NREL, REACT, Ekho and " +
      "shepherd's HDF5"
    );
  }
}

/** @throws EnergyError, one sentence, for text that is no trace, and for a format that needs what the options lack. */
export function parseRecording(text: string, options: TraceOptions): Recording {
  if (/^\uFEFF?\s*$/.test(text)) throw new EnergyError("the trace is empty");
  const format = formatOf(text);
  if (format === "csv" && !isCsv(firstLine(text))) throw new EnergyError(unknownText(text));
  if (options.rectifier !== undefined && format !== "react") {
    throw new EnergyError(`a rectifier is for power that was received as RF, as REACT has it, where this is ${format}`);
  }
  switch (format) {
    case "mementos":
      return { kind: "power", ...parseMementos(text, options, options.load_Ohm) };
    case "nrel":
      if (options.cell === undefined)
        throw new EnergyError("line 1: this is daylight, which needs a cell that it falls on, such as am1417");
      return { kind: "power", ...parseNrel(text, options, options.cell, options.light) };
    case "react":
      return { kind: "power", ...parseReact(text, options) };
    case "ekho":
      return parseEkho(text, options);
    case "csv":
      return parseCsv(text, options);
  }
}
