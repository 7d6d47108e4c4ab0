/** Why an RSN AP refuses what comes in: each is counted by its name, and changes nothing else. */

import type { Malformed } from "../../wire/malformed.ts";

const REASONS = [
  "too short",
  "bad type",
  "bad length",
  /** Another receiver, another BSS, or a group address where a station's has to stand. */
  "not for me",
  /** An Authentication frame that is not the first of Open System. */
  "authentication refused",
  /** A class 2 frame before authentication, 802.11-2020 11.3.3. */
  "not authenticated",
  /** A class 3 frame before association. */
  "not associated",
  "association refused",
  /** Data that is not 802.1X while the port is closed: 000-R4 and R7. */
  "port closed",
  /** Data, or EAPOL without a MIC, in clear though keys are installed. */
  "unprotected",
  /** Protected, and no key of that ID is installed. */
  "no key",
  /** EAPOL that nothing of this association waits for. */
  "wrong phase",
  /** Key Information that no message to an AP has, or of another descriptor version. */
  "bad key information",
  "replayed counter",
  "bad MIC",
  "bad key data",
  "RSNE mismatch",
  "replayed PN",
  "PN exhausted",
  /** An EAP Response to another Request than the last one. */
  "wrong EAP identifier",
  /** Pre-authentication at an AP whose RSNE does not offer it. */
  "no pre-authentication",
  /** Pre-authentication of a station that is associated with this very AP. */
  "associated here",
  /** An EAPOL-Start too soon after the last, or of one station more than the AP pre-authenticates at once. */
  "too many starts",
] as const;

export type RsnApReason = Malformed | (typeof REASONS)[number];

export type RsnApCounters = Record<RsnApReason, number>;

/** A counter for each reason, at 0. */
export function newRsnCounters(): RsnApCounters {
  return Object.fromEntries(REASONS.map((reason) => [reason, 0])) as RsnApCounters;
}
