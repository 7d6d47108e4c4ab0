/** @jsxRuntime automatic @jsxImportSource #html */
/* What was varied, whether every rule held, and the four figures that everybody asks for. */
import { Tile } from "../../report/sections/tile.tsx";
import { count, percent } from "../../text/units.ts";
import type { SweepResult } from "../result.ts";
import { answerColumn, unmoved } from "../told.ts";
import { answerTold, levelTold, spoken, unitOf, valuesTold } from "./words.ts";

export function Head({ result }: { readonly result: SweepResult }) {
  const { name, about, ampcore, cells, jobs, grid, violations, refusals } = result;
  const runs = jobs / cells.length;
  return (
    <header class="head">
      <p class="brand">ampcore {ampcore}, a sweep over scenarios of AMP stations on harvested power</p>
      <h1>{name}</h1>
      <p class="lead">
        {about && `${about}. `}
        {count(cells.length, "cell")}, {runs === 1 ? "a run" : `${runs} runs`} each, of the scenario{" "}
        <span class="mono">{grid.scenario}</span>, seed <span class="mono">{grid.seed}</span>.
      </p>
      <p class={violations === 0 ? "verdict good" : "verdict bad"}>
        <strong>{violations === 0 ? "Every rule of the protocol held" : `${count(violations, "rule")} broken`}</strong>{" "}
        in {count(jobs, "run")}
      </p>
      {Object.keys(refusals).length > 0 && (
        <aside class="notes" aria-label="Cells that were not run">
          {Object.entries(refusals).map(([sentence, number]) => (
            <p>
              <strong>{count(number, "cell")} refused:</strong> {sentence}.
            </p>
          ))}
        </aside>
      )}
    </header>
  );
}

export function Tiles({ result }: { readonly result: SweepResult }) {
  const { cells, answer, movers, parameters, jobs } = result;
  const column = answerColumn(result);
  const told = cells.flatMap(({ values, results }) => {
    const mean = results[answer]?.mean;
    return mean === undefined ? [] : [{ values, mean }];
  });
  const where = (values: (typeof told)[number]["values"]): string =>
    values
      .map((value, at) => `${spoken(parameters[at].path, parameters[at].unit)} ${valuesTold(parameters[at])(value)}`)
      .join(", ");
  const sorted = told.toSorted((a, b) => a.mean - b.mean);
  const [least, most] = [sorted[0], sorted[sorted.length - 1]];
  const [first] = movers;
  return (
    <section class="tiles" aria-label="The sweep in four figures">
      {least && (
        <Tile label={`least ${spoken(answer, column.unit)}`} value={answerTold(least.mean, column)}>
          {placeOf(sorted, least.mean, where)}
        </Tile>
      )}
      {most && (
        <Tile label={`most ${spoken(answer, column.unit)}`} value={answerTold(most.mean, column)}>
          {placeOf(sorted, most.mean, where)}
        </Tile>
      )}
      {first && (
        <Tile
          label="what moves it most"
          value={first.share === null ? "-" : spoken(first.path, unitOf(result, first.path))}
        >
          {first.share === null
            ? unmoved(result)
            : `${percent(first.share)} of the variance; ${answerTold(first.least.mean, column)} at ${levelTold(first.least, unitOf(result, first.path))}, ${answerTold(first.most.mean, column)} at ${levelTold(first.most, unitOf(result, first.path))}`}
        </Tile>
      )}
      <Tile
        label="cells with an answer"
        value={`${told.length.toLocaleString("en")} of ${cells.length.toLocaleString("en")}`}
      >
        {jobs.toLocaleString("en")} runs
      </Tile>
    </section>
  );
}

type Answered = { readonly values: SweepResult["cells"][number]["values"]; readonly mean: number };

/** Where it is so; how often, where that is in many cells. */
function placeOf(cells: readonly Answered[], mean: number, where: (values: Answered["values"]) => string): string {
  const own = cells.filter((cell) => cell.mean === mean);
  return own.length === 1 ? where(own[0].values) : `in ${own.length.toLocaleString("en")} cells`;
}
