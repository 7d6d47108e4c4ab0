/**
 * The checks of PROTOCOL.md section 4a that a frame within a session passes before its MIC: profile, generation, PN.
 * Those of an AP on what comes up are the same.
 */

import type { Refusal } from "./check.ts";
import { type Confirm, type Data, PN_FIRST } from "./numbered.ts";
import type { Profile } from "./profile.ts";
import type { Response } from "./response.ts";
import type { Trigger } from "./trigger.ts";

/** What both ends know of a session without its keys. */
export interface SessionFacts {
  readonly profile: Profile;
  /** Mod 4, as M2 had it. */
  readonly generation: number;
  /** The last PN taken in the frame's direction. */
  readonly lastPn: number;
}

/** An M2 has the profile of the M1 that it answers; which generations it may name only the AP's keys tell. */
export function checkResponse(response: Response, m1: Trigger): Refusal | undefined {
  return response.profile === m1.profile ? undefined : { status: "bad profile", check: "session profile" };
}

/** Profile, generation and PN of a Confirm or Data frame; undefined if it may go on to its MIC. */
export function checkInSession(frame: Confirm | Data, session: SessionFacts): Refusal | undefined {
  if (frame.profile !== session.profile) return { status: "bad profile", check: "session profile" };
  if (frame.generation !== session.generation) {
    return { status: "no root of that generation", check: "session generation" };
  }
  return checkPn(frame, session.lastPn);
}

/** M3 is 1; Data is above the last of its direction, and above the 1 of M2 or M3 in any session. */
export function checkPn(frame: Confirm | Data, lastPn = PN_FIRST): Refusal | undefined {
  const isFresh = frame.type === "Confirm" ? frame.pn === PN_FIRST : frame.pn > lastPn;
  return isFresh ? undefined : { status: "replayed PN", check: "PN" };
}
