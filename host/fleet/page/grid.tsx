/** @jsxRuntime automatic @jsxImportSource #html */
/* Fleets by the slots that a trigger offers, a line for each period of triggers; and the same as a table. */
import { Part, Table } from "../../report/sections/section.tsx";
import { figures, percent, si } from "../../text/units.ts";
import type { FleetResult } from "../result.ts";

interface Panel {
  readonly title: string;
  readonly says: string;
  readonly of: (result: FleetResult) => number | null;
  readonly told: (value: number) => string;
}

const PANELS: readonly Panel[] = [
  {
    title: "Readings a second",
    says: "that access points took, in all",
    of: ({ readings }) => readings.perSecond,
    told: figures,
  },
  {
    title: "Fairness",
    says: "Jain's index of readings confirmed, among stations",
    of: ({ fairness }) => fairness.stations,
    told: (value) => value.toFixed(3),
  },
  {
    title: "Time to the first reading",
    says: "for half of the stations; no point: they had none",
    of: ({ firstReading_s }) => firstReading_s.p50,
    told: (value) => si(value, "s"),
  },
  {
    title: "Energy for M2s that collided",
    says: "of all that stations spent",
    of: ({ energy }) => energy.collidedShare,
    told: (value) => percent(value),
  },
];

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [460, 240, 64, 34, 12];

export function Grid({ results }: { readonly results: readonly FleetResult[] }) {
  const slots = [...new Set(results.map(({ fleet }) => fleet.slots))].sort((a, b) => a - b);
  const periods = [...new Set(results.map(({ fleet }) => fleet.triggerPeriod_s))].sort((a, b) => a - b);
  return (
    <Part id="grid" title="By offered slots and period of triggers">
      <p class="legend">
        {periods.map((period_s, i) => (
          <span class={`key p${i % 6}`}>each {si(period_s, "s")}</span>
        ))}
      </p>
      <div class="panels">
        {PANELS.map((panel) => (
          <Plot panel={panel} results={results} slots={slots} periods={periods} />
        ))}
      </div>
      <Table
        heads={[
          "period",
          "slots",
          ...PANELS.map(({ title }) => title.charAt(0).toLowerCase() + title.slice(1)),
          "a reading",
        ]}
        caption="By period and slots"
      >
        {results.map((result) => (
          <tr>
            <td>{si(result.fleet.triggerPeriod_s, "s")}</td>
            <td>{result.fleet.slots}</td>
            {PANELS.map(({ of, told }) => (
              <td>{toldOf(of(result), told)}</td>
            ))}
            <td>{toldOf(result.energy.perReading_J, (value) => si(value, "J"))}</td>
          </tr>
        ))}
      </Table>
    </Part>
  );
}

function toldOf(value: number | null, told: (value: number) => string): string {
  return value === null ? "-" : told(value);
}

interface PlotProps {
  readonly panel: Panel;
  readonly results: readonly FleetResult[];
  readonly slots: readonly number[];
  readonly periods: readonly number[];
}

/** Slots stand evenly, as they are mostly doubled from one to the next. */
function Plot({ panel: { title, says, of, told }, results, slots, periods }: PlotProps) {
  const values = results.map(of).filter((value): value is number => value !== null);
  const most = Math.max(...values, Number.MIN_VALUE);
  const step = (WIDTH - LEFT - 16) / Math.max(1, slots.length - 1);
  const x = (at: number): number => round(LEFT + (slots.length === 1 ? (WIDTH - LEFT) / 2 : at * step));
  const y = (value: number): number => round(TOP + (1 - value / most) * (HEIGHT - TOP - BOTTOM));
  return (
    <figure class="panel">
      <figcaption>
        <strong>{title}</strong> {says}
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${title} by slots, a line for each period`}>
        {[0, 0.5, 1].map((part) => (
          <>
            <path class="rule" d={`M${LEFT} ${y(part * most)}H${WIDTH - 8}`} />
            <text class="tick" x={LEFT - 6} y={y(part * most) + 4} text-anchor="end">
              {values.length === 0 ? "" : part === 0 ? "0" : told(part * most)}
            </text>
          </>
        ))}
        {slots.map((count, at) => (
          <text class="tick" x={x(at)} y={HEIGHT - 14} text-anchor="middle">
            {count}
          </text>
        ))}
        <text class="tick" x={(LEFT + WIDTH) / 2} y={HEIGHT - 1} text-anchor="middle">
          slots
        </text>
        {periods.map((period_s, i) => {
          const points = slots.flatMap((count, at) => {
            const found = results.find(({ fleet }) => fleet.slots === count && fleet.triggerPeriod_s === period_s);
            const value = found && of(found);
            return value === undefined || value === null ? [] : [{ at, count, value }];
          });
          return (
            <g class={`line p${i % 6}`}>
              <polyline points={points.map(({ at, value }) => `${x(at)},${y(value)}`).join(" ")} />
              {points.map(({ at, count, value }) => (
                <circle cx={x(at)} cy={y(value)} r="3.4">
                  <title>{`${count} slots each ${si(period_s, "s")}: ${told(value)}`}</title>
                </circle>
              ))}
            </g>
          );
        })}
      </svg>
    </figure>
  );
}

const round = (value: number): number => Math.round(10 * value) / 10;
