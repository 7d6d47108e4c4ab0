/**
 * The AUTH tag, by which each end shows that it has the keys, and that both have seen the same messages:
 *
 *     AUTH = PRF(MIAK, "MIS AUTH", role, transcript hash),  128 bits
 *
 * Assumption: the exact inputs of IEEE 802.21a 9.2 are not public. The role keeps a tag from being thrown back; the transcript,
 * which holds the ciphersuites that were offered, keeps anybody from talking the two into a weaker one.
 */

import type { Crypto } from "../../crypto/crypto.ts";
import { checkOctets } from "../../wire/octets.ts";
import { MIAK_OCTETS } from "../keys/keys.ts";
import { type PrfCrypto, prf } from "../keys/prf.ts";

export const AUTH_OCTETS = 16;
const HASH_OCTETS = 32;

export type Role = "initiator" | "responder";
const ROLE_OCTET: Readonly<Record<Role, number>> = { initiator: 0, responder: 1 };

/** The 16 octets that `role` proves itself with. @throws RangeError for a key not of 16 octets or a hash not of 32. */
export function auth(crypto: PrfCrypto, miak: Uint8Array, transcriptHash: Uint8Array, role: Role): Uint8Array {
  checkOctets("miak", miak, MIAK_OCTETS);
  checkOctets("transcriptHash", transcriptHash, HASH_OCTETS);
  return prf(crypto, miak, "MIS AUTH", [Uint8Array.of(ROLE_OCTET[role]), transcriptHash], AUTH_OCTETS);
}

/** Is `tag`, of whatever octets, the one of `role`? In a time that tells nothing of where they differ. */
export function isAuth(
  crypto: Pick<Crypto, "hmac" | "equal">,
  miak: Uint8Array,
  transcriptHash: Uint8Array,
  role: Role,
  tag: Uint8Array,
): boolean {
  const expected = auth(crypto, miak, transcriptHash, role);
  const isRight = crypto.equal(expected, tag);
  expected.fill(0);
  return isRight;
}
