/** What came of a station's own time. */

import type { Timeline } from "../sim/record/timeline.ts";
import type { ApLane } from "./plant.ts";
import type { Chapter } from "./telling.ts";

/** What came of it; counts are of readings that an access point took. */
export interface Lived {
  readonly readings: Readonly<Record<ApLane, number>>;
  readonly confirmed: number;
  readonly lives: number;
  readonly deaths: number;
  readonly deathsByPhase: Readonly<Record<string, number>>;
  /** Drawn by the station from its capacitor, and what of it led to no confirmed reading. */
  readonly spent_J: number;
  readonly wasted_J: number;
  readonly wish_s: number;
  readonly move_s: number;
  /** From the wish: AP 2 has the key; the station has told AP 1 that it has it. null: never. */
  readonly prepared_s: number | null;
  readonly told_s: number | null;
  /** From the move to the first reading at AP 2. */
  readonly first_s: number | null;
  readonly violations: number;
  readonly timeline: Timeline;
  /** The story did not come to its end: where it failed, and why. */
  readonly failed?: Failed;
}

export interface Failed {
  readonly chapter: Chapter;
  readonly reason: string;
}
