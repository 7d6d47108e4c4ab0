/** @jsxRuntime automatic @jsxImportSource #html */
/* Fleets by the slots that a trigger offers, a line for each period of triggers; and the same as a table. */
import { Part, Table } from "../../report/sections/section.tsx";
import { figures, percent, si } from "../../report/units.ts";
import { type FleetOutcome, type FleetResult, isLived } from "../result.ts";
import { COLOURS, Lines } from "./lines.tsx";
import { period } from "./period.ts";

interface Panel {
  readonly title: string;
  /** Of its column. */
  readonly head: string;
  readonly says: string;
  readonly of: (result: FleetResult) => number | null;
  readonly told: (value: number) => string;
  /** Where the axis ends; undefined: with the largest. */
  readonly most?: number;
}

const PANELS: readonly Panel[] = [
  {
    title: "Readings a second",
    head: "readings a second",
    says: "that access points took, in all",
    of: ({ readings }) => readings.perSecond,
    told: figures,
  },
  {
    title: "Fairness",
    head: "fairness",
    says: "Jain's index of readings confirmed, among stations: 1 is the same for all",
    of: ({ fairness }) => fairness.stations,
    told: (value) => value.toFixed(3),
    most: 1,
  },
  {
    title: "Time to the first reading",
    head: "first reading",
    says: "for half of the stations; no point: they had none",
    of: ({ firstReading_s }) => firstReading_s.p50,
    told: (value) => si(value, "s"),
  },
  {
    title: "Energy for M2s that collided",
    head: "lost to collided M2s",
    says: "of all that stations spent",
    of: ({ energy }) => energy.collidedShare,
    told: (value) => percent(value),
  },
];

export function Grid({ outcomes }: { readonly outcomes: readonly FleetOutcome[] }) {
  const results = outcomes.filter(isLived);
  const slots = [...new Set(outcomes.map(({ fleet }) => fleet.slots))].sort((a, b) => a - b);
  const periods = [...new Set(outcomes.map(({ fleet }) => fleet.triggerPeriod_s))].sort((a, b) => a - b);
  return (
    <Part id="grid" title="By offered slots and period of triggers">
      <p class="legend">
        {periods.map((period_s, i) => (
          <span class={`key p${i % COLOURS}`}>each {period(period_s)}</span>
        ))}
      </p>
      <div class="panels">
        {PANELS.map((panel) => (
          <Plot panel={panel} results={results} slots={slots} periods={periods} />
        ))}
      </div>
      <Table
        heads={["period", "slots", ...PANELS.map(({ head }) => head), "energy a reading"]}
        caption="By period and slots"
      >
        {outcomes.map((outcome) => (
          <tr>
            <td>{period(outcome.fleet.triggerPeriod_s)}</td>
            <td>{outcome.fleet.slots}</td>
            {isLived(outcome) ? (
              <>
                {PANELS.map(({ of, told }) => (
                  <td>{toldOf(of(outcome), told)}</td>
                ))}
                <td>{toldOf(outcome.energy.perReading_J, (value) => si(value, "J"))}</td>
              </>
            ) : (
              <td class="misfit" colspan={PANELS.length + 1}>
                does not fit: {outcome.refused}
              </td>
            )}
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
function Plot({ panel: { title, says, of, told, most }, results, slots, periods }: PlotProps) {
  const values = results.map(of).filter((value): value is number => value !== null);
  const x = (at: number): number => (slots.length === 1 ? 0.5 : at / (slots.length - 1));
  return (
    <Lines
      title={title}
      says={says}
      label={`${title} by slots, a line for each period`}
      axis="slots"
      ticks={slots.map((count, at) => ({ at: x(at), text: String(count) }))}
      most={most ?? (Math.max(0, ...values) || 1)}
      told={values.length === 0 ? () => "" : told}
      lines={periods.map((period_s, colour) => ({
        colour,
        points: slots.flatMap((count, at) => {
          const found = results.find(({ fleet }) => fleet.slots === count && fleet.triggerPeriod_s === period_s);
          const y = found ? of(found) : null;
          return y === null ? [] : [{ x: x(at), y, told: `${count} slots each ${period(period_s)}: ${told(y)}` }];
        }),
      }))}
    />
  );
}
