/**
 * A device's proof that it is with a certain PoS, which its group manager alone can check (003-C15):
 *
 *     Kp    = PRF(leaf key, "MIS presence key"), 128 bits
 *     proof = BE48 n ‖ first 128 bits of PRF(Kp, "MIS presence", MNID, PoS ID, BE48 n),  n greater than every one before
 *
 * Deviation: neither 802.21d nor the seed has it. Without it a manager has to believe a PoS that an MN serves itself to it, and
 * every partner of the network could have keys made for MNs that never came.
 */

import type { Crypto } from "../../crypto/crypto.ts";
import { concat } from "../../wire/octets.ts";
import { prf } from "../keys/prf.ts";
import { PRESENCE_OCTETS } from "../wire/types.ts";
import { unsigned } from "../wire/values.ts";

const SEQUENCE = unsigned(6);
const SEQUENCE_OCTETS = 6;
const KEY_OCTETS = 16;

export interface Presence {
  /** MISF IDs. */
  readonly mn: string;
  readonly pos: string;
}

/** @throws RangeError for a sequence number that does not fit into 48 bits. */
export function emitPresence(
  crypto: Pick<Crypto, "hmac">,
  leafKey: Uint8Array,
  presence: Presence,
  sequence: number,
): Uint8Array {
  const n = SEQUENCE.emit(sequence);
  const names = [presence.mn, presence.pos].map((name) => new TextEncoder().encode(name));
  // The leaf key itself is AES key wrap's.
  const key = prf(crypto, leafKey, "MIS presence key", [], KEY_OCTETS);
  const tag = prf(crypto, key, "MIS presence", [...names, n], PRESENCE_OCTETS - SEQUENCE_OCTETS);
  key.fill(0);
  return concat(n, tag);
}

/** The sequence number of a proof that is right; of whatever octets. */
export function presenceIn(
  crypto: Pick<Crypto, "hmac" | "equal">,
  leafKey: Uint8Array,
  presence: Presence,
  proof: Uint8Array,
): number | undefined {
  const sequence = SEQUENCE.read(proof.subarray(0, SEQUENCE_OCTETS));
  if (sequence === undefined || proof.length !== PRESENCE_OCTETS) return undefined;
  return crypto.equal(emitPresence(crypto, leafKey, presence, sequence), proof) ? sequence : undefined;
}
