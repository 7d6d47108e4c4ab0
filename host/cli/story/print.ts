/** A story for the eye: one ladder, chapter by chapter, and what came of it. */

import { type Line, ladderOf, restText } from "../../story/ladder.ts";
import type { Story } from "../../story/story.ts";
import { LANES, type Lane } from "../../story/telling.ts";
import { si } from "../../text/units.ts";
import { coloursOf, wrapped } from "../terminal.ts";

const TIME_COLUMNS = 10;
const LANE_COLUMNS = 9;
const INDENT = " ".repeat(TIME_COLUMNS + 2);
const NAME_COLUMNS = 34;

export function printStory(story: Story): void {
  const { bold, dim, green, red } = coloursOf(process.stdout);
  const lanes = LANES.map((lane) => lane.padEnd(LANE_COLUMNS)).join("");
  const lines = ladderOf(story).flatMap(({ chapter, lines: own }, i) => [
    "",
    bold(`${i + 1}  ${chapter}`),
    dim(`${"s".padStart(TIME_COLUMNS)}  ${lanes}`),
    ...own.map((line) => drawn(line, dim)),
  ]);
  const { ended } = story;
  const end = ended
    ? red(wrapped(`The story ends in "${ended.chapter}": ${ended.reason}.`))
    : green("Born, moved, used: one key chain from EAP to the last reading.");
  process.stdout.write(`${[...lines, "", ...outcome(story), "", end].join("\n").trimStart()}\n`);
}

function drawn(line: Line, dim: (text: string) => string): string {
  if (line.kind === "remark") {
    const { who, text } = line.remark;
    return dim(wrapped(`${INDENT}${who}: ${text}`, `${INDENT}  `));
  }
  if (line.kind === "rest") return dim(`${INDENT}... ${restText(line.rest)} ...`);
  const { time_s, from, to, way, name, isProtected, octets, fate } = line.rung;
  const what = `${way.padEnd(7)}${`${name}${fate === undefined ? "" : `: ${fate}`}`.padEnd(NAME_COLUMNS)}`;
  const length = `${isProtected ? "protected" : "in clear "} ${String(octets.length).padStart(5)}`;
  return `${time_s.toFixed(4).padStart(TIME_COLUMNS)}  ${arrow(from, to)}  ${what} ${length}`;
}

/** "|------->|        |": a bar for each lane, and an arrow from one to another; @ for what stays in one. */
function arrow(from: Lane, to: Lane): string {
  const [a, b] = [LANES.indexOf(from), LANES.indexOf(to)];
  const cells: string[] = Array.from({ length: (LANES.length - 1) * LANE_COLUMNS + 1 }, (_, column) =>
    column % LANE_COLUMNS === 0 ? "|" : " ",
  );
  const [left, right] = [Math.min(a, b) * LANE_COLUMNS, Math.max(a, b) * LANE_COLUMNS];
  for (let column = left + 1; column < right; column++) cells[column] = "-";
  if (a === b) cells[left] = "@";
  else if (b > a) cells[right - 1] = ">";
  else cells[left + 1] = "<";
  return cells.join("");
}

function outcome({ rungs, lived, rootPrint, scheme }: Story): string[] {
  const senaa = rungs.filter(({ way }) => way === "SeNAA");
  const mih = rungs.filter(({ way }) => way === "802.21");
  const sum = (some: typeof rungs): number => some.reduce((total, { octets }) => total + octets.length, 0);
  const rows = [
    [
      "messages",
      `${senaa.length} of SeNAA, ${sum(senaa)} octets; ${mih.length} of 802.21 (${scheme}), ${sum(mih)} octets`,
    ],
    ["root", rootPrint === undefined ? "none" : `${rootPrint}, the print of MSK[0..31]`],
  ];
  if (lived) {
    const { readings, confirmed, lives, deaths, deathsByPhase, spent_J, wasted_J, first_s, told_s } = lived;
    const phases = Object.entries(deathsByPhase).map(([phase, n]) => `${n} in ${phase}`);
    rows.push(
      ["readings", `${readings["AP 1"]} at AP 1, ${readings["AP 2"]} at AP 2; ${confirmed} confirmed by an M3`],
      ["lives", `${lives}, of which ${deaths} ended when power failed: ${phases.join(", ") || "none"}`],
      ["energy", `${si(spent_J, "J")} drawn, ${si(wasted_J, "J")} of it for exchanges that led to nothing`],
      ["told of AP 2", told_s === null ? "no answer came" : `${si(told_s, "s")} behind the wish`],
      ["read by AP 2", first_s === null ? "never" : `${si(first_s, "s")} behind the move`],
    );
  }
  return rows.map(([name, text]) => wrapped(`${name.padEnd(14)}${text}`, " ".repeat(14)));
}
