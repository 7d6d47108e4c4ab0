/**
 * The association of an MN and the PoS that it goes to, of a K that came to both:
 *
 *     MIAK ‖ MIEK = sessionKeys(K, Nonce-T, Nonce-N, c)
 *     SAID value  = PRF(K, "MIS SAID", Nonce-T, Nonce-N, MNID, TPoSIdentifier),  64 bits
 *
 * Assumption: nobody is there to choose a name for it, so both derive the same one.
 */

import type { Crypto } from "../../crypto/crypto.ts";
import type { Ciphersuite } from "../keys/ciphersuites.ts";
import { sessionKeys } from "../keys/keys.ts";
import { prf } from "../keys/prf.ts";
import { SecurityAssociation } from "./association.ts";
import { SAID_VALUE_OCTETS, type SaOrigin } from "./said.ts";

export interface DerivedOptions {
  readonly crypto: Pick<Crypto, "hmac" | "ccmSeal" | "ccmOpen">;
  /** 16 to 64 octets; stays the caller's. */
  readonly k: Uint8Array;
  readonly nonceT: Uint8Array;
  readonly nonceN: Uint8Array;
  readonly ciphersuite: Ciphersuite;
  readonly origin: SaOrigin;
  /** MISF IDs. */
  readonly mn: string;
  readonly tpos: string;
  readonly end: "MN" | "TPoS";
  readonly expires_ms: number;
  readonly now_ms: () => number;
}

/** @throws RangeError for a K or a nonce of a wrong length, or a ciphersuite that is not known. */
export function derivedAssociation(options: DerivedOptions): SecurityAssociation {
  const { crypto, k, nonceT, nonceN, ciphersuite, origin, mn, tpos, end, expires_ms, now_ms } = options;
  const names = [mn, tpos].map((name) => new TextEncoder().encode(name));
  const saidValue = prf(crypto, k, "MIS SAID", [nonceT, nonceN, ...names], SAID_VALUE_OCTETS);
  const keys = sessionKeys(crypto, k, { nonceT, nonceN, ciphersuite });
  const isInitiator = end === "MN";
  const peer = isInitiator ? tpos : mn;
  const association = new SecurityAssociation({
    crypto,
    saidValue,
    origin,
    peer,
    isInitiator,
    keys,
    ciphersuite,
    expires_ms,
    now_ms,
  });
  keys.miak.fill(0);
  keys.miek.fill(0);
  return association;
}
