/** @jsxRuntime automatic @jsxImportSource #html */
/* The voltage of the capacitor over the station's own time: lives, readings, deaths, and whose station it is. */
import type { LifeSpan } from "../../sim/record/timeline.ts";
import type { Story } from "../story.ts";

const [WIDTH, HEIGHT] = [1000, 220];
const TOP = 26;
/** Points of the line: about one a pixel. */
const POINTS = 1000;
const TICKS_s = 10;

export function Capacitor({ story }: { readonly story: Story }) {
  const { lived, scenario } = story;
  if (!lived) return null;
  const { duration_s } = scenario;
  const { vMin_mV, vMax_mV, lives, confirmed } = lived.timeline.stations[0];
  const { bucket_s } = lived.timeline;
  const most_mV = Math.max(...vMax_mV);
  const x = (t_s: number): number => round((t_s / duration_s) * WIDTH);
  const y = (v_mV: number): number => round(TOP + (1 - v_mV / most_mV) * (HEIGHT - TOP));
  const each = Math.max(1, Math.floor(vMin_mV.length / POINTS));
  const groups = Array.from({ length: Math.ceil(vMin_mV.length / each) }, (_, i) => i * each);
  const at = (series: readonly number[], i: number, pick: (...of: number[]) => number) =>
    pick(...series.slice(i, i + each));
  const up = groups.map((i) => `${x(i * bucket_s)},${y(at(vMax_mV, i, Math.max))}`);
  const down = groups.map((i) => `${x(i * bucket_s)},${y(at(vMin_mV, i, Math.min))}`).reverse();
  const readings = confirmed.flatMap((n, i) => (n > 0 ? [x(i * bucket_s)] : []));
  const spans = [
    ["AP 1", 0, lived.move_s],
    ["AP 2", lived.move_s, duration_s],
  ] as const;
  return (
    <section id="capacitor">
      <h2>The capacitor</h2>
      <p class="says">
        Least and greatest voltage over the {duration_s} s on harvested power, up to {(most_mV / 1000).toFixed(2)} V.
        Shaded: the station is on. Green: a reading is confirmed. Red: power failed; the phase stands in the tooltip of
        each.
      </p>
      <figure class="capacitor">
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT + 22}`}
          role="img"
          aria-label="Voltage over time, with lives, readings and deaths"
        >
          {spans.map(([name, from_s, to_s]) => (
            <>
              <rect
                class={`span ${name === "AP 1" ? "one" : "two"}`}
                x={x(from_s)}
                y="0"
                width={x(to_s - from_s)}
                height="14"
              />
              <text class="spanname" x={x(from_s) + 6} y="11">
                {name}
              </text>
            </>
          ))}
          {lives.map(({ up_s, down_s }) => (
            <rect class="life" x={x(up_s)} y={TOP} width={Math.max(0.5, x(down_s - up_s))} height={HEIGHT - TOP} />
          ))}
          <polygon class="voltage" points={[...up, ...down].join(" ")} />
          <path class="readings" d={readings.map((at_x) => `M${at_x} 17V23`).join("")} />
          {lives.filter(isDeath).map(({ down_s, phase }) => (
            <path class="death" d={`M${x(down_s)} ${TOP}V${HEIGHT}`}>
              <title>{`${down_s.toFixed(3)} s: power failed in ${phase}`}</title>
            </path>
          ))}
          <path class="wish" d={`M${x(lived.wish_s)} 0V${HEIGHT}`}>
            <title>{`${lived.wish_s} s: 802.21 begins to prepare the move`}</title>
          </path>
          <text class="tick" x={x(lived.wish_s) + 5} y={HEIGHT - 6}>
            802.21 prepares
          </text>
          {Array.from({ length: Math.floor(duration_s / TICKS_s) + 1 }, (_, i) => i * TICKS_s).map((t_s) => (
            <text
              class="tick"
              x={x(t_s)}
              y={HEIGHT + 16}
              text-anchor={t_s === 0 ? "start" : x(t_s) >= WIDTH ? "end" : "middle"}
            >
              {`${t_s} s`}
            </text>
          ))}
        </svg>
      </figure>
    </section>
  );
}

const isDeath = ({ phase }: LifeSpan): boolean => phase !== null;

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
