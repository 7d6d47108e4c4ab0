/** What is counted of a bridged station. */

import type { StatusName } from "../../device/abi.ts";
import type { Counts } from "../../sim/tally.ts";

export class BridgeTally {
  /** Times that it was up, and that its power failed. */
  lives = 0;
  deaths = 0;
  m1Heard = 0;
  /** Triggers that the next one had overtaken when the device had time for them. */
  m1Late = 0;
  /** An M1 that was not answered because the draw, or the time it takes, left no slot. */
  m1Silent = 0;
  m2Sent = 0;
  /** An M2 that was ready too late for its slot, or behind the next trigger. */
  m2Late = 0;
  /** M3 verified: the reading is off the station's hands. */
  confirmed = 0;
  dataSent = 0;
  /** Data and answers to commands that did not fit into the slot. */
  dataLate = 0;
  commandsAnswered = 0;
  /** Frames of the device's that cannot be its own: another type or ID, too short or too long. */
  strange = 0;
  /** Datagrams that came while too many waited. */
  unheard = 0;
  /** Statuses below 0 of amp_receive. */
  readonly refusals: Counts<StatusName> = {};
}
