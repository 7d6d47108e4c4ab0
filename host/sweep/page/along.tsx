/** @jsxRuntime automatic @jsxImportSource #html */
/* The answer along each parameter by itself: its mean at each value, and between what. */

import { Part } from "../../report/sections/section.tsx";
import type { SweepResult, Told } from "../result.ts";
import { keyOf } from "../stats/groups.ts";
import { thinned } from "../thin.ts";
import { answerColumn } from "../told.ts";
import { answerTold, levelTold, spoken, valuesTold } from "./words.ts";

interface Point {
  /** Where it stands, 0 to 1. */
  readonly x: number;
  readonly label: string;
  readonly short: string;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export function Along({ result }: { readonly result: SweepResult }) {
  const { parameters, movers } = result;
  if (movers.length === 0) return null;
  const isAlone = parameters.length === 1 && !parameters[0].isDrawn;
  const isDrawn = parameters.some(({ values }) => values === undefined);
  return (
    <Part
      id="along"
      title="Along each parameter"
      says={
        isAlone
          ? "Dots: the mean of a cell. Lines: its 95 % interval."
          : `Dots: the mean of the cells at that value${isDrawn ? ", or of about as many draws as at the next" : ""}. Lines: the least and the most of them, which the other parameters make.`
      }
    >
      <div class="alongs">
        {movers.map(({ path }) => (
          <Chart
            isOrdered={parameters.some((one) => one.path === path && one.scale !== "names")}
            path={path}
            points={pointsOf(result, path, isAlone)}
            column={answerColumn(result)}
          />
        ))}
      </div>
    </Part>
  );
}

function pointsOf({ parameters, movers, cells, answer }: SweepResult, path: string, isAlone: boolean): Point[] {
  const parameter = parameters.find((one) => one.path === path) as SweepResult["parameters"][number];
  const { scale, unit, values } = parameter;
  const levels = thinned(movers.find((mover) => mover.path === path)?.levels ?? [], POINTS_MAX);
  const told = valuesTold(parameter);
  const own = isAlone ? new Map(cells.map((cell) => [keyOf(cell.values[0]), cell.results[answer]])) : undefined;
  const isNumber = scale !== "names";
  const at = (value: unknown): number => (scale === "log" ? Math.log(value as number) : (value as number));
  const places = levels.map(({ value }, i) => (isNumber ? at(value) : i));
  const [least, most] = [Math.min(...places), Math.max(...places)];
  return levels
    .map((level, i): Point => {
      const interval = own?.get(keyOf(level.value));
      return {
        x: most > least ? (places[i] - least) / (most - least) : 0.5,
        label: values === undefined ? levelTold(level, unit) : told(level.value),
        short: told(level.value),
        mean: level.mean,
        low: interval ? (interval.low ?? level.mean) : level.low,
        high: interval ? (interval.high ?? level.mean) : level.high,
      };
    })
    .sort((a, b) => a.x - b.x);
}

/** Dots that can still be told apart. */
const POINTS_MAX = 150;
const [WIDTH, HEIGHT] = [440, 200];
const [LEFT, RIGHT, TOP, BOTTOM] = [66, 18, 12, 26];
/** Labels that have room below. */
const LABELS = 5;

interface ChartProps {
  readonly path: string;
  readonly points: readonly Point[];
  readonly column: Told;
  /** Names have no course from one to the next. */
  readonly isOrdered: boolean;
}

function Chart({ path, points, column, isOrdered }: ChartProps) {
  const least = column.isShare ? 0 : Math.min(...points.map(({ low }) => low));
  const most = column.isShare ? 1 : Math.max(...points.map(({ high }) => high));
  const x = (part: number): number => round(LEFT + part * (WIDTH - LEFT - RIGHT));
  const y = (value: number): number =>
    round(HEIGHT - BOTTOM - (most > least ? (value - least) / (most - least) : 0.5) * (HEIGHT - TOP - BOTTOM));
  const ticks = most > least ? [least, (least + most) / 2, most] : [least];
  const every = Math.ceil((points.length - 1) / (LABELS - 1)) || 1;
  const line = points.map((point) => `${x(point.x)},${y(point.mean)}`).join(" ");
  return (
    <figure class="along">
      <figcaption>
        {spoken(column.name, column.unit)} along <code>{path}</code>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${column.name} along ${path}`}>
        {ticks.map((tick) => (
          <>
            <path class="grid" d={`M${LEFT} ${y(tick)}H${WIDTH - RIGHT}`} />
            <text class="tick" x={LEFT - 8} y={y(tick) + 4} text-anchor="end">
              {answerTold(tick, column)}
            </text>
          </>
        ))}
        <path class="spread" d={points.map((point) => `M${x(point.x)} ${y(point.low)}V${y(point.high)}`).join("")} />
        {isOrdered && <polyline class="means" points={line} />}
        {points.map((point, i) => (
          <>
            <circle class="mean" cx={x(point.x)} cy={y(point.mean)} r="4">
              <title>{`${point.label}: ${answerTold(point.mean, column)}, ${answerTold(point.low, column)} to ${answerTold(point.high, column)}`}</title>
            </circle>
            {i % every === 0 && (
              <text
                class="tick"
                x={point.x > 0.9 ? WIDTH - 4 : x(point.x)}
                y={HEIGHT - 6}
                text-anchor={point.x > 0.9 ? "end" : "middle"}
              >
                {point.short}
              </text>
            )}
          </>
        ))}
      </svg>
    </figure>
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
