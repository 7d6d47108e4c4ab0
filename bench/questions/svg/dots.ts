/* Dots with their bands on one logarithmic axis, several a row: where something lies, over orders of magnitude. */
import { header, type Key, widthOf } from "./legend.ts";
import { at, escaped, svgPage } from "./page.ts";
import { rangeAround, scaleOf } from "./scale.ts";
import { type Colour, DARK, STYLES } from "./theme.ts";

export interface Dot {
  readonly colour: Colour;
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  /** Beside the dot. */
  readonly label?: string;
}

export interface Dots {
  readonly title: string;
  readonly desc: readonly string[];
  readonly keys: readonly Key[];
  readonly rows: readonly { readonly name: string; readonly dots: readonly Dot[] }[];
  readonly guides: readonly { readonly value: number; readonly label: string }[];
  readonly axis: { readonly label: string; readonly tick: (value: number) => string };
}

const [WIDTH, RIGHT] = [860, 800];
const [DOT_px, GAP_px] = [15, 14];
/** Between a label and what stands beside it. */
const SPACE_px = 9;

export function dotsSvg({ title, desc, keys, rows, guides, axis }: Dots): string {
  const left = 22 + Math.max(...rows.map(({ name }) => widthOf(name)));
  const [headerLines, header_px] = header(title, keys, WIDTH);
  const guides_px = guides.length > 0 ? 16 : 0;
  const top = header_px + guides_px + 6;
  const values = rows.flatMap(({ dots }) => dots.flatMap(({ value, low = value, high = value }) => [value, low, high]));
  const x = scaleOf(rangeAround([...values, ...guides.map(({ value }) => value)]), left, RIGHT);
  const uprights = guides.map(({ value }) => x.place(value));
  const drawn: string[] = [];
  let y = top;
  for (const { name, dots } of rows) {
    const height = DOT_px * dots.length + GAP_px;
    drawn.push(`<path class="rule" d="M${at(left)} ${y} H${RIGHT}" />`);
    drawn.push(`<text class="name end" x="${at(left - 10)}" y="${at(y + height / 2 + 4)}">${escaped(name)}</text>`);
    for (const [i, dot] of dots.entries()) {
      drawn.push(...drawnDot(dot, y + GAP_px / 2 + DOT_px * (i + 0.5), { x: x.place, uprights }));
    }
    y += height;
  }
  const lines = [
    ...headerLines,
    ...x.ticks.flatMap((tick) => [
      `<path class="rule" d="M${at(x.place(tick))} ${top} V${y}" />`,
      `<text class="soft middle" x="${at(x.place(tick))}" y="${y + 18}">${escaped(axis.tick(tick))}</text>`,
    ]),
    ...guides.flatMap(({ value, label }) => [
      `<path class="guide" d="M${at(x.place(value))} ${top} V${y}" />`,
      `<text class="name middle" x="${at(x.place(value))}" y="${top - 6}">${escaped(label)}</text>`,
    ]),
    ...drawn,
    `<path class="axis" d="M${at(left)} ${top} V${y} H${RIGHT}" />`,
    `<text class="soft middle" x="${at((left + RIGHT) / 2)}" y="${y + 42}">${escaped(axis.label)}</text>`,
  ];
  return svgPage({ width: WIDTH, height: y + 56, title, desc, styles: STYLES, dark: DARK, lines });
}

interface Axis {
  readonly x: (value: number) => number;
  /** Where guides cross the row, pixels. */
  readonly uprights: readonly number[];
}

function drawnDot(dot: Dot, middle: number, { x, uprights }: Axis): string[] {
  const { colour, value, low, high, label } = dot;
  const range =
    low === undefined || high === undefined
      ? []
      : [`<path class="range ${colour}-line" d="M${at(x(low))} ${at(middle)} H${at(x(high))}" />`];
  const end = Math.max(x(value), high === undefined ? 0 : x(high)) + SPACE_px;
  const beside = clearOf(uprights, end, label === undefined ? 0 : widthOf(label));
  return [
    ...range,
    `<circle class="${colour}" cx="${at(x(value))}" cy="${at(middle)}" r="4.5" />`,
    ...(label === undefined
      ? []
      : [`<text class="soft halo" x="${at(beside)}" y="${at(middle + 4)}">${escaped(label)}</text>`]),
  ];
}

/** The first place from `start` on at which a label so wide is struck by no guide, pixels. */
export function clearOf(uprights: readonly number[], start: number, width: number): number {
  let place = start;
  for (const upright of [...uprights].sort((a, b) => a - b)) {
    if (upright > place - SPACE_px / 2 && upright < place + width + SPACE_px / 2) place = upright + SPACE_px;
  }
  return place;
}
