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
