/* What a cell tells of itself when it is at its end, and of each station's stay there; all of it may go from thread to thread. */
import type { Verdict } from "../observer/rules.ts";
import type { Counts } from "../sim/tally.ts";

/** A station at one access point, from its coming to its going. */
export interface Visit {
  readonly station: number;
  readonly cell: number;
  readonly from_s: number;
  readonly until_s: number;
  readonly lives: number;
  readonly deaths: number;
  readonly m1Heard: number;
  readonly m2Sent: number;
  readonly m2Collided: number;
  readonly confirmed: number;
  /** When a reading was confirmed for the first time; null: never. */
  readonly first_s: number | null;
  readonly up_s: number;
  readonly spent_J: number;
  readonly harvested_J: number;
  readonly useful_J: number;
  readonly wasted_J: number;
  readonly collided_J: number;
}

export interface CellTold {
  readonly cell: number;
  readonly visits: readonly Visit[];
  readonly triggers: number;
  /** Readings that its access point took. */
  readonly taken: number;
  readonly violations: number;
  readonly verdicts: readonly Verdict[];
  readonly deathsByPhase: Counts;
}
