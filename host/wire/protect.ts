/**
 * Protection of a frame under a session's keys (PROTOCOL.md section 3), both ways:
 *
 *     Encrypted 1   payload ‖ MIC = AES-128-CCM(TK, nonce, AAD, plaintext), L = 2, M octets of tag
 *     Encrypted 0   MIC = first M octets of AES-128-CMAC(KCK, nonce ‖ LE16(len AAD) ‖ AAD ‖ payload)
 */

import type { Crypto } from "../crypto/crypto.ts";
import { aadOf, nonceOf, pnOf } from "./binding.ts";
import type { Protected, Unsealed } from "./frame.ts";
import { concat, le16 } from "./octets.ts";
import type { SessionKeys } from "./ptk.ts";

/** What a frame is bound to beside its own fields. */
export interface Binding {
  /** The transmitter's address: SPA up, AA down. */
  readonly a2: Uint8Array;
  /** bindingOf() the exchange's M1; Data does without. */
  readonly m1?: Uint8Array;
}

/** Seals a frame whose payload is plaintext: the same frame with the payload as it goes on the air, and its MIC. */
export function seal(crypto: Crypto, keys: SessionKeys, frame: Unsealed, { a2, m1 }: Binding): Protected {
  const nonce = nonceOf(a2, pnOf(frame));
  const aad = aadOf(frame, m1);
  const { payload, profile } = frame;
  // A new field stands before a spread, not behind it: there V8 takes ten times as long.
  if (!frame.encrypted) return { mic: micOf(crypto, keys.kck, nonce, aad, payload, profile.M), ...frame };
  const sealed = crypto.ccmSeal(keys.tk, nonce, aad, payload, profile.M);
  return { mic: sealed.slice(payload.length), ...frame, payload: sealed.slice(0, payload.length) };
}

/** The plaintext of a sealed frame; null if its MIC does not fit. In clear it is the frame's own payload. */
export function open(crypto: Crypto, keys: SessionKeys, frame: Protected, { a2, m1 }: Binding): Uint8Array | null {
  const nonce = nonceOf(a2, pnOf(frame));
  const aad = aadOf(frame, m1);
  const { payload, mic, profile } = frame;
  if (frame.encrypted) return crypto.ccmOpen(keys.tk, nonce, aad, concat(payload, mic), profile.M);
  return crypto.equal(micOf(crypto, keys.kck, nonce, aad, payload, profile.M), mic) ? payload : null;
}

/** MIC = first M octets of AES-128-CMAC(KCK, nonce ‖ LE16(len AAD) ‖ AAD ‖ payload). */
function micOf(
  crypto: Crypto,
  kck: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  payload: Uint8Array,
  M: number,
): Uint8Array {
  return crypto.cmac(kck, concat(nonce, le16(aad.length), aad, payload)).slice(0, M);
}
