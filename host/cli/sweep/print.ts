/*
 * A sweep for the eye: the answer over two parameters or along one, and what moves it most.
 */

import type { SweepResult } from "../../sweep/result.ts";
import { mapOf } from "../../sweep/stats/map.ts";
import { answerColumn, answerTold, levelTold, spoken, unmoved, valueTold } from "../../sweep/told.ts";
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
  const map = mapOf(result);
  if (map === undefined) return alongText(result);
  const { x, y, xs, ys, places, over } = map;
  const { parameters } = result;
  const column = answerColumn(result);
  const corner = `${spoken(parameters[y].path, parameters[y].unit)} \\ ${spoken(parameters[x].path, parameters[x].unit)}`;
  const heads = xs.map((value) => valueTold(value, parameters[x].unit));
  const rows = ys.map((value, row) => ({
    [corner]: valueTold(value, parameters[y].unit),
    ...Object.fromEntries(
      places[row].map((place, at) => [
        heads[at],
        place === null ? "-" : typeof place === "string" ? "refused" : answerTold(place.mean, column),
      ]),
    ),
  }));
  const paths = `down ${parameters[y].path}, across ${parameters[x].path}${over.length > 0 ? `, the mean over ${over.join(", ")}` : ""}`;
  return `${renderTable(rows, [corner, ...heads])}\n${wrapped(paths)}`;
}

/** Without two axes: the mean along the one that there is, or along the parameter that moves it most. */
function alongText(result: SweepResult): string {
  const column = answerColumn(result);
  const [{ path, unit, isDrawn }] = result.parameters;
  if (result.parameters.length === 1 && !isDrawn) {
    const ends = (end: number | null | undefined): string => (typeof end === "number" ? answerTold(end, column) : "-");
    const rows = result.cells.map(({ values: [value], results, refused }) => {
      const interval = results[result.answer];
      const mean = refused === null ? ends(interval?.mean) : "refused";
      const told = { [path]: valueTold(value, unit), "in the mean": mean };
      return { ...told, "95 % from": ends(interval?.low), to: ends(interval?.high) };
    });
    return renderTable(rows, [path, "in the mean", "95 % from", "to"]);
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
