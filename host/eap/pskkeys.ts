/**
 * The keys and MACs of EAP-PSK (RFC 4764, sections 3.1 and 3.2); E is AES-128, n a counter in the last octet:
 *
 *     AK, KDK                    = E(PSK, E(PSK, 0) xor n),     n = 1, 2
 *     TEK, MSK(4 x), EMSK(4 x)   = E(KDK, E(KDK, RAND_P) xor n), n = 1; 2..5; 6..9
 *     MAC_P                      = CMAC(AK, ID_P ‖ ID_S ‖ RAND_S ‖ RAND_P)
 *     MAC_S                      = CMAC(AK, ID_S ‖ RAND_P)
 */

import type { RsnCrypto } from "../rsn/keys/crypto.ts";
import { checkOctets, concat } from "../wire/octets.ts";

export const EAP_PSK_KEY_OCTETS = 16;

/** What EAP-PSK is computed with. */
export type PskCrypto = Pick<RsnCrypto, "aesBlock" | "cmac" | "equal" | "randomBytes">;

/** The two long-term keys, 16 octets each. */
export interface PskLongTermKeys {
  readonly ak: Uint8Array;
  readonly kdk: Uint8Array;
}

export interface PskSessionKeys {
  /** 16 octets, of the protected channel. */
  readonly tek: Uint8Array;
  /** 64 octets each. */
  readonly msk: Uint8Array;
  readonly emsk: Uint8Array;
}

/** Who has said what in the first two messages. */
export interface PskParties {
  readonly idS: Uint8Array;
  readonly idP: Uint8Array;
  readonly randS: Uint8Array;
  readonly randP: Uint8Array;
}

/** @throws RangeError unless psk has 16 octets. */
export function longTermKeys(crypto: PskCrypto, psk: Uint8Array): PskLongTermKeys {
  checkOctets("psk", psk, EAP_PSK_KEY_OCTETS);
  const [ak, kdk] = expand(crypto, psk, new Uint8Array(16), 1, 2);
  return { ak, kdk };
}

export function sessionKeys(crypto: PskCrypto, kdk: Uint8Array, randP: Uint8Array): PskSessionKeys {
  const [tek, ...blocks] = expand(crypto, kdk, randP, 1, 9);
  return { tek, msk: concat(...blocks.slice(0, 4)), emsk: concat(...blocks.slice(4)) };
}

export function macP(crypto: PskCrypto, ak: Uint8Array, { idP, idS, randS, randP }: PskParties): Uint8Array {
  return crypto.cmac(ak, concat(idP, idS, randS, randP));
}

export function macS(crypto: PskCrypto, ak: Uint8Array, { idS, randP }: PskParties): Uint8Array {
  return crypto.cmac(ak, concat(idS, randP));
}

/** The modified counter mode of section 3: blocks `first` to `last`. */
function expand(crypto: PskCrypto, key: Uint8Array, block: Uint8Array, first: number, last: number): Uint8Array[] {
  const middle = crypto.aesBlock(key, block);
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const input = middle.slice();
    input[15] ^= first + i;
    return crypto.aesBlock(key, input);
  });
}
