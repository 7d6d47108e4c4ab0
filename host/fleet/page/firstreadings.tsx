/** @jsxRuntime automatic @jsxImportSource #html */
/* By when how many stations have had their first reading: a curve for each fleet, a plot for each period of triggers. */
import { Part } from "../../report/sections/section.tsx";
import { percent, si } from "../../report/units.ts";
import type { FleetResult } from "../result.ts";
import { axisEnd, COLOURS, Lines } from "./lines.tsx";
import { period } from "./period.ts";

/** Of fleets of which one in a hundred stations had a reading in one at least. */
export function FirstReadings({ results }: { readonly results: readonly FleetResult[] }) {
  const slots = [...new Set(results.map(({ fleet }) => fleet.slots))].sort((a, b) => a - b);
  const periods = [...new Set(results.map(({ fleet }) => fleet.triggerPeriod_s))].sort((a, b) => a - b);
  // The same time for all, so that one plot can be held against another; nothing is known of what comes after the fleet's own.
  const latest_s = results.reduce((most, one) => Math.max(most, ...one.firstReadingBy_s.map((at_s) => at_s ?? 0)), 0);
  const last_s = Math.min(axisEnd(latest_s), results[0].fleet.duration_s);
  return (
    <Part
      id="first-readings"
      title="Time to the first reading"
      says="The part of the stations that had one by then. Where a line ends below 100 %, the others never had one."
    >
      {slots.length > 1 && (
        <p class="legend">
          {slots.map((count, i) => (
            <span class={`key p${i % COLOURS}`}>{count} slots</span>
          ))}
        </p>
      )}
      <div class="panels">
        {periods.map((period_s) => (
          <Lines
            title={`Triggers each ${period(period_s)}`}
            says="first reading by then, of all stations"
            label={`Part of the stations with a first reading by time, triggers each ${period(period_s)}`}
            axis="from the beginning"
            ticks={[0, 0.5, 1].map((at) => ({ at, text: at === 0 ? "0" : si(at * last_s, "s") }))}
            most={1}
            told={percent}
            lines={results
              .filter(({ fleet }) => fleet.triggerPeriod_s === period_s)
              .map(({ fleet, firstReadingBy_s }) => ({
                colour: slots.indexOf(fleet.slots),
                points: stepsOf(firstReadingBy_s, last_s).map(({ t_s, share }) => ({ x: t_s / last_s, y: share })),
              }))}
          />
        ))}
      </div>
    </Part>
  );
}

/** A stair, to the end of the axis: it goes up by a hundredth where that much more have had theirs. */
function stepsOf(by_s: readonly (number | null)[], last_s: number): { t_s: number; share: number }[] {
  const corners = [{ t_s: 0, share: 0 }];
  for (const [i, t_s] of by_s.entries()) {
    if (t_s === null) break;
    corners.push({ t_s, share: i / by_s.length }, { t_s, share: (i + 1) / by_s.length });
  }
  return [...corners, { t_s: last_s, share: corners[corners.length - 1].share }];
}

export function hasFirstReadings(results: readonly FleetResult[]): boolean {
  return results.some(({ firstReadingBy_s: [first] }) => first !== null);
}
