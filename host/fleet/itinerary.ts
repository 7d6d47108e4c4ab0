/*
 * Who moves when, and whereto. Nothing that happens to a station changes that, so it is known before anything happens.
 *
 *   stays at an access point for an exponentially distributed time, away for away_s, then at another, each of them as likely
 *
 * Both ends of a move are put off to the next mark, a multiple of the period of triggers of about a second, as a station leaves
 * and comes between two rounds: before the trigger that is due at the mark. Assumption: nothing is harvested on the way, and the
 * capacitor is empty at its end; the NVM record is all that a station brings.
 */
import type { Crypto } from "../crypto/crypto.ts";
import { log } from "../math/log.ts";
import { turnAt_s } from "../sim/cell.ts";
import { Queue } from "../sim/queue.ts";
import { type Stream, streamsOf } from "../sim/streams.ts";
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

interface Mover {
  readonly chance: Stream;
  /** Under way, or the next. */
  move: Move;
}

/** In their order, one by one: of a long run there are more moves than fit in memory. */
export function* marksOf(wish: FleetWish, crypto: Pick<Crypto, "sha256">): Generator<Mark, void> {
  const { scenario, stations, aps, movesPerHour, away_s } = wish;
  if (movesPerHour === 0) return;
  const { duration_s, ap } = scenario;
  const period_s = ap.trigger_period_s;
  const periods = Math.max(1, Math.ceil(GRID_s / period_s));
  // The first M1 of the only channel goes out a period behind the beginning.
  const markAfter = (t_s: number): number => {
    const turns = Math.ceil(t_s / (periods * period_s)) * periods;
    return turnAt_s(period_s, { period_s }, turns - 1);
  };
  const moveFrom = (station: number, from: number, now_s: number, chance: Stream): Move => {
    const leaves_s = markAfter(now_s - (HOUR_s / movesPerHour) * log(1 - chance.uniform()));
    const to = (from + 1 + chance.whole(aps - 1)) % aps;
    const there_s = Math.max(markAfter(leaves_s + away_s), leaves_s + periods * period_s);
    return { station, from, to, leaves_s, comes_s: there_s < duration_s ? there_s : Number.POSITIVE_INFINITY };
  };

  const streams = streamsOf(crypto, scenario.seed);
  const queue = new Queue();
  const movers = Array.from({ length: stations }, (_, station): Mover => {
    const chance = streams(`fleet: moves of station ${station}`);
    const move = moveFrom(station, cellOf(wish, station), 0, chance);
    queue.push(move.leaves_s, station);
    return { chance, move };
  });
  while (queue.next_s < duration_s) {
    const at_s = queue.next_s;
    const mark = { at_s, leaving: [] as Move[], coming: [] as Move[] };
    while (queue.next_s === at_s) {
      const station = queue.pop();
      const mover = movers[station];
      const { move, chance } = mover;
      if (move.leaves_s === at_s) {
        mark.leaving.push(move);
        queue.push(move.comes_s, station);
      } else {
        mark.coming.push(move);
        mover.move = moveFrom(station, move.to, at_s, chance);
        queue.push(mover.move.leaves_s, station);
      }
    }
    yield mark;
  }
}
