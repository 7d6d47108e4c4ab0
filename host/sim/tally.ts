/*
 * What is counted of one station while it lives: plain numbers, from which the result is made.
 */
import type { StatusName } from "../device/abi.ts";
import type { Phase } from "../device/phase.ts";
import type { Death } from "../device/powered.ts";
import type { Cause } from "../energy/store.ts";

/** One life, from power-up to death (or to the end of the run). */
export interface Life {
  readonly station: number;
  /** From 1 on, for each station. */
  readonly life: number;
  readonly up_s: number;
  readonly down_s: number;
  readonly vDown_V: number;
  /** Where it died; undefined: it did not, the run ended. */
  readonly death: Death | undefined;
  readonly m1Heard: number;
  readonly m2Sent: number;
  readonly confirmed: number;
  readonly spent_J: number;
}

/** Counts by name. */
export type Counts<Name extends string = string> = Partial<Record<Name, number>>;

/** One more of that name. */
export function count<Name extends string>(counts: Counts<Name>, name: Name, by = 1): void {
  counts[name] = (counts[name] ?? 0) + by;
}

/** Counts by name in sum, without those that are 0, in the order of their names. */
export function merged<Name extends string>(all: readonly Counts<Name>[]): Counts<Name> {
  const sum: Counts<Name> = {};
  for (const counts of all) {
    for (const [name, times] of Object.entries(counts) as [Name, number][]) if (times > 0) count(sum, name, times);
  }
  const sorted = (Object.entries(sum) as [Name, number][]).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted) as Counts<Name>;
}

export function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}

export class Tally {
  lives = 0;
  deaths = 0;
  readonly deathsByPhase: Counts<Phase> = {};
  /** Where the store tells. */
  readonly deathsByCause: Counts<Cause> = {};
  /** Deaths in a call, by call and fuel used: how many different instants they were. */
  readonly instants = new Set<string>();

  m1Heard = 0;
  /** Triggers of strangers. */
  m1Strange = 0;
  /** An M1 that was not answered because the draw, or the time it takes, left no slot. */
  m1Silent = 0;
  m2Sent = 0;
  /** An M2 that was ready too late for its slot. */
  m2Late = 0;
  /** An M2 that others in its slot drowned. */
  m2Collided = 0;
  /** A frame that power failed in. */
  framesCut = 0;
  /** M3 verified: the reading is off the station's hands. */
  confirmed = 0;
  /** When for the first time, s. */
  first_s: number | undefined;
  dataSent = 0;
  /** Commands of the key service answered. */
  commandsAnswered = 0;
  /** Statuses below 0 of amp_boot, amp_receive and amp_send. */
  readonly refusals: Counts<StatusName> = {};

  /** On, s. */
  up_s = 0;
  /** Lives that heard a trigger, from one confirmed reading to the next, by their number: 1 is an exchange in one life. */
  readonly livesPerReading: Counts = {};
  /** From one confirmed reading to the next, in sum and at most (with the wait that the end of the run cut off), s. */
  waited_s = 0;
  longestWait_s = 0;
  /** Spent from an M1 heard to its M3 verified, J. */
  useful_J = 0;
  /** Spent from an M1 heard until its slots were over, or power failed, without an M3, J: it led to nothing. */
  wasted_J = 0;
  /** Of that, where the M2 had collided. */
  collided_J = 0;
}
