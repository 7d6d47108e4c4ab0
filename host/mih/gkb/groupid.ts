/**
 * The name of a group of two, which the manager signs with its key:
 *
 *     groupId = first 64 bits of SHA-256("MIS group" ‖ |MNID| ‖ MNID ‖ |TPoSIdentifier| ‖ TPoSIdentifier ‖ Nonce-T)
 *
 * Assumption: 802.21d leaves group identifiers to whoever manages groups. Made so, a block says for whom it is and which wish
 * it answers: who passes it on cannot pass it for another one.
 */

import type { Crypto } from "../../crypto/crypto.ts";
import { concat } from "../../wire/octets.ts";
import { GROUP_ID_OCTETS } from "./block.ts";

export interface GroupOfTwo {
  /** MISF IDs, at most 253 octets each. */
  readonly mn: string;
  readonly tpos: string;
  readonly nonceT: Uint8Array;
}

/** 8 octets. */
export function groupIdOf(crypto: Pick<Crypto, "sha256">, { mn, tpos, nonceT }: GroupOfTwo): Uint8Array {
  const names = [mn, tpos].map((name) => new TextEncoder().encode(name));
  const prefixed = names.flatMap((name) => [Uint8Array.of(name.length), name]);
  return crypto.sha256(concat(new TextEncoder().encode("MIS group"), ...prefixed, nonceT)).slice(0, GROUP_ID_OCTETS);
}
