/*
 * Instructions of the emulated core by phase, out of the counter's marks: what lies between a call and its return, without
 * what the imports take, which is the host's.
 */
import type { Phase } from "../device/phase.ts";
import { TriggerPhase } from "../device/triggerphase.ts";
import { FC } from "../wire/fc.ts";
import type { Turn } from "./conversation.ts";
import type { Mark } from "./emulated.ts";
import { MARKS } from "./firmware.ts";

/** Instructions by phase; those of imports apart. */
export type Instructions = Partial<Record<Phase | "imports", number>>;

const [CALL, RETURN, IMPORT, RESUME, CELLS, CACHE] = MARKS.keys();
/** NVM offsets that the marks stand for, as TriggerPhase knows them. */
const READS: Readonly<Record<number, number>> = { [CELLS]: 16, [CACHE]: 176 };

/** For each of the turns, in order. `isFollowed`: the module's functions are marked too. */
export function instructionsOf(
  station: { marks(): readonly Mark[]; readonly overhead: number },
  turns: readonly Turn[],
  isFollowed: boolean,
): Instructions[] {
  const calls: Instructions[] = [];
  let phase: Phase = "frame";
  let trigger: TriggerPhase | undefined;
  let since = 0;
  let sums: Instructions = {};
  const spend = (on: Phase | "imports", count: number): void => {
    sums[on] = (sums[on] ?? 0) + count - since;
    since = count;
  };
  for (const { mark, count } of station.marks()) {
    switch (mark) {
      case CALL: {
        const turn = turns[calls.length];
        phase = phaseOf(turn);
        trigger = turn.frame?.[0] === FC.Trigger ? new TriggerPhase(isFollowed) : undefined;
        sums = {};
        since = count + station.overhead;
        break;
      }
      case RETURN:
        spend(phase, count);
        calls.push(sums);
        break;
      case IMPORT:
        spend(phase, count);
        break;
      case RESUME:
        spend("imports", count);
        break;
      default:
        if (!trigger) break;
        if (mark in READS) trigger.reads(READS[mark]);
        else {
          spend(phase, count);
          trigger.enters(mark - MARKS.length);
        }
        phase = trigger.phase;
    }
  }
  return calls;
}

/** Of the whole call; an M1 is split further. */
export function phaseOf({ call, frame }: Turn): Phase {
  if (call === "boot") return "boot";
  if (call === "setPayload") return "frame";
  if (call !== "receive") return "data";
  return frame?.[0] === FC.Trigger ? "frame" : frame?.[0] === FC.Confirm ? "m3" : "data";
}

/** Of all calls together, without the imports. */
export function instructionsIn(station: { marks(): readonly Mark[]; readonly overhead: number }): number {
  let [sum, since] = [0, 0];
  for (const { mark, count } of station.marks()) {
    if (mark === CALL) since = count + station.overhead;
    if (mark === RETURN || mark === IMPORT) sum += count - since;
    if (mark === RESUME) since = count;
  }
  return sum;
}
