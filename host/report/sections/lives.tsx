/** @jsxRuntime automatic @jsxImportSource #html */
/* Histograms of lives, and of how many of them a reading took. */
import type { Histogram } from "../../sim/record/timeline.ts";
import { Figure, theResult } from "../figure.tsx";
import { count, si } from "../units.ts";
import { Section } from "./section.tsx";

export function Lives() {
  const { timeline, lives, exchanges } = theResult();
  const readings = Object.entries(exchanges.livesPerReading).map(([n, times = 0]) => [Number(n), times] as const);
  if (lives === 0) {
    return (
      <Section id="lives" title="Lives">
        <p class="empty">No station ever came to life.</p>
      </Section>
    );
  }
  return (
    <Section
      id="lives"
      title="Lives"
      says={
        <>
          <Figure of="lives" /> lives of all stations, from power-up to power failure or the end of the run. Bins of
          time and energy grow by a third each.
        </>
      }
    >
      <div class="histograms">
        {timeline && (
          <>
            <Bars
              title="how long they lasted"
              bars={barsOf(timeline.lives.duration_s, (edge) => si(edge, "s"))}
              of={LIVES}
            />
            <Bars title="what they spent" bars={barsOf(timeline.lives.spent_J, (edge) => si(edge, "J"))} of={LIVES} />
            <Bars title="readings confirmed in one" bars={barsOf(timeline.lives.confirmed, String, true)} of={LIVES} />
          </>
        )}
        {readings.length > 0 && (
          <Bars
            title="lives that a reading took"
            of={READINGS}
            bars={readings
              .toSorted(([a], [b]) => a - b)
              .map(([n, times]) => ({ from: String(n), to: String(n), count: times }))}
          />
        )}
      </div>
    </Section>
  );
}

interface Bar {
  /** What its left edge and its whole width are called. */
  readonly from: string;
  readonly to: string;
  readonly count: number;
}

function barsOf({ edges, counts }: Histogram, name: (edge: number) => string, isWhole = false): Bar[] {
  return counts.map((count, i) => {
    const isOne = isWhole && edges[i + 1] - edges[i] === 1;
    const to = isWhole ? name(edges[i + 1] - 1) : name(edges[i + 1]);
    return { from: name(edges[i]), to: isOne ? name(edges[i]) : to, count };
  });
}

/** What is counted, one of them and more. */
type Noun = readonly [one: string, more: string];
const LIVES: Noun = ["life", "lives"];
const READINGS: Noun = ["reading", "readings"];

/** Labels below: the first, the middle and the last; all of a few. */
const FEW = 6;

function Bars({ title, bars, of }: { readonly title: string; readonly bars: readonly Bar[]; readonly of: Noun }) {
  const most = Math.max(...bars.map(({ count }) => count));
  const isTold = (i: number): boolean => bars.length <= FEW || [0, bars.length >> 1, bars.length - 1].includes(i);
  return (
    <figure class="histogram">
      <figcaption>{title}</figcaption>
      <ol>
        {bars.map(({ from, to, count: n }, i) => (
          <li title={`${from === to ? from : `${from} to ${to}`}: ${count(n, ...of)}`}>
            <span class="number">{n > 0 && (bars.length <= 2 * FEW || n === most) ? n.toLocaleString("en") : ""}</span>
            <span class="column" style={{ height: `${(100 * n) / most}%` }} />
            <span class="edge">{isTold(i) ? from : ""}</span>
          </li>
        ))}
      </ol>
    </figure>
  );
}
