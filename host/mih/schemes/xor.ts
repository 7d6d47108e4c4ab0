/**
 * The key distribution of IEEE 802.21.1 draft 5.14.2 before its remedies: K goes to each end under a mask that the PRF makes of
 * names and nonces, and of a key that this end shares with the SPoS.
 *
 *     to the TPoS  K xor PRF_stpos(MNID, Nonce-T, Nonce-N)
 *     to the MN    K xor PRF_SPoS(TPoSIdentifier, Nonce-T, Nonce-N)
 *
 * It is INSECURE, and here to be looked at: nothing tells that a TLV was changed on its way, and where names and nonces repeat,
 * so does the mask (003-C10). Deviation: the text makes the MN's mask without Nonce-T and takes it off with it, so that no K
 * ever arrives (003-C1); `isLiteral` does as the text does. Deviation: the PRF is HMAC-SHA-256 over parts with their lengths
 * (003-C8, 003-C9), under a key of its own (003-C7). The masked K is the text's "third parameter", the fourth that it has
 * (003-C2).
 */

import { checkOctets } from "../../wire/octets.ts";
import { type PrfCrypto, prf } from "../keys/prf.ts";
import { KEY_OCTETS } from "../wire/types.ts";

export interface MaskInput {
  /** MISF ID: the MN's on the way to the TPoS, the TPoS's on the way to the MN. */
  readonly name: string;
  readonly nonceT: Uint8Array;
  readonly nonceN: Uint8Array;
}

/** K under its mask, or the mask off again: 32 octets. `key`: distributionKey of both ends. */
export function masked(
  crypto: PrfCrypto,
  key: Uint8Array,
  k: Uint8Array,
  input: MaskInput,
  isLiteral = false,
): Uint8Array {
  checkOctets("K", k, KEY_OCTETS);
  const { name, nonceT, nonceN } = input;
  const parts = [new TextEncoder().encode(name), ...(isLiteral ? [] : [nonceT]), nonceN];
  const mask = prf(crypto, key, "K distribution mask", parts, KEY_OCTETS);
  const out = k.map((octet, i) => octet ^ mask[i]);
  mask.fill(0);
  return out;
}
