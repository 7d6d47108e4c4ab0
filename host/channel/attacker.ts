/*
 * Someone else on the air. An attack is a Plan: it hears all that is sent, meddles with what arrives, and sends frames of
 * its own. It holds no keys and sees into nobody.
 */
import type { Air, Direction, Medium, Party } from "./medium.ts";

/** What an attacker does: some of these. */
export interface Plan {
  /** Every frame that goes on the air, its own too. */
  overhears?(air: Air): void;
  /** What `to` gets in place of `got`; undefined: nothing, as a jammer has it. */
  meddles?(air: Air, to: Party, got: Uint8Array | undefined): Uint8Array | undefined;
  /**
   * What it sends itself that starts in from_s <= t < until_s, in ascending order. Asked for each span once, in order: the
   * time between two rounds of an AP. What would reach into a round is shut out.
   */
  sends?(from_s: number, until_s: number): readonly Air[];
}

export class Attacked implements Medium {
  readonly #inner: Medium;
  readonly #plan: Plan;

  constructor(inner: Medium, plan: Plan) {
    this.#inner = inner;
    this.#plan = plan;
  }

  put(air: Air): void {
    this.#inner.put(air);
    this.#plan.overhears?.(air);
  }

  carry(air: Air, to: Party): Uint8Array | undefined {
    const got = this.#inner.carry(air, to);
    return this.#plan.meddles ? this.#plan.meddles(air, to, got) : got;
  }

  strangers(from_s: number, until_s: number): readonly Air[] {
    const others = this.#inner.strangers(from_s, until_s);
    const own = this.#plan.sends?.(from_s, until_s) ?? [];
    return [...others, ...own].sort((a, b) => a.from_s - b.from_s);
  }
}

/** When and where a plan sends. */
export interface Schedule {
  readonly channel: number;
  /** Of the first frame; one every period_s after it. */
  readonly start_s: number;
  readonly period_s: number;
  /** How long a frame of so many octets is on the air. */
  readonly airtime_s: (octets: number) => number;
}

/** Below, a plan sends without an end. */
const PERIOD_MIN_s = 1e-6;

/**
 * Sends triggers of its own making; `forge` makes the next frame, with a fresh ANonce unless the attack is another.
 * @throws RangeError for a schedule that has no period or no beginning.
 */
export function forgedTriggers(schedule: Schedule, forge: () => Uint8Array): Plan {
  return { sends: onSchedule(schedule, "down", forge) };
}

/**
 * Sends the last frame again that it heard from another in that direction and channel, and `isWanted`.
 * @throws RangeError for a schedule that has no period or no beginning.
 */
export function replayedFrames(
  schedule: Schedule,
  direction: Direction,
  isWanted: (octets: Uint8Array) => boolean = () => true,
): Plan {
  let last: Uint8Array | undefined;
  return {
    overhears({ direction: heard, channel, from, octets }) {
      const isOthers = from !== undefined && heard === direction && channel === schedule.channel;
      if (isOthers && octets.length > 0 && isWanted(octets)) last = octets;
    },
    sends: onSchedule(schedule, direction, () => last),
  };
}

/** Frames at start_s + k period_s; the turn of which `make` has none is passed over. */
function onSchedule(
  { channel, start_s, period_s, airtime_s }: Schedule,
  direction: Direction,
  make: () => Uint8Array | undefined,
): Required<Plan>["sends"] {
  if (!(period_s >= PERIOD_MIN_s)) {
    throw new RangeError(`period_s: ${period_s}, where a number of ${PERIOD_MIN_s} s or more is expected`);
  }
  if (!Number.isFinite(start_s)) throw new RangeError(`start_s: ${start_s}, where an instant in seconds is expected`);
  let turn = 0;
  return (from_s, until_s) => {
    const airs: Air[] = [];
    // Turns that were over long ago are not gone through one by one.
    turn = Math.max(turn, Math.floor((from_s - start_s) / period_s) - 1);
    for (; start_s + turn * period_s < until_s; turn++) {
      const at_s = start_s + turn * period_s;
      const octets = at_s < from_s ? undefined : make();
      if (!octets) continue;
      airs.push({ direction, channel, from: undefined, from_s: at_s, end_s: at_s + airtime_s(octets.length), octets });
    }
    return airs;
  };
}
