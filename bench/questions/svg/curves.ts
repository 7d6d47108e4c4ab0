/* Lines over a plane: an answer by a number that can be chosen, with its band. */
import { header } from "./legend.ts";
import { at, escaped, svgPage } from "./page.ts";
import { type Range, scaleOf } from "./scale.ts";
import { type Colour, DARK, STYLES } from "./theme.ts";

export interface Axis extends Range {
  readonly label: string;
  readonly tick: (value: number) => string;
  /** Where ticks stand; left out: at round numbers. */
  readonly ticks?: readonly number[];
}

export interface Curve {
  readonly name: string;
  readonly colour: Colour;
  readonly points: readonly { readonly x: number; readonly y: number; readonly low?: number; readonly high?: number }[];
}

/** A level or a place that the curves are compared with. */
export interface Guide {
  readonly x?: number;
  readonly y?: number;
  readonly label: string;
}

export interface Curves {
  readonly title: string;
  readonly desc: readonly string[];
  readonly x: Axis;
  readonly y: Axis;
  readonly curves: readonly Curve[];
  readonly guides: readonly Guide[];
}

const [WIDTH, HEIGHT] = [860, 440];
const [LEFT, RIGHT] = [86, 830];
const BOTTOM = 384;

export function curvesSvg({ title, desc, x: across, y: up, curves, guides }: Curves): string {
  const [keys, header_px] = header(title, curves, WIDTH);
  const top = header_px + 10;
  const x = scaleOf(across, LEFT, RIGHT);
  const y = scaleOf(up, BOTTOM, top);
  const lines = [
    ...keys,
    ...(across.ticks ?? x.ticks).flatMap((tick) => [
      `<path class="rule" d="M${at(x.place(tick))} ${top} V${BOTTOM}" />`,
      `<text class="soft middle" x="${at(x.place(tick))}" y="${BOTTOM + 18}">${escaped(across.tick(tick))}</text>`,
    ]),
    ...(up.ticks ?? y.ticks).flatMap((tick) => [
      `<path class="rule" d="M${LEFT} ${at(y.place(tick))} H${RIGHT}" />`,
      `<text class="soft end" x="${LEFT - 8}" y="${at(y.place(tick) + 4)}">${escaped(up.tick(tick))}</text>`,
    ]),
    `<path class="axis" d="M${LEFT} ${top} V${BOTTOM} H${RIGHT}" />`,
    `<text class="soft middle" x="${(LEFT + RIGHT) / 2}" y="${BOTTOM + 42}">${escaped(across.label)}</text>`,
    `<text class="soft middle" transform="translate(18 ${(top + BOTTOM) / 2}) rotate(-90)">${escaped(up.label)}</text>`,
    ...curves.flatMap(({ colour, points }) => [
      ...shade(points, colour, x.place, y.place),
      `<path class="curve ${colour}-line" d="M${points.map((p) => `${at(x.place(p.x))} ${at(y.place(p.y))}`).join(" L")}" />`,
    ]),
    ...guides.flatMap((guide) => drawnGuide(guide, x.place, y.place, top)),
  ];
  return svgPage({ width: WIDTH, height: HEIGHT, title, desc, styles: STYLES, dark: DARK, lines });
}

type Place = (value: number) => number;

/** The area between the lows and the highs. */
function shade(points: Curve["points"], colour: Colour, x: Place, y: Place): string[] {
  if (points.some(({ low, high }) => low === undefined || high === undefined)) return [];
  const there = points.map((p) => `${at(x(p.x))} ${at(y(p.high ?? p.y))}`);
  const back = [...points].reverse().map((p) => `${at(x(p.x))} ${at(y(p.low ?? p.y))}`);
  return [`<path class="shade ${colour}" d="M${[...there, ...back].join(" L")} Z" />`];
}

function drawnGuide({ x: across, y: up, label }: Guide, x: Place, y: Place, top: number): string[] {
  if (up !== undefined) {
    const height = y(up);
    return [
      `<path class="guide" d="M${LEFT} ${at(height)} H${RIGHT}" />`,
      `<text class="name halo" x="${LEFT + 8}" y="${at(height - 6)}">${escaped(label)}</text>`,
    ];
  }
  const place = x(across ?? Number.NaN);
  return [
    `<path class="guide" d="M${at(place)} ${top} V${BOTTOM}" />`,
    `<text class="name halo" x="${at(place + 6)}" y="${top + 14}">${escaped(label)}</text>`,
  ];
}
