/* How every chart looks: the page's own colours for text and rules, and one colour for each series. */

/** What a reader tells apart, by the names that charts give their parts. */
export const COLOURS = {
  blue: ["#2f7cc0", "#5aa2e0"],
  orange: ["#e08a1e", "#eda44a"],
  green: ["#3f9160", "#62b583"],
  purple: ["#8d6bb8", "#a98bd0"],
  red: ["#c0392b", "#ee7768"],
  grey: ["#98a4af", "#7d8a96"],
  pale: ["#9cc7ec", "#3f6f9c"],
  navy: ["#1f4e79", "#8fb8dd"],
} as const satisfies Record<string, readonly [light: string, dark: string]>;

export type Colour = keyof typeof COLOURS;

const names = Object.keys(COLOURS) as readonly Colour[];
const coloured = (side: 0 | 1): string[] =>
  names.map((name) => {
    const colour = COLOURS[name][side];
    return `.${name} { fill: ${colour}; } .${name}-line { stroke: ${colour}; }`;
  });

export const STYLES: readonly string[] = [
  ".soft { fill: #5b6875; }",
  ".name { fill: #26313b; }",
  ".strong { fill: #26313b; font-weight: 600; }",
  ".title { fill: #26313b; font-size: 14px; font-weight: 600; }",
  ".end { text-anchor: end; }",
  ".middle { text-anchor: middle; }",
  ".rule { stroke: #e3e8ec; fill: none; }",
  ".axis { stroke: #b4bec8; fill: none; }",
  ".guide { stroke: #7d8a96; stroke-dasharray: 5 4; fill: none; }",
  ".curve { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }",
  ".range { fill: none; stroke-width: 2; stroke-linecap: round; opacity: 0.45; }",
  ".shade { stroke: none; opacity: 0.14; }",
  ".halo { paint-order: stroke; stroke: #ffffff; stroke-width: 4px; stroke-linejoin: round; }",
  ...coloured(0),
];

export const DARK: readonly string[] = [
  ".soft { fill: #9fadba; }",
  ".name, .strong, .title { fill: #dbe3ea; }",
  ".rule { stroke: #29323a; }",
  ".axis { stroke: #4a5662; }",
  ".guide { stroke: #93a1ad; }",
  ".shade { opacity: 0.2; }",
  ".halo { stroke: #0d1117; }",
  ...coloured(1),
];
