/*
 * docs/ways.svg: the energy of each way to a protected reading by what it goes to, with its band, from the committed result
 * of bench/handshake.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { HandshakeResult, WayRow } from "../../bench/handshake/result.ts";
import { mainWays } from "../../bench/handshake/tables.ts";
import { at, svgPage } from "../../bench/questions/svg/page.ts";
import { ROOT } from "../../host/build/build.ts";
import type { Phase } from "../../host/device/phase.ts";

/** Phases that a reader tells apart, as they are stacked. */
const PARTS: readonly (readonly [name: string, style: string, phases: readonly Phase[]])[] = [
  ["start", "start", ["boot"]],
  ["radio", "radio", ["listen", "rx", "tx", "sleep"]],
  ["NVM", "nvm", ["nvm"]],
  ["SNonce, its entropy", "snonce", ["snonce"]],
  ["PMK, EAP", "pmk", ["pmk"]],
  ["PTK", "ptk", ["ptk"]],
  ["frames in and out", "frames", ["frame", "mic", "data"]],
  ["M3", "m3", ["m3"]],
];

const WIDTH = 920;
const [LEFT, RIGHT] = [262, 872];
const [TOP, ROW, BAR] = [64, 26, 14];
const uJ = 1e-6;
const TICK_uJ = 10;

/** The picture. */
export function waysSvg(): string {
  const result: HandshakeResult = JSON.parse(readFileSync(join(ROOT, "bench/results/handshake.json"), "utf8"));
  const rows = mainWays(result);
  const last_uJ = Math.ceil(Math.max(...rows.map(({ high_J }) => high_J)) / uJ / TICK_uJ) * TICK_uJ;
  const x = (e_uJ: number): number => LEFT + (e_uJ / last_uJ) * (RIGHT - LEFT);
  const bottom = TOP + rows.length * ROW;
  const ticks = Array.from({ length: last_uJ / TICK_uJ + 1 }, (_, i) => i * TICK_uJ);
  const lines = [
    ...legend(),
    ...ticks.flatMap((tick_uJ) => [
      `<path class="rule" d="M${at(x(tick_uJ))} ${TOP - 4} V${bottom}" />`,
      `<text class="soft middle" x="${at(x(tick_uJ))}" y="${bottom + 18}">${tick_uJ}${tick_uJ === last_uJ ? " uJ" : ""}</text>`,
    ]),
    ...rows.flatMap((row, i) => bar(row, TOP + i * ROW, x)),
  ];
  const { mcu, nvm, radio } = result.parts;
  return svgPage({
    ...{ width: WIDTH, height: bottom + 34, title: "Energy of each way to a protected reading" },
    desc: [
      `${rows.length} ways from power-off to a reading at the access point, on ${mcu}, ${nvm}, ${radio}: a bar each, by`,
      "what the energy goes to; the thin line is the band of all numbers behind it. Made by tests/readme/generate.ts; do not edit.",
    ],
    ...{ styles: STYLES, dark: DARK, lines },
  });
}

function bar({ name, e_J, low_J, high_J, byPhase_J }: WayRow, top: number, x: (e_uJ: number) => number): string[] {
  const middle = top + BAR / 2;
  let sum_uJ = 0;
  const parts = PARTS.map(([, style, phases]) => {
    const from = x(sum_uJ);
    for (const phase of phases) sum_uJ += (byPhase_J[phase] ?? 0) / uJ;
    return `<rect class="${style}" x="${at(from)}" y="${top}" width="${at(x(sum_uJ) - from)}" height="${BAR}" />`;
  });
  if (Math.abs(sum_uJ * uJ - e_J) > e_J * 1e-9) throw new Error(`${name}: a phase is in no part of the picture`);
  const [low, high] = [at(x(low_J / uJ)), at(x(high_J / uJ))];
  return [
    `<text class="name end" x="${LEFT - 10}" y="${middle + 4}">${name}</text>`,
    ...parts,
    `<path class="band" d="M${low} ${middle} H${high} M${low} ${middle - 4} v8 M${high} ${middle - 4} v8" />`,
    `<text class="soft" x="${at(x(high_J / uJ) + 6)}" y="${middle + 4}">${(e_J / uJ).toFixed(1)}</text>`,
  ];
}

/** A square and a name each, in two lines. */
function legend(): string[] {
  const perLine = PARTS.length / 2;
  return PARTS.flatMap(([name, style], i) => {
    const left = LEFT + (i % perLine) * 155;
    const top = 12 + Math.floor(i / perLine) * 20;
    return [
      `<rect class="${style}" x="${left}" y="${top}" width="12" height="12" />`,
      `<text class="soft" x="${left + 18}" y="${top + 10}">${name}</text>`,
    ];
  });
}

/** CSS rules, and those that a dark background changes. */
const STYLES: readonly string[] = [
  ".soft { fill: #5b6875; }",
  ".name { fill: #26313b; }",
  ".end { text-anchor: end; }",
  ".middle { text-anchor: middle; }",
  ".rule { stroke: #dde3e8; fill: none; }",
  ".band { stroke: #26313b; stroke-width: 1; fill: none; }",
  ".start { fill: #98a4af; }",
  ".radio { fill: #e3a13b; }",
  ".nvm { fill: #8d6bb8; }",
  ".snonce { fill: #4f9d69; }",
  ".pmk { fill: #1f4e79; }",
  ".ptk { fill: #2f7cc0; }",
  ".frames { fill: #7fb8e6; }",
  ".m3 { fill: #c3dbf0; }",
];
const DARK: readonly string[] = [
  ".soft { fill: #9fadba; }",
  ".name { fill: #dbe3ea; }",
  ".rule { stroke: #333d46; }",
  ".band { stroke: #f2f6f9; }",
  ".frames { fill: #4a86b8; }",
  ".m3 { fill: #5a7690; }",
];
