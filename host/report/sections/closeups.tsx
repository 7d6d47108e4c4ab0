/** @jsxRuntime automatic @jsxImportSource #html */
/* One exchange and one death of each kind in full: the voltage, over the phases that it fell in. */
import { PHASES, type Phase } from "../../device/phase.ts";
import type { CloseUp } from "../../sim/record/timeline.ts";
import { theResult } from "../figure.tsx";
import { figures } from "../units.ts";
import { Section } from "./section.tsx";

const WIDTH = 1000;
const HEIGHT = 240;
/** Of the height, above and below the line. */
const MARGIN = 0.12;

export function CloseUps() {
  const closeUps = theResult().timeline?.closeUps ?? [];
  if (closeUps.length === 0) return null;
  const seen = new Set(closeUps.flatMap(({ pieces }) => pieces.map(({ phase }) => phase)));
  const inOrder = closeUps.toSorted(
    (a, b) => Number(b.kind === "exchange") - Number(a.kind === "exchange") || a.from_s - b.from_s,
  );
  return (
    <Section
      id="closeups"
      title="Up close"
      says="The first exchange that was confirmed, and the first death in each phase: what the station did from the trigger on, and how its voltage went."
    >
      <ul class="legend">
        {(Object.keys(PHASES) as Phase[])
          .filter((phase) => seen.has(phase))
          .map((phase) => (
            <li title={PHASES[phase]}>
              <span class={`chip phase-${phase}`} />
              {phase}
            </li>
          ))}
      </ul>
      <div class="closeups">
        {inOrder.map((closeUp) => (
          <Card {...closeUp} />
        ))}
      </div>
    </Section>
  );
}

function Card({ kind, station, life, from_s, v_mV, pieces }: CloseUp) {
  const end = pieces.at(-1);
  if (!end) return null;
  const what = kind === "exchange" ? "an exchange, confirmed" : `death in ${end.phase}`;
  const voltages = [v_mV, ...pieces.map((piece) => piece.v_mV)];
  const low = Math.min(...voltages);
  // A voltage that does not move has a picture too.
  const high = Math.max(...voltages, low + 1);
  const x = (t_us: number): number => round((WIDTH * t_us) / end.to_us);
  const y = (mV: number): number => round(HEIGHT * (MARGIN + (1 - 2 * MARGIN) * (1 - (mV - low) / (high - low))));
  const starts_us = [0, ...pieces.map(({ to_us }) => to_us)];
  const line = [[0, v_mV], ...pieces.map(({ to_us, v_mV }) => [to_us, v_mV])]
    .map(([t, v]) => `${x(t)},${y(v)}`)
    .join(" ");
  return (
    <figure class={`closeup ${kind}`}>
      <figcaption>
        <strong>{what}</strong>{" "}
        <span class="aside">
          station {station}, life {life}, {from_s.toFixed(3)}&nbsp;s
        </span>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${what}: ${told(pieces)}`}
      >
        {pieces.map(({ phase, to_us, v_mV }, i) => (
          <rect
            class={`phase-${phase}`}
            x={x(starts_us[i])}
            y={0}
            width={round(Math.max(x(to_us) - x(starts_us[i]), 1))}
            height={HEIGHT}
          >
            <title>
              {phase}: {ms(starts_us[i])} to {ms(to_us)}, to {volts(v_mV)}
            </title>
          </rect>
        ))}
        <polyline points={line} />
      </svg>
      <p class="axis">
        <span>0</span>
        <span>
          {volts(v_mV)} → {volts(end.v_mV)}
        </span>
        <span>{ms(end.to_us)}</span>
      </p>
    </figure>
  );
}

/** For who does not see the picture: the phases in their order, each once. */
function told(pieces: CloseUp["pieces"]): string {
  return [...new Set(pieces.map(({ phase }) => phase))].join(", ");
}

const volts = (mV: number): string => `${(mV / 1000).toFixed(3)}\u00a0V`;
const ms = (us: number): string => `${figures(us / 1000)}\u00a0ms`;
const round = (value: number): number => Math.round(10 * value) / 10;
