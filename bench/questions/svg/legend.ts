/* What stands above a chart: its title, and a square and a name for each series in one line or more. */
import { escaped } from "./page.ts";
import type { Colour } from "./theme.ts";

export interface Key {
  readonly name: string;
  readonly colour: Colour;
}

/** Widths of letters at 12 px, the widest of the fonts that a page may have: a little too much rather than too little. */
const NARROW = /[ijltfr.,:'|()[\]1 -]/;
const WIDE = /[mwMW%@]/;
const CAPITAL = /[A-Z0-9_]/;

/** How wide a text is at most, about. */
export function widthOf(text: string): number {
  let width = 0;
  for (const letter of text)
    width += NARROW.test(letter) ? 4.6 : WIDE.test(letter) ? 11 : CAPITAL.test(letter) ? 8.2 : 7.3;
  return width;
}

const LINE_px = 20;
const MARK_px = 18;
const GAP_px = 18;

const LEFT_px = 12;
const TITLE_px = 34;

/** Its elements, and where it ends. */
export function header(title: string, keys: readonly Key[], right: number): [lines: string[], bottom_px: number] {
  const [lines, legend_px] = legend(keys, LEFT_px, right, TITLE_px);
  return [[`<text class="title" x="${LEFT_px}" y="20">${escaped(title)}</text>`, ...lines], TITLE_px + legend_px];
}

/** Its elements and its height, 0 without keys. */
function legend(keys: readonly Key[], left: number, right: number, top: number): [string[], number] {
  let [x, y] = [left, top];
  const lines = keys.flatMap(({ name, colour }) => {
    const width = MARK_px + widthOf(name);
    if (x > left && x + width > right) [x, y] = [left, y + LINE_px];
    const mark = `<rect class="${colour}" x="${x.toFixed(1)}" y="${y}" width="11" height="11" rx="2" />`;
    const label = `<text class="soft" x="${(x + MARK_px).toFixed(1)}" y="${y + 10}">${escaped(name)}</text>`;
    x += width + GAP_px;
    return [mark, label];
  });
  return [lines, keys.length === 0 ? 0 : y - top + LINE_px];
}
