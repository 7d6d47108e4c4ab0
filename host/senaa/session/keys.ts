/**
 * What comes of a session: the key of its local security association (LSA), and the tags by which both ends show that who made
 * the TLS is who made the EAP key (004-D14).
 *
 *     S       = TLS exporter("EXPORTER-SeNAA", 32 octets)
 *     PRK     = HKDF-Extract(Session-Id, S ‖ MSK)            RFC 5869; MSK: 64 octets, none where TLS stands for EAP
 *     LSA     = HKDF-Expand(PRK, "SeNAA LSA", 32)
 *     Kb      = HKDF-Expand(PRK, "SeNAA binding", 32)
 *     binding = HMAC-SHA-256(Kb, role ‖ BE16 |User-Name| ‖ User-Name ‖ Device-Identifier)    role: 0 PaC, 1 PAA
 *
 * Assumption: the draft leaves the LSA to "further studies", and admits in section 7 that a man in the middle can carry EAP from
 * another tunnel into his own. He has no MSK, and so no binding; without one nobody is let in.
 */

import type { Crypto } from "../../crypto/crypto.ts";
import { be16, concat } from "../../wire/octets.ts";
import { type DeviceId, deviceIds } from "../wire/deviceid.ts";

export const EXPORTER_LABEL = "EXPORTER-SeNAA";
export const EXPORTED_OCTETS = 32;

type KeyCrypto = Pick<Crypto, "hmac" | "equal">;
export type End = "PaC" | "PAA";
const ROLE: Readonly<Record<End, number>> = { PaC: 0, PAA: 1 };

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Who is let in, as both ends have to see it. */
export interface Bound {
  readonly userName: string;
  readonly deviceIds: readonly DeviceId[];
}

/** Keys of one session, both 32 octets; wiped by whoever holds them. */
export interface SessionKeys {
  readonly lsa: Uint8Array;
  readonly binding: Uint8Array;
}

/** `msk`: 64 octets; undefined: TLS alone has authenticated the user (004-S8). */
export function sessionKeys(
  crypto: KeyCrypto,
  {
    sessionId,
    exported,
    msk,
  }: { readonly sessionId: string; readonly exported: Uint8Array; readonly msk?: Uint8Array },
): SessionKeys {
  const input = concat(exported, msk ?? new Uint8Array());
  const prk = crypto.hmac(utf8(sessionId), input);
  input.fill(0);
  const [lsa, binding] = ["SeNAA LSA", "SeNAA binding"].map((info) =>
    crypto.hmac(prk, concat(utf8(info), Uint8Array.of(1))),
  );
  prk.fill(0);
  return { lsa, binding };
}

/** 32 octets. */
export function bindingOf(
  crypto: KeyCrypto,
  key: Uint8Array,
  end: End,
  { userName, deviceIds: ids }: Bound,
): Uint8Array {
  const name = utf8(userName);
  return crypto.hmac(key, concat(Uint8Array.of(ROLE[end]), be16(name.length), name, deviceIds.emit(ids)));
}

/** Is `tag` that of the other end? In a time that tells nothing of where they differ. */
export function isBinding(crypto: KeyCrypto, key: Uint8Array, end: End, bound: Bound, tag: Uint8Array): boolean {
  return crypto.equal(bindingOf(crypto, key, end, bound), tag);
}
