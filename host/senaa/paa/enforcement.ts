/**
 * Where a PAA's word has its effect: whoever keeps the gate of the network, by device (004-S7). Of AMP: the list of access points
 * that the key service serves.
 */

import type { DeviceId } from "../wire/deviceid.ts";

export interface Grant {
  /** Without TLS its client made it. */
  readonly sessionId: string;
  /** As authenticated. */
  readonly userName: string;
  readonly deviceIds: readonly DeviceId[];
  /** 32 octets of the local security association; the receiver's to copy, as it is wiped when the grant is over. */
  readonly lsa: Uint8Array;
}

export interface EnforcementPoint {
  /**
   * Before the PaC hears of it. false: not this one, whoever it is. Without TLS each authentication makes a key of its own: the
   * grant of before is then removed behind the admission of the new one.
   */
  admit(grant: Grant): Promise<boolean> | boolean;
  /** The grant is over, for whatever reason; once for each that was admitted. */
  remove(grant: Grant): void;
}

/** false, or whatever it throws: the key is wiped. */
export async function admits(point: EnforcementPoint, grant: Grant): Promise<boolean> {
  let isAdmitted = false;
  try {
    isAdmitted = await point.admit(grant);
    return isAdmitted;
  } finally {
    if (!isAdmitted) grant.lsa.fill(0);
  }
}

/** A gate that fails when it is told keeps nothing here: what it has said goes to `tell`. The key is wiped. */
export function takesBack(point: EnforcementPoint, grant: Grant, tell: (event: string) => void): void {
  try {
    point.remove(grant);
  } catch (error) {
    tell(`${grant.userName}: the enforcement point failed when it was over: ${(error as Error).message}`);
  } finally {
    grant.lsa.fill(0);
  }
}
