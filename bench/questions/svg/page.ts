/*
 * A picture as one SVG file: a title and a description for who cannot see it, styles for light and dark, and nothing from
 * elsewhere.
 */

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** Lines of it. */
  readonly desc: readonly string[];
  /** CSS rules, and those that a dark background changes. */
  readonly styles: readonly string[];
  readonly dark: readonly string[];
  /** Elements, from the back to the front. */
  readonly lines: readonly string[];
}

const FONT = 'font-family: system-ui, "Segoe UI", "DejaVu Sans", sans-serif; font-size: 12px;';

export function svgPage({ width, height, title, desc, styles, dark, lines }: Picture): string {
  const indented = (depth: number, rows: readonly string[]): string =>
    rows.map((row) => `${" ".repeat(depth)}${row}\n`).join("");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title desc">
  <title id="title">${title}</title>
  <desc id="desc">
${indented(4, desc)}  </desc>
  <style>
    svg { color-scheme: light dark; ${FONT} }
${indented(4, styles)}    @media (prefers-color-scheme: dark) {
${indented(6, dark)}    }
  </style>
${indented(2, lines)}</svg>
`;
}

/** A coordinate: a tenth of a pixel is more than enough. */
export const at = (place: number): string => place.toFixed(1);

/** Text that an element may hold. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
