/** What a witness is told of a call. */
import { STATUS } from "../device/abi.ts";
import type { Answer } from "../device/load.ts";
import type { NvmWrite } from "../device/nvm.ts";
import { FC } from "../wire/fc.ts";
import { BROADCAST_ID, MAC } from "../wire/mac.ts";
import { equalOctets } from "../wire/octets.ts";
import { GROUP_BIT, type Trigger } from "../wire/trigger.ts";
import type { NvmRead } from "./nvmrules.ts";

/** One call of a station, as it ended. */
export interface Seen {
  readonly kind: "boot" | "receive" | "send" | "setPayload";
  /** What was received. */
  readonly frame?: Uint8Array;
  readonly answer: Answer;
  /** amp_state around it. */
  readonly before: number;
  readonly after: number;
  /** RAM is what it was. */
  readonly isUntouched: boolean;
  readonly wrote: readonly NvmWrite[];
  /** Reads of NVM that failed in it. */
  readonly unread: readonly NvmRead[];
  /** What it hands out now; both may be empty. */
  readonly received: Uint8Array;
  readonly triggerData: Uint8Array;
}

/** Was what came taken, whatever became of it? An M3 whose command came to nothing is an M3. */
export function isTaken({ frame, answer: { status } }: Seen): boolean {
  if (status >= 0 || status === STATUS["bad command"]) return true;
  return status === STATUS["NVM failed"] && frame?.[MAC.fc] === FC.Confirm;
}

/** Has a station of that ID and address to answer that trigger? Its ID is named or everybody's, its AA an AP's. */
export function isFor({ id, aa }: Trigger, station: { readonly id: number; readonly spa: Uint8Array }): boolean {
  const isNamed = id === BROADCAST_ID || id === station.id;
  return isNamed && !(aa[0] & GROUP_BIT) && !equalOctets(aa, station.spa);
}
