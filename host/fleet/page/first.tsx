/** @jsxRuntime automatic @jsxImportSource #html */
/* When stations had their first reading: the distribution, a line for each fleet. */
import { Part } from "../../report/sections/section.tsx";
import { percent, si } from "../../text/units.ts";
import type { FleetResult } from "../result.ts";
import { STEP_percent } from "../statistics.ts";

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [460, 240, 64, 34, 12];

/** As many lines as have a colour: of a table its first period's. */
const LINES_MAX = 6;

export function FirstReadings({ results }: { readonly results: readonly FleetResult[] }) {
  const [{ fleet }] = results;
  const shown = results.filter((one) => one.fleet.triggerPeriod_s === fleet.triggerPeriod_s).slice(0, LINES_MAX);
  const times = shown.flatMap(({ firstReading_s }) => firstReading_s.steps.filter((one) => one !== null));
  if (times.length === 0) return null;
  // As in the table: a decade is as wide as another, for a few stations take a hundred times as long.
  const [least, most] = [Math.min(...times), Math.max(...times, 1.1 * Math.min(...times))];
  const x = (t_s: number): number =>
    round(LEFT + (Math.log(t_s / least) / Math.log(most / least)) * (WIDTH - LEFT - 60));
  const y = (share: number): number => round(TOP + (1 - share) * (HEIGHT - TOP - BOTTOM));
  return (
    <Part id="first" title="Time to the first reading">
      <p class="legend">
        {shown.map((one, i) => (
          <span class={`key p${i}`}>
            {one.fleet.slots} slots each {si(one.fleet.triggerPeriod_s, "s")}
          </span>
        ))}
      </p>
      <div class="panels">
        <figure class="panel">
          <figcaption>
            <strong>Part of the stations</strong> that had a reading confirmed by that time, in steps of {STEP_percent}{" "}
            %; the axis of time is logarithmic
          </figcaption>
          <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label="Distribution of the time to the first reading">
            {[0, 0.25, 0.5, 0.75, 1].map((share) => (
              <>
                <path class="rule" d={`M${LEFT} ${y(share)}H${WIDTH - 8}`} />
                <text class="tick" x={LEFT - 6} y={y(share) + 4} text-anchor="end">
                  {percent(share)}
                </text>
              </>
            ))}
            {[0, 0.5, 1].map((part) => {
              const t_s = least * (most / least) ** part;
              return (
                <text class="tick" x={x(t_s)} y={HEIGHT - 14} text-anchor="middle">
                  {si(t_s, "s")}
                </text>
              );
            })}
            {shown.map(({ fleet: { slots }, firstReading_s: { steps, never } }, i) => {
              const points = steps.flatMap((t_s, k) =>
                t_s === null ? [] : [{ t_s, share: ((k + 1) * STEP_percent) / 100 }],
              );
              const path = points.map(({ t_s, share }) => `${x(t_s)},${y(share)}`).join(" ");
              return (
                <g class={`line p${i}`}>
                  <title>{`${slots} slots: ${never === 0 ? "all had one" : `${never} never had one`}`}</title>
                  <polyline points={path} />
                </g>
              );
            })}
          </svg>
        </figure>
      </div>
    </Part>
  );
}

const round = (value: number): number => Math.round(10 * value) / 10;
