/**
 * The keys below a key derivation key K: an MSK of EAP or TLS, a K that an SPoS distributes, or a master group key.
 *
 *     MISK  = PRF(K, "MISK", Nonce-T, Nonce-N, c),  256 bits = MIAK(128) ‖ MIEK(128)
 *     MSPMK = PRF(K, "MSPMK", MN_LINK_ID, POA_LINK_ID),  256 bits
 *     DISTK = PRF(k, "MIS distribution", distributor, receiver),  256 bits
 *
 * Assumption: the order of the inputs, as that of IEEE 802.21a 9.2.2 is not public. c is the Ciphersuite Code, one octet: a
 * party that is talked into another suite has other keys. AES-CCM needs no integrity key of its own, so there is no MIIK.
 */

import { checkOctets } from "../../wire/octets.ts";
import { type Ciphersuite, isCiphersuite } from "./ciphersuites.ts";
import { type PrfCrypto, prf } from "./prf.ts";

/** Of K: a master group key is the shortest, an MSK (RFC 3748, 7.10) the longest. */
const K_OCTETS_MIN = 16;
const K_OCTETS_MAX = 64;
export const NONCE_OCTETS = 16;
export const MIAK_OCTETS = 16;
export const MIEK_OCTETS = 16;
export const MSPMK_OCTETS = 32;
export const DISTRIBUTION_KEY_OCTETS = 32;
/** IEEE 802.21-2008 F.3.13: a MISF ID has at most 253 octets; a link identifier is shorter. */
const NAME_OCTETS_MAX = 253;

/** Of one security association, 16 octets each. */
export interface SessionKeys {
  /** Authentication key: confirms that both have K, and nothing else (003-C7). */
  readonly miak: Uint8Array;
  /** Encryption key, of both directions. */
  readonly miek: Uint8Array;
}

/**
 * The keys of an association; K of 16 to 64 octets, nonces of 16. They are the caller's to wipe.
 * @throws RangeError for a K or a nonce of another length, or a ciphersuite that is not known.
 */
export function sessionKeys(
  crypto: PrfCrypto,
  k: Uint8Array,
  {
    nonceT,
    nonceN,
    ciphersuite,
  }: { readonly nonceT: Uint8Array; readonly nonceN: Uint8Array; readonly ciphersuite: Ciphersuite },
): SessionKeys {
  checkOctets("K", k, K_OCTETS_MIN, K_OCTETS_MAX);
  checkOctets("nonceT", nonceT, NONCE_OCTETS);
  checkOctets("nonceN", nonceN, NONCE_OCTETS);
  if (!isCiphersuite(ciphersuite)) throw new RangeError(`ciphersuite: ${ciphersuite} is not known`);
  const misk = prf(crypto, k, "MISK", [nonceT, nonceN, Uint8Array.of(ciphersuite)], MIAK_OCTETS + MIEK_OCTETS);
  const keys = { miak: misk.slice(0, MIAK_OCTETS), miek: misk.slice(MIAK_OCTETS) };
  misk.fill(0);
  return keys;
}

/**
 * The PMK, 32 octets, of a link between a mobile node and a point of attachment; link identifiers as their octets, 1 to 253.
 * Each pair of links has its own, so a point of attachment learns nothing of its neighbour's (001-P8).
 * @throws RangeError for a K or an identifier of another length.
 */
export function mediaSpecificPmk(
  crypto: PrfCrypto,
  k: Uint8Array,
  { mnLink, poaLink }: { readonly mnLink: Uint8Array; readonly poaLink: Uint8Array },
): Uint8Array {
  checkOctets("K", k, K_OCTETS_MIN, K_OCTETS_MAX);
  checkOctets("mnLink", mnLink, 1, NAME_OCTETS_MAX);
  checkOctets("poaLink", poaLink, 1, NAME_OCTETS_MAX);
  return prf(crypto, k, "MSPMK", [mnLink, poaLink], MSPMK_OCTETS);
}

/**
 * The key, 32 octets, under which an SPoS masks the K that it distributes to one receiver. Deviation: the text takes the MIAK
 * itself (K_SPoS = MIAK); a key that authenticates must not encrypt, too, so this one has a label of its own (003-C7).
 * @param key the MIAK of the association of both, or another key of 16 to 64 octets that both have
 * @throws RangeError for a key or a MISF ID of another length.
 */
export function distributionKey(
  crypto: PrfCrypto,
  key: Uint8Array,
  { distributor, receiver }: { readonly distributor: string; readonly receiver: string },
): Uint8Array {
  checkOctets("key", key, K_OCTETS_MIN, K_OCTETS_MAX);
  const names = [distributor, receiver].map((name) => new TextEncoder().encode(name));
  for (const name of names) checkOctets("MISF ID", name, 1, NAME_OCTETS_MAX);
  return prf(crypto, key, "MIS distribution", names, DISTRIBUTION_KEY_OCTETS);
}
