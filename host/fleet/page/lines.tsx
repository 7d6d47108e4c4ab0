/** @jsxRuntime automatic @jsxImportSource #html */
/* One plot of a page: lines over an axis of its own, with what they are called at their points. */

export interface Line {
  /** Of the palette, counted around. */
  readonly colour: number;
  /** x from 0 to 1, from left to right. */
  readonly points: readonly { readonly x: number; readonly y: number; readonly told?: string }[];
}

interface Tick {
  /** 0 to 1. */
  readonly at: number;
  readonly text: string;
}

interface LinesProps {
  readonly title: string;
  readonly says: string;
  readonly label: string;
  readonly axis: string;
  readonly ticks: readonly Tick[];
  /** That is to be in the plot, above 0; it begins at 0 and ends at axisEnd() of this. */
  readonly most: number;
  readonly told: (value: number) => string;
  readonly lines: readonly Line[];
}

const [WIDTH, HEIGHT, LEFT, RIGHT, BOTTOM, TOP] = [460, 246, 64, 28, 40, 12];
export const COLOURS = 6;

/** The least that is not below `most` and, as its half, is a number that is read at a glance: 1 to 6 or 8 times a power of 10. */
export function axisEnd(most: number): number {
  const power = Math.floor(Math.log10(most));
  // In digits, as 3 times 10^-1 is more than 0.3.
  const ends = [1, 2, 3, 4, 5, 6, 8, 10].map((digit) => Number(`${digit}e${power}`));
  return ends.find((end) => end >= most) ?? most;
}

export function Lines({ title, says, label, axis, ticks, most, told, lines }: LinesProps) {
  const end = axisEnd(most);
  const x = (at: number): number => round(LEFT + at * (WIDTH - LEFT - RIGHT));
  const y = (value: number): number => round(TOP + (1 - value / end) * (HEIGHT - TOP - BOTTOM));
  return (
    <figure class="panel">
      <figcaption>
        <strong>{title}</strong> {says}
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
        {[0, 0.5, 1].map((part) => (
          <>
            <path class="rule" d={`M${LEFT} ${y(part * end)}H${WIDTH - RIGHT / 2}`} />
            <text class="tick" x={LEFT - 6} y={y(part * end) + 4} text-anchor="end">
              {part === 0 ? "0" : told(part * end)}
            </text>
          </>
        ))}
        {ticks.map(({ at, text }) => (
          <text class="tick" x={x(at)} y={HEIGHT - 22} text-anchor="middle">
            {text}
          </text>
        ))}
        <text class="tick" x={(LEFT + WIDTH - RIGHT) / 2} y={HEIGHT - 5} text-anchor="middle">
          {axis}
        </text>
        {lines.map(({ colour, points }) => (
          <g class={`line p${colour % COLOURS}`}>
            <polyline points={points.map((one) => `${x(one.x)},${y(one.y)}`).join(" ")} />
            {points.map(
              (one) =>
                one.told && (
                  <circle cx={x(one.x)} cy={y(one.y)} r="3.4">
                    <title>{one.told}</title>
                  </circle>
                ),
            )}
          </g>
        ))}
      </svg>
    </figure>
  );
}

const round = (value: number): number => Math.round(10 * value) / 10;
