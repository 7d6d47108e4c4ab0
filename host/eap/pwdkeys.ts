/**
 * The keys of EAP-pwd (RFC 5931, sections 2.4, 2.5 and 2.8.5 to 2.9), H and KDF of HMAC-SHA256:
 *
 *     H(x)         = HMAC(0(32), x)
 *     KDF(K, l, n) = K(1) ‖ K(2) ..., n bits;  K(i) = HMAC(K, K(i - 1) ‖ i(2, BE) ‖ l ‖ n(2, BE)),  K(0) empty
 *     Confirm_S    = H(k ‖ Element_S ‖ Scalar_S ‖ Element_P ‖ Scalar_P ‖ Ciphersuite),  Confirm_P with P and S changed
 *     MK           = H(k ‖ Confirm_P ‖ Confirm_S)
 *     Session-Id   = 34 ‖ H(Ciphersuite ‖ Scalar_P ‖ Scalar_S)
 *     MSK ‖ EMSK   = KDF(MK, Session-Id, 1024)
 */

import type { Crypto } from "../crypto/crypto.ts";
import { be16, concat } from "../wire/octets.ts";
import { EAP_KEY_OCTETS } from "./method.ts";
import { EAP_TYPE } from "./packet.ts";
import { CIPHERSUITE, type PwdCommit } from "./pwdmessages.ts";

type Hmac = Pick<Crypto, "hmac">;

const ZERO_KEY = new Uint8Array(32);

export function hOf(crypto: Hmac, ...parts: readonly Uint8Array[]): Uint8Array {
  return crypto.hmac(ZERO_KEY, concat(...parts));
}

export function kdf(crypto: Hmac, key: Uint8Array, label: Uint8Array, octets: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let i = 1, length = 0; length < octets; i++) {
    const before = blocks.at(-1) ?? new Uint8Array();
    blocks.push(crypto.hmac(key, concat(before, be16(i), label, be16(8 * octets))));
    length += blocks[i - 1].length;
  }
  return concat(...blocks).slice(0, octets);
}

/** Of the side that `own` is of. */
export function confirmOf(crypto: Hmac, k: Uint8Array, own: PwdCommit, other: PwdCommit): Uint8Array {
  return hOf(crypto, k, own.element, own.scalar, other.element, other.scalar, CIPHERSUITE);
}

export interface PwdSides<T> {
  readonly peer: T;
  readonly server: T;
}

export function pwdKeys(
  crypto: Hmac,
  k: Uint8Array,
  scalars: PwdSides<Uint8Array>,
  confirms: PwdSides<Uint8Array>,
): { readonly msk: Uint8Array; readonly emsk: Uint8Array; readonly sessionId: Uint8Array } {
  const methodId = hOf(crypto, CIPHERSUITE, scalars.peer, scalars.server);
  const sessionId = concat(Uint8Array.of(EAP_TYPE.pwd), methodId);
  const mk = hOf(crypto, k, confirms.peer, confirms.server);
  const keys = kdf(crypto, mk, sessionId, 2 * EAP_KEY_OCTETS);
  const halves = { msk: keys.slice(0, EAP_KEY_OCTETS), emsk: keys.slice(EAP_KEY_OCTETS) };
  mk.fill(0);
  keys.fill(0);
  return { ...halves, sessionId };
}
