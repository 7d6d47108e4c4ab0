/** The MIC of an EAPOL-Key frame, and the key wrap of its Key Data (IEEE Std 802.11-2020, 12.7.2 and 12.7.3). */

import type { Malformed } from "../../wire/malformed.ts";
import { EAPOL_KEY_MIC_OCTETS, type EapolKey, emitEapolKey, withMic } from "../frames/eapolkey.ts";
import { emitKeyData, type KeyData, padKeyData, parseKeyData } from "../frames/kde.ts";
import type { RsnCrypto } from "./crypto.ts";
import type { Suite } from "./suites.ts";

/**
 *     MIC = first 16 octets of HMAC-SHA-1(KCK, PDU)     descriptor version 2
 *         = AES-128-CMAC(KCK, PDU)                      descriptor version 3
 *
 * of the whole EAPOL PDU with zeros for the MIC.
 */
export function eapolMic(crypto: RsnCrypto, suite: Suite, kck: Uint8Array, pdu: Uint8Array): Uint8Array {
  const zeroed = withMic(pdu);
  if (suite.descriptorVersion === 3) return crypto.cmac(kck, zeroed);
  return crypto.hmacSha1(kck, zeroed).slice(0, EAPOL_KEY_MIC_OCTETS);
}

/** A PDU with its MIC in place. */
export function sealEapolKey(
  crypto: RsnCrypto,
  suite: Suite,
  kck: Uint8Array,
  frame: Omit<EapolKey, "mic">,
): Uint8Array {
  const pdu = emitEapolKey({ ...frame, mic: new Uint8Array(EAPOL_KEY_MIC_OCTETS) });
  return withMic(pdu, eapolMic(crypto, suite, kck, pdu));
}

/** Is that the MIC of the PDU? In a time that does not depend on where it differs. */
export function hasRightMic(
  crypto: RsnCrypto,
  suite: Suite,
  kck: Uint8Array,
  pdu: Uint8Array,
  mic: Uint8Array,
): boolean {
  return crypto.equal(eapolMic(crypto, suite, kck, pdu), mic);
}

/** Key Data, padded and wrapped under the KEK. */
export function wrapKeyData(crypto: RsnCrypto, kek: Uint8Array, keyData: KeyData): Uint8Array {
  const plain = padKeyData(emitKeyData(keyData));
  const wrapped = crypto.aesWrap(kek, plain);
  plain.fill(0);
  return wrapped;
}

/** What was wrapped; null when it was not wrapped under this KEK. */
export function unwrapKeyData(crypto: RsnCrypto, kek: Uint8Array, wrapped: Uint8Array): KeyData | Malformed | null {
  const plain = crypto.aesUnwrap(kek, wrapped);
  if (plain === null) return null;
  const keyData = parseKeyData(plain);
  plain.fill(0);
  return keyData;
}
