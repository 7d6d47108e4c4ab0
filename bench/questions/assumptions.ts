/*
 * Question: which assumption moves each answer most? Made of the other pages: each has one number that stands for its
 * answer, and what moves that.
 */
import type { Cell } from "../../host/cli/terminal.ts";
import type { Moved, Page } from "./question.ts";
import { dotsSvg } from "./svg/dots.ts";
import type { Colour } from "./svg/theme.ts";
import type { Swing } from "./swing.ts";

/** Numbers of a page that are shown. */
const SHOWN = 3;
const COLOURS: readonly Colour[] = ["red", "orange", "blue"];

/** A page with its name, and with what moves its answer. */
interface Movable {
  readonly name: string;
  readonly moved: Moved;
}

export function assumptionsPage(pages: readonly (readonly [name: string, page: Page])[]): Page {
  const movable = pages.flatMap(([name, { moved }]): Movable[] => (moved ? [{ name, moved }] : []));
  const counts = new Map<string, number>();
  for (const { moved } of movable) {
    const [first] = moved.swings;
    counts.set(first.number, (counts.get(first.number) ?? 0) + 1);
  }
  const ranked = [...counts].sort((a, b) => b[1] - a[1]);
  const firsts = ranked.map(([number, count]) => `${number} (${count === 1 ? "one answer" : `${count} answers`})`);
  const assumed = movable.filter(({ moved }) => moved.swings[0].status === "assumed").length;
  return {
    question: "Which assumption moves each answer most?",
    answer:
      `Of ${movable.length} answers that depend on numbers of parts, ${assumed} are moved most by one that is ` +
      `assumed. First stand ${firsts.join(", ")}. ` +
      "What no number of a part moves is on the pages themselves: instructions, octets and identifiers are counted.",
    parts: [
      plot(movable),
      {
        id: "assumptions",
        title: "The numbers that move each answer, one at a time from the low to the high end of its band",
        headline: true,
        rows: movable.flatMap(({ name, moved }) =>
          moved.swings.slice(0, SHOWN).map((swing, i) => ({
            page: i === 0 ? name : "",
            "what stands for its answer": i === 0 ? `${moved.what}: ${moved.shown(moved.value)}` : "",
            number: swing.number,
            status: swing.status,
            "from .. to": ends(moved, swing),
          })),
        ),
        note: `The bands are those of docs/SIMULATOR.md: what a status means, or the number's own. mcu.weights are the
cycles that an opcode costs, the assumed cycles an instruction among them. All other numbers stay at their best estimate.`,
      },
    ],
    rests: [
      "One number at a time says nothing of two that are wrong together; the bands of energies elsewhere (npm " +
        "run bench -- handshake) have all of them wrong the same way at once.",
      "Airtimes, slots and frame layouts are constants and not moved: they are the profile's, marked " +
        "Assumption in docs/PROTOCOL.md and host/channel.",
    ],
  };
}

/** The answer with the number at its low and at its high, the lesser first. */
export function ends({ shown }: Moved, { atLow, atHigh }: Swing): string {
  const text = (value: number | null): string => (value === null ? "never" : shown(value));
  const isUp = atLow !== null && (atHigh === null || atLow <= atHigh);
  return isUp ? `${text(atLow)} .. ${text(atHigh)}` : `${text(atHigh)} .. ${text(atLow)}`;
}

/** The rows of the table on a page of its own: what moves its answer. */
export function movedRows(moved: Moved): Record<string, Cell>[] {
  return moved.swings.slice(0, SHOWN).map((swing) => ({
    number: swing.number,
    status: swing.status,
    band: `${swing.band.map((factor) => Number(factor.toPrecision(3))).join(" .. ")} x`,
    "answer from .. to": ends(moved, swing),
    source: swing.source,
  }));
}

/** The numbers that are not in the table, as words. */
export function others({ swings }: Moved): string {
  return swings
    .slice(SHOWN)
    .map(({ number, status }) => `${number} (${status})`)
    .join(", ");
}

function plot(movable: readonly Movable[]): Page["parts"][number] {
  return {
    picture: "movers",
    alt: "For each answer the three numbers that move it most, as factors of its best estimate on a logarithmic axis",
    svg: dotsSvg({
      title: "How far single numbers move each answer",
      desc: [
        "For each page the numbers that move its answer most, from the low to the high end of their bands, as " +
          "a factor of the best",
        "estimate of the answer.",
      ],
      keys: COLOURS.map((colour, i) => ({ name: ["moves it most", "second", "third"][i], colour })),
      rows: movable.map(({ name, moved }) => ({
        name,
        dots: moved.swings.slice(0, SHOWN).flatMap(({ number, atLow, atHigh }, i) => {
          if (atLow === null || atHigh === null) return [];
          const [low, high] = [atLow, atHigh].sort((a, b) => a - b).map((value) => value / moved.value);
          return [{ colour: COLOURS[i], value: 1, low, high, label: number }];
        }),
      })),
      guides: [],
      axis: { label: "factor of the best estimate", tick: (value) => `${value}` },
    }),
  };
}
