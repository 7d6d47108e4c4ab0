/** @jsxRuntime automatic @jsxImportSource #html */
/* The answer over two parameters: a table whose cells have the colour of what stands in them. */

import { Part } from "../../report/sections/section.tsx";
import { count } from "../../text/units.ts";
import type { SweepResult, Told } from "../result.ts";
import type { AnswerMap, Place } from "../stats/map.ts";
import { answerColumn } from "../told.ts";
import { answerTold, spoken, valuesTold } from "./words.ts";

interface MapProps {
  readonly result: SweepResult;
  readonly map: AnswerMap;
}

export function HeatMap({ result, map }: MapProps) {
  const { parameters, answer } = result;
  const { x, y, xs, ys, places, thin, over } = map;
  const column = answerColumn(result);
  const scale = scaleOf(places.flat().filter(isPlace), column);
  const [xTold, yTold] = [x, y].map((at) => valuesTold(parameters[at]));
  const [xName, yName] = [x, y].map((at) => spoken(parameters[at].path, parameters[at].unit));
  return (
    <Part
      id="map"
      title={`${spoken(answer, column.unit)}, by ${yName} and ${xName}`}
      says={
        <>
          {column.says}
          {over.length > 0 && `; the mean over ${over.join(" and ")}`}.{" "}
          {over.length > 0
            ? "The tooltip of a place has the least and the most of its cells."
            : "In small: the 95 % interval."}{" "}
          {thin}
        </>
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard */}
      <section class="scroll" aria-label="Heat map" tabIndex={0}>
        <table class="heat">
          <caption class="hidden">
            {answer} by {parameters[y].path} and {parameters[x].path}
          </caption>
          <tbody>
            {ys.map((value, row) => (
              <tr>
                {row === 0 && (
                  <th class="axis up" scope="rowgroup" rowSpan={ys.length}>
                    <span>{parameters[y].path}</span>
                  </th>
                )}
                <th scope="row">{yTold(value)}</th>
                {places[row].map((place, at) => (
                  <Cell
                    isOne={over.length === 0}
                    place={place}
                    column={column}
                    part={isPlace(place) ? scale.part(place.mean) : 0}
                    where={`${yName} ${yTold(value)}, ${xName} ${xTold(xs[at])}`}
                  />
                ))}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <td colSpan={2} />
              {xs.map((value) => (
                <th scope="col">{xTold(value)}</th>
              ))}
            </tr>
            <tr>
              <td colSpan={2} />
              <th class="axis" colSpan={xs.length}>
                {parameters[x].path}
              </th>
            </tr>
          </tfoot>
        </table>
      </section>
      <Legend scale={scale} column={column} places={places.flat()} />
    </Part>
  );
}

interface CellProps {
  /** Of the grid, and not a mean over some. */
  readonly isOne: boolean;
  readonly place: Place | string | null;
  readonly column: Told;
  /** Of the colours' way, 0 to 1. */
  readonly part: number;
  readonly where: string;
}

function Cell({ isOne, place, column, part, where }: CellProps) {
  if (place === null) return <td class="none" title={`${where}: no run has an answer`} />;
  if (typeof place === "string") return <td class="refused" title={`${where}: ${place}`} />;
  const { mean, low, high, cells, n } = place;
  const between = low === null || high === null ? "" : `${answerTold(low, column)} to ${answerTold(high, column)}`;
  const of = !isOne
    ? `of ${count(cells, "cell")}`
    : column.isShare
      ? `of ${count(n, "try", "tries")}`
      : `of ${count(n, "run")}`;
  return (
    <td
      style={{ "--part": `${Math.round(1000 * part) / 10}%` }}
      title={[`${where}: ${answerTold(mean, column)}`, between, of].filter(Boolean).join(", ")}
    >
      <data value={String(mean)}>{shortly(mean, column)}</data>
      {isOne && low !== null && high !== null && (
        <small>
          {shortly(low, column)} – {shortly(high, column)}
        </small>
      )}
    </td>
  );
}

/** A share without its sign: the legend has it. */
function shortly(mean: number, column: Told): string {
  if (!column.isShare) return answerTold(mean, column);
  const percent = 100 * mean;
  if (percent > 0 && percent < 0.1) return "< 0.1";
  return percent > 0 && percent < 99.95 ? percent.toFixed(1) : percent.toFixed(0);
}

interface Scale {
  readonly least: number;
  readonly most: number;
  readonly part: (mean: number) => number;
}

/** A share from nothing to all; anything else from its least to its most, by factors if those are far apart. */
function scaleOf(places: readonly Place[], { isShare }: Told): Scale {
  const means = places.map(({ mean }) => mean);
  const least = isShare ? 0 : means.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const most = isShare ? 1 : means.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const isLog = !isShare && least > 0 && most / least >= LOG_FROM;
  const at = (mean: number): number => (isLog ? Math.log(mean) : mean);
  const way = at(most) - at(least);
  return { least, most, part: (mean) => (way > 0 ? (at(mean) - at(least)) / way : 1) };
}

const LOG_FROM = 50;

function Legend({
  scale,
  column,
  places,
}: {
  readonly scale: Scale;
  readonly column: Told;
  readonly places: readonly (Place | string | null)[];
}) {
  return (
    <div class="heatlegend">
      {places.some(isPlace) && (
        <span class="entry">
          {column.isShare ? "0 %" : answerTold(scale.least, column)}
          <span class="ramp" aria-hidden="true" />
          {column.isShare ? "100 %" : answerTold(scale.most, column)}
          {column.isShare && <span class="aside">cells in percent</span>}
        </span>
      )}
      {places.includes(null) && (
        <span class="entry">
          <span class="swatch none" aria-hidden="true" /> no run has an answer
        </span>
      )}
      {places.some((place) => typeof place === "string") && (
        <span class="entry">
          <span class="swatch refused" aria-hidden="true" /> refused: its tooltip says why
        </span>
      )}
    </div>
  );
}

function isPlace(place: Place | string | null): place is Place {
  return typeof place === "object" && place !== null;
}
