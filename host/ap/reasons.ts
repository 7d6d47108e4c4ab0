/** Why an AP refuses what comes in: each is counted by its name, and changes nothing else (PROTOCOL.md section 5, R4). */

import { STATUS_NAMES, type StatusName } from "../device/abi.ts";

/** What only an AP has to refuse (section 4, R3), beside the statuses of section 5. */
const AP_REASONS = [
  /** An M2, and no trigger of this channel waits for one: none was sent, or its session has closed. */
  "no open session",
  /** A second, different M2 of a device under one ANonce. */
  "second M2",
  /** The same M2 again, while its reading is not delivered yet: there is no M3 to repeat. */
  "delivery pending",
  /** A reading was delivered when its session had closed or its PTK was gone: no M3. */
  "late delivery",
] as const;

/** Why an AP did not take a frame. */
export type ApReason = StatusName | (typeof AP_REASONS)[number];

export type ApCounters = Record<ApReason, number>;

/** A counter for each reason, at 0. */
export function newCounters(): ApCounters {
  return Object.fromEntries([...STATUS_NAMES, ...AP_REASONS].map((reason) => [reason, 0])) as ApCounters;
}
