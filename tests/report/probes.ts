/** What tests ask of a page from within it: inpage/probes.ts has the answers, out of the DOM, as plain JSON. */

export interface Probes {
  /** All figures: their place in the result, their value and what is read. */
  figures(): { of: string; value: string; text: string }[];
  isChartFocused(): boolean;
  /** The colour behind everything. */
  ground(): string;
  /** The colours of text and of what is behind it, for up to forty of each kind. */
  inks(...kinds: string[]): { kind: string; ink: string; ground: string }[];
  /** What reaches beyond the screen, and what is written smaller than 11 px. */
  misfits(): { wide: string[]; small: string[] };
  chartWidths(): number[];
  /** All elements of a selector: their text, their inline style and their attributes. */
  all(selector: string): { text: string; style: string; attributes: Record<string, string> }[];
  /** Of a chart, by its number: the rows of its canvas in a column, top first, as [r, g, b] of each CSS pixel. */
  column(chart: number, x: number): [number, number, number][];
  /** A colour of the style sheet as [r, g, b], over the ground of a card if one sees through it. */
  ink(name: string): [number, number, number];
  /** What has no name for who does not see it. */
  nameless(): string[];
}
