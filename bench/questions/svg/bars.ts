/* Horizontal bars of stacked parts, in groups: what something is made of. */
import { header, type Key, widthOf } from "./legend.ts";
import { at, escaped, svgPage } from "./page.ts";
import { scaleOf } from "./scale.ts";
import { type Colour, DARK, STYLES } from "./theme.ts";

export interface Bar {
  readonly name: string;
  readonly parts: readonly { readonly colour: Colour; readonly value: number }[];
  /** Behind the bar. */
  readonly label: string;
}

export interface Bars {
  readonly title: string;
  readonly desc: readonly string[];
  readonly keys: readonly Key[];
  readonly groups: readonly { readonly name?: string; readonly bars: readonly Bar[] }[];
  readonly axis: { readonly label: string; readonly tick: (value: number) => string };
}

const [WIDTH, RIGHT] = [860, 836];
const [ROW_px, BAR_px, GROUP_px] = [22, 14, 26];

export function barsSvg({ title, desc, keys, groups, axis }: Bars): string {
  const all = groups.flatMap(({ bars }) => bars);
  const left = 22 + Math.max(...all.map(({ name }) => widthOf(name)));
  const [headerLines, header_px] = header(title, keys, WIDTH);
  const top = header_px + 6;
  const longest = Math.max(...all.map(sumOf));
  // Behind the longest bar there is room for its label.
  const room = 14 + Math.max(...all.map(({ label }) => widthOf(label)));
  const x = scaleOf({ low: 0, high: longest }, left, RIGHT - room);
  const rows: string[] = [];
  let y = top;
  for (const { name, bars } of groups) {
    if (name !== undefined) {
      rows.push(`<text class="strong halo" x="${at(left + 1)}" y="${y + 17}">${escaped(name)}</text>`);
      y += GROUP_px;
    }
    for (const bar of bars) {
      rows.push(...drawn(bar, y + (ROW_px - BAR_px) / 2, left, x.place));
      y += ROW_px;
    }
    y += 8;
  }
  const ticks = x.ticks.flatMap((tick) => [
    `<path class="rule" d="M${at(x.place(tick))} ${top} V${y}" />`,
    `<text class="soft middle" x="${at(x.place(tick))}" y="${y + 18}">${escaped(axis.tick(tick))}</text>`,
  ]);
  const label = `<text class="soft middle" x="${at((left + RIGHT) / 2)}" y="${y + 40}">${escaped(axis.label)}</text>`;
  const base = `<path class="axis" d="M${at(left)} ${top} V${y}" />`;
  const lines = [...headerLines, ...ticks, ...rows, base, label];
  return svgPage({ width: WIDTH, height: y + 54, title, desc, styles: STYLES, dark: DARK, lines });
}

function sumOf({ parts }: Bar): number {
  return parts.reduce((sum, { value }) => sum + value, 0);
}

function drawn(bar: Bar, top: number, left: number, x: (value: number) => number): string[] {
  const middle = top + BAR_px / 2;
  let sum = 0;
  const parts = bar.parts.map(({ colour, value }) => {
    const from = x(sum);
    sum += value;
    return `<rect class="${colour}" x="${at(from)}" y="${at(top)}" width="${at(x(sum) - from)}" height="${BAR_px}" />`;
  });
  return [
    `<text class="name end" x="${at(left - 10)}" y="${at(middle + 4)}">${escaped(bar.name)}</text>`,
    ...parts,
    `<text class="soft halo" x="${at(x(sum) + 8)}" y="${at(middle + 4)}">${escaped(bar.label)}</text>`,
  ];
}
