/** @jsxRuntime automatic @jsxImportSource #html */
/* Where the energy came from and went, by phase with its tolerance, and by function of the module. */
import { PHASES } from "../../device/phase.ts";
import { Figure, theResult } from "../figure.tsx";
import { percent, si } from "../units.ts";
import { Section, Table } from "./section.tsx";

export function EnergySection() {
  return (
    <Section id="energy" title="Energy">
      <Destinations />
      <ByPhase />
      <ByFunction />
    </Section>
  );
}

const DESTINATIONS = [
  ["spent_J", "spent by stations"],
  ["clipped_J", "clipped at V_max"],
  ["leaked_J", "leaked"],
  ["stored_J", "left in store"],
] as const;

function Destinations() {
  const { harvest } = theResult().energy;
  const all_J = DESTINATIONS.reduce((sum, [key]) => sum + harvest[key], 0);
  if (all_J === 0) return <p class="empty">Nothing was harvested or spent.</p>;
  return (
    <>
      <h3>
        Where <Figure of="energy.harvest.harvested_J" as="J" /> of harvest went
      </h3>
      <div class="stack" aria-hidden="true">
        {DESTINATIONS.map(([key]) => (
          <span class={`to-${key}`} style={{ width: `${(100 * harvest[key]) / all_J}%` }} />
        ))}
      </div>
      <ul class="legend">
        {DESTINATIONS.map(([key, name]) => (
          <li>
            <span class={`chip to-${key}`} />
            {name} <Figure of={`energy.harvest.${key}`} as="J" />, {percent(harvest[key] / all_J)}
          </li>
        ))}
      </ul>
      <p class="says">
        Harvested = stored + spent + leaked + clipped to within{" "}
        <data value={String(harvest.imbalance)} data-of="energy.harvest.imbalance">
          {harvest.imbalance.toExponential(1)}
        </data>{" "}
        of the greatest of them, at the worst station.
      </p>
    </>
  );
}

function ByPhase() {
  const { energy, deaths } = theResult();
  if (energy.total.e_J === 0) return null;
  const most_J = Math.max(...energy.byPhase.map(({ high_J }) => high_J));
  const part = (e_J: number): string => `${(100 * e_J) / most_J}%`;
  return (
    <>
      <h3>By phase</h3>
      <p class="says">
        Bars: what this run spent. Lines: the least and the most it may be, by the bands of the numbers behind it.
        {energy.mover && (
          <>
            {" "}
            <code>{energy.mover.number}</code> ({energy.mover.status}) moves the sum most:{" "}
            <Figure of="energy.mover.moves_J" as="J" /> from its least to its most.
          </>
        )}
      </p>
      <Table
        heads={["phase", "", "energy", "share", "deaths"]}
        right={["energy", "share", "deaths"]}
        caption="Energy and deaths by phase"
      >
        {energy.byPhase.map(({ phase, e_J, low_J, high_J }, i) => {
          const died = deaths.byPhase[phase] ?? 0;
          if (e_J === 0 && died === 0) return null;
          return (
            <tr>
              <th scope="row" title={PHASES[phase]}>
                <span class={`chip phase-${phase}`} />
                {phase}
              </th>
              <td class="bars" title={`${si(low_J, "J")} to ${si(high_J, "J")}`}>
                <div>
                  <span class={`bar phase-${phase}`} style={{ width: part(e_J) }} />
                  <span class="whisker" style={{ left: part(low_J), width: part(high_J - low_J) }} />
                </div>
              </td>
              <td class="right">
                <Figure of={`energy.byPhase.${i}.e_J`} as="J" />
              </td>
              <td class="right">
                <Figure of={`energy.byPhase.${i}.share`} as="share" />
              </td>
              <td class="right">{died > 0 && <Figure of={`deaths.byPhase.${phase}`} />}</td>
            </tr>
          );
        })}
        <tr class="sum">
          <th scope="row">all</th>
          <td class="aside">
            <Figure of="energy.total.low_J" as="J" /> to <Figure of="energy.total.high_J" as="J" />
          </td>
          <td class="right">
            <Figure of="energy.total.e_J" as="J" />
          </td>
          <td class="right">100.0 %</td>
          <td class="right">{deaths.total > 0 && <Figure of="deaths.total" />}</td>
        </tr>
      </Table>
      <details>
        <summary>what the phases are</summary>
        <dl class="phases">
          {energy.byPhase.map(({ phase }) => (
            <>
              <dt>{phase}</dt>
              <dd>{PHASES[phase]}</dd>
            </>
          ))}
        </dl>
      </details>
    </>
  );
}

/** Rows that are shown before the rest is folded away. */
const SHOWN = 12;

function ByFunction() {
  const byFunction = theResult().energy.byFunction ?? [];
  if (byFunction.length === 0) return null;
  const most = byFunction[0].share;
  const rows = byFunction.map(({ function: name, share }, i) => (
    <tr>
      <th scope="row" class="mono">
        {name}
      </th>
      <td class="bars">
        <div>
          <span class="bar cpu" style={{ width: `${(100 * share) / most}%` }} />
        </div>
      </td>
      <td class="right">
        <Figure of={`energy.byFunction.${i}.e_J`} as="J" />
      </td>
      <td class="right">
        <Figure of={`energy.byFunction.${i}.cycles`} as="whole" />
      </td>
      <td class="right">
        <Figure of={`energy.byFunction.${i}.share`} as="share" />
      </td>
    </tr>
  ));
  const table = (part: typeof rows, caption: string) => (
    <Table
      heads={["function", "", "energy", "cycles", "share"]}
      right={["energy", "cycles", "share"]}
      caption={caption}
    >
      {part}
    </Table>
  );
  return (
    <>
      <h3>By function of the module</h3>
      <p class="says">
        What the CPU spent in each function itself, without what it called; shares are of the CPU's energy.
      </p>
      {table(rows.slice(0, SHOWN), "Energy by function")}
      {rows.length > SHOWN && (
        <details>
          <summary>{rows.length - SHOWN} functions more</summary>
          {table(rows.slice(SHOWN), "Energy by function, the rest")}
        </details>
      )}
    </>
  );
}
