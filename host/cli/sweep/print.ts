/*
 * A sweep for the eye: the answer over two parameters or along one, and what moves it most.
 */

import type { SweepResult } from "../../sweep/result.ts";
import { mapOf } from "../../sweep/stats/map.ts";
import { thinned, thinTold } from "../../sweep/thin.ts";
import { answerColumn, answerTold, levelTold, spoken, unmoved, valuesTold } from "../../sweep/told.ts";
import { count, percent } from "../../text/units.ts";
import { coloursOf, renderTable, wrapped } from "../terminal.ts";

export function sweepText(result: SweepResult): string {
  const { bold } = coloursOf(process.stdout);
  const { name, grid, cells, jobs } = result;
  const runs = jobs === cells.length ? "a run each" : `${jobs / cells.length} runs each`;
  const { says } = answerColumn(result);
  const parts = [
    wrapped(
      `${bold(name)}: ${count(cells.length, "cell")}, ${runs}, of the scenario ${grid.scenario}, seed ${grid.seed}`,
    ),
    `${bold(result.answer)}\n${wrapped(says)}\n\n${mapText(result)}`,
    moversText(result),
    ...refusalsText(result),
  ];
  return `${parts.join("\n\n")}\n`;
}

function mapText(result: SweepResult): string {
  const map = mapOf(result, MOST);
  if (map === undefined) return alongText(result);
  const { x, y, xs, ys, places, thin, over } = map;
  const { parameters } = result;
  const column = answerColumn(result);
  const corner = `${spoken(parameters[y].path, parameters[y].unit)} \\ ${spoken(parameters[x].path, parameters[x].unit)}`;
  const [acrossTold, downTold] = [x, y].map((at) => valuesTold(parameters[at]));
  // A space before it keeps a head like 16 behind the corner: whole numbers are an object's first keys.
  const heads = xs.map((value) => ` ${acrossTold(value)}`);
  const rows = ys.map((value, row) => ({
    [corner]: downTold(value),
    ...Object.fromEntries(
      places[row].map((place, at) => [
        heads[at],
        place === null ? "-" : typeof place === "string" ? "refused" : answerTold(place.mean, column),
      ]),
    ),
  }));
  const paths = `down ${parameters[y].path}, across ${parameters[x].path}${over.length > 0 ? `, the mean over ${over.join(", ")}` : ""}`;
  return [renderTable(rows, [corner, ...heads]), wrapped(paths), ...(thin ? [wrapped(thin)] : [])].join("\n");
}

/** What can be read in a terminal. */
const MOST = { across: 16, down: 40 };

/** Without two axes: the mean along the one that there is, or along the parameter that moves it most. */
function alongText(result: SweepResult): string {
  const column = answerColumn(result);
  const [{ path, isDrawn }] = result.parameters;
  if (result.parameters.length === 1 && !isDrawn) {
    const ends = (end: number | null | undefined): string => (typeof end === "number" ? answerTold(end, column) : "-");
    const told = valuesTold(result.parameters[0]);
    const shown = thinned(result.cells, MOST.down);
    const thin = thinTold([{ path, shown: shown.length, of: result.cells.length }]);
    const rows = shown.map(({ values: [value], results, refused }) => {
      const interval = results[result.answer];
      const mean = refused === null ? ends(interval?.mean) : "refused";
      return { [path]: told(value), "in the mean": mean, "95 % from": ends(interval?.low), to: ends(interval?.high) };
    });
    const table = renderTable(rows, [path, "in the mean", "95 % from", "to"]);
    return thin ? `${table}\n${wrapped(thin)}` : table;
  }
  return result.movers
    .slice(0, 1)
    .map(({ path, levels }) => {
      const unit = result.parameters.find((parameter) => parameter.path === path)?.unit;
      const rows = levels.map((level) => ({
        [path]: levelTold(level, unit),
        "in the mean": answerTold(level.mean, column),
        least: answerTold(level.low, column),
        most: answerTold(level.high, column),
        cells: level.cells,
      }));
      return renderTable(rows, [path, "in the mean", "least", "most"]);
    })
    .join("\n\n");
}

function moversText(result: SweepResult): string {
  const { bold } = coloursOf(process.stdout);
  const column = answerColumn(result);
  const rows = result.movers.map(({ path, share, least, most }) => {
    const unit = result.parameters.find((parameter) => parameter.path === path)?.unit;
    return {
      parameter: path,
      "of the variance": share === null ? null : percent(share),
      least: `${answerTold(least.mean, column)} at ${levelTold(least, unit)}`,
      most: `${answerTold(most.mean, column)} at ${levelTold(most, unit)}`,
    };
  });
  const title = bold("What moves it most");
  const why = unmoved(result);
  if (rows.length === 0) return `${title}\n${why}`;
  return `${title}\n${renderTable(rows, ["of the variance"])}${why === undefined ? "" : `\n${why}`}`;
}

function refusalsText({ refusals }: SweepResult): string[] {
  const { yellow } = coloursOf(process.stdout);
  return Object.entries(refusals).map(([sentence, cells]) =>
    yellow(wrapped(`${count(cells, "cell")} refused: ${sentence}`)),
  );
}
