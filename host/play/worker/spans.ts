/* Lives and deaths of a stretch of time, as many as a picture has room for. */
import { PHASES, type Phase } from "../../device/phase.ts";
import type { DeathMark } from "../protocol.ts";
import type { Watched } from "./watched.ts";

const PHASE_NAMES = Object.keys(PHASES) as readonly Phase[];
const [UP, DOWN, PHASE] = [0, 1, 2];

/** As [up_s, down_s, ...], at most `most` of them: what is closer together than a picture can show is one. */
export function livesIn(watched: Watched, from_s: number, to_s: number, most: number): Float64Array {
  const { lives, up_s } = watched;
  const near_s = (to_s - from_s) / most;
  const spans: number[] = [];
  const put = (begin_s: number, end_s: number): void => {
    if (spans.length > 0 && begin_s - spans[spans.length - 1] < near_s) spans[spans.length - 1] = end_s;
    else spans.push(begin_s, end_s);
  };
  for (let row = lives.firstAtLeast(DOWN, from_s); row < lives.end && lives.at(row, UP) <= to_s; row++) {
    put(lives.at(row, UP), Math.min(lives.at(row, DOWN), to_s));
  }
  if (up_s !== undefined && up_s <= to_s) put(up_s, to_s);
  return Float64Array.from(spans);
}

/** At most `most`, in their order: of those in one of `most` equal parts of the time the last. */
export function deathsIn({ lives }: Watched, from_s: number, to_s: number, most: number): DeathMark[] {
  const found = new Map<number, DeathMark>();
  for (let row = lives.firstAtLeast(DOWN, from_s); row < lives.end && lives.at(row, DOWN) <= to_s; row++) {
    if (lives.at(row, PHASE) < 0) continue;
    const mark = deathAt(lives, row);
    const cell = Math.floor(((mark.t_s - from_s) / (to_s - from_s)) * most);
    found.set(Math.min(cell, most - 1), mark);
  }
  return [...found.values()];
}

/** The latest power-ups and deaths by then, the latest last. */
export function turnsBy(
  { lives, up_s, lifeNumber }: Watched,
  now_s: number,
  most: number,
): ({ readonly up_s: number; readonly life: number } | DeathMark)[] {
  const found: ({ readonly up_s: number; readonly life: number } | DeathMark)[] = [];
  // A life that the end of the run cut off is a row already.
  if (most > 0 && up_s !== undefined && up_s <= now_s && lifeNumber > lives.end) found.push({ up_s, life: lifeNumber });
  for (let row = lives.end - 1; row >= lives.start && found.length < most; row--) {
    if (lives.at(row, PHASE) >= 0 && lives.at(row, DOWN) <= now_s) found.push(deathAt(lives, row));
    if (lives.at(row, UP) <= now_s) found.push({ up_s: lives.at(row, UP), life: row + 1 });
  }
  return found.reverse();
}

/** Every life is a row. */
function deathAt(lives: Watched["lives"], row: number): DeathMark {
  return { n: row + 1, life: row + 1, t_s: lives.at(row, DOWN), phase: PHASE_NAMES[lives.at(row, PHASE)] };
}
