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

/** At most `most`, in their order: of those that are close together the last. */
export function deathsIn({ lives }: Watched, from_s: number, to_s: number, most: number): DeathMark[] {
  const near_s = (to_s - from_s) / most;
  const found: DeathMark[] = [];
  for (let row = lives.firstAtLeast(DOWN, from_s); row < lives.end && lives.at(row, DOWN) <= to_s; row++) {
    if (lives.at(row, PHASE) < 0) continue;
    const mark = deathAt(lives, row);
    const before = found.at(-1);
    if (before && mark.t_s - before.t_s < near_s) found[found.length - 1] = mark;
    else found.push(mark);
  }
  return found.slice(-most);
}

/** The latest power-ups and deaths by then, the latest last. */
export function turnsBy(
  { lives, up_s }: Watched,
  now_s: number,
  most: number,
): ({ readonly up_s: number; readonly life: number } | DeathMark)[] {
  const found: ({ readonly up_s: number; readonly life: number } | DeathMark)[] = [];
  if (most > 0 && up_s !== undefined && up_s <= now_s) found.push({ up_s, life: lives.end + 1 });
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
