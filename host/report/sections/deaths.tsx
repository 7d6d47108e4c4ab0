/** @jsxRuntime automatic @jsxImportSource #html */
/* Where power failed: how far into which call of the module. */
import type { Cause } from "../../energy/store.ts";
import type { DeathsInCall } from "../../sim/record/timeline.ts";
import { Figure, theResult } from "../figure.tsx";
import { count } from "../units.ts";
import { Section } from "./section.tsx";

/** What ended a life behind a supervisor. */
const CAUSES: Readonly<Record<Cause, string>> = {
  "brown-out": "the MCU's own brown-out",
  supervisor: "a look of the supervisor",
};

const WIDTH = 1000;
const HEIGHT = 28;

export function DeathsSection() {
  const { deaths, timeline } = theResult();
  const inCalls = timeline?.deathsInCalls ?? [];
  const calls = [...new Set(inCalls.map(({ call }) => call))];
  if (deaths.total === 0) {
    return (
      <Section id="deaths" title="Where power failed">
        <p class="empty">Power never failed.</p>
      </Section>
    );
  }
  return (
    <Section
      id="deaths"
      title="Where power failed"
      says={
        <>
          <Figure of="deaths.total" /> deaths, at <Figure of="deaths.instants" /> different instants within calls of the
          module. Each line is one death, so many cycles into the call; its colour is the phase.
          {Object.entries(deaths.byCause ?? {}).map(([cause]) => (
            <>
              {" "}
              <Figure of={`deaths.byCause.${cause}`} /> by {CAUSES[cause as Cause]}.
            </>
          ))}
        </>
      }
    >
      {calls.map((call) => (
        <Strip call={call} rows={inCalls.filter((one) => one.call === call)} />
      ))}
      <ul class="legend">
        {Object.entries(deaths.byPhase).map(([phase, times = 0]) => (
          <li>
            <span class={`chip phase-${phase}`} />
            {phase} {times.toLocaleString("en")}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Strip({ call, rows }: { readonly call: string; readonly rows: readonly DeathsInCall[] }) {
  const all = rows.flatMap(({ cycles }) => cycles);
  const most = Math.max(1, ...all);
  const leftOut = rows.reduce((sum, one) => sum + one.leftOut, 0);
  const name = `amp_${call.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
  return (
    <figure class="strip">
      <figcaption>
        <code>{name}</code> {count(all.length + leftOut, "death")}
        {leftOut > 0 && <span class="aside"> ({leftOut.toLocaleString("en")} of them not drawn)</span>}
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${all.length} deaths between 0 and ${most} cycles into ${name}`}
      >
        {rows.map(({ phase, cycles }) =>
          cycles.map((at) => {
            const x = Math.round((10 * WIDTH * at) / most) / 10;
            return (
              <line class={`phase-${phase}`} x1={x} x2={x} y1={0} y2={HEIGHT}>
                <title>
                  {phase}, {at.toLocaleString("en")} cycles in
                </title>
              </line>
            );
          }),
        )}
      </svg>
      <p class="axis">
        <span>0</span>
        <span>{most.toLocaleString("en")} cycles</span>
      </p>
    </figure>
  );
}
