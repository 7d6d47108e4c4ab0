/*
 * Who moves when, and whereto. Nothing that happens to a station changes that, so it is known before anything happens.
 *
 *   stays at an access point for an exponentially distributed time, away for away_s, then at another, each of them as likely
 *
 * Both ends of a move are put off to the next mark, a multiple of the period of triggers of about a second, as a station leaves
 * and comes between two rounds: before the trigger that is due at the mark. Assumption: nothing is harvested on the way, and the capacitor is empty at its end; the
 * NVM record is all that a station brings.
 */
import type { Crypto } from "../crypto/crypto.ts";
import { log } from "../math/log.ts";
import { turnAt_s } from "../sim/cell.ts";
import { streamsOf } from "../sim/streams.ts";
import { cellOf, type FleetWish } from "./plan.ts";

export interface Move {
  readonly station: number;
  readonly from: number;
  readonly to: number;
  readonly leaves_s: number;
  /** Infinity: not before the end. */
  readonly comes_s: number;
}

/** What happens at one mark. */
export interface Mark {
  readonly at_s: number;
  /** By station. */
  readonly leaving: readonly Move[];
  readonly coming: readonly Move[];
}

const GRID_s = 1;
const HOUR_s = 3600;

/** In order; empty: nobody moves. */
export function marksOf(wish: FleetWish, crypto: Pick<Crypto, "sha256">): Mark[] {
  const { scenario, stations, aps, movesPerHour, away_s } = wish;
  if (movesPerHour === 0) return [];
  const { duration_s, ap } = scenario;
  const period_s = ap.trigger_period_s;
  const periods = Math.max(1, Math.ceil(GRID_s / period_s));
  // The first M1 of the only channel goes out a period behind the beginning.
  const markAfter = (t_s: number): number => {
    const turns = Math.ceil(t_s / (periods * period_s)) * periods;
    return turnAt_s(period_s, { period_s }, turns - 1);
  };
  const streams = streamsOf(crypto, scenario.seed);
  const moves: Move[] = [];
  for (let station = 0; station < stations; station++) {
    const chance = streams(`fleet: moves of station ${station}`);
    let from = cellOf(wish, station);
    for (let now_s = 0; ; ) {
      const leaves_s = markAfter(now_s - (HOUR_s / movesPerHour) * log(1 - chance.uniform()));
      if (!(leaves_s < duration_s)) break;
      const to = (from + 1 + chance.whole(aps - 1)) % aps;
      const there_s = Math.max(markAfter(leaves_s + away_s), leaves_s + periods * period_s);
      const comes_s = there_s < duration_s ? there_s : Number.POSITIVE_INFINITY;
      moves.push({ station, from, to, leaves_s, comes_s });
      if (comes_s === Number.POSITIVE_INFINITY) break;
      [from, now_s] = [to, comes_s];
    }
  }
  return gathered(moves);
}

function gathered(moves: readonly Move[]): Mark[] {
  const marks = new Map<number, { leaving: Move[]; coming: Move[] }>();
  const at = (at_s: number): { leaving: Move[]; coming: Move[] } => {
    const mark = marks.get(at_s) ?? { leaving: [], coming: [] };
    marks.set(at_s, mark);
    return mark;
  };
  for (const move of moves) {
    at(move.leaves_s).leaving.push(move);
    if (move.comes_s !== Number.POSITIVE_INFINITY) at(move.comes_s).coming.push(move);
  }
  return [...marks].map(([at_s, mark]) => ({ at_s, ...mark })).sort((a, b) => a.at_s - b.at_s);
}
