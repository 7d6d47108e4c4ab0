/**
 * The other end of a talk whose secrets change a thousand times: an AP and key service on node:crypto, as fast as the
 * slow twin is readable. It knows all that the device must not keep.
 */
import { nodeCrypto } from "../../host/crypto/node.ts";
import { bigEndian, concat, minMax } from "../twin/bytes.ts";
import { encodeTdc, idOf, joinFrame, type Profile } from "../twin/frames.ts";
import { aadOf, nonceOf, type Session } from "../twin/session.ts";
import { OPCODE } from "../twin/update.ts";
import { SPA } from "../vectors/world.ts";

/** The station's short identifier. */
export const ID = idOf(SPA);

/** The keys of one session and what they were made from. */
export interface Keys {
  readonly root: Uint8Array;
  readonly pmk: Uint8Array;
  /** Context of KDF-256 for the PTK. */
  readonly context: Uint8Array;
  readonly session: Session;
}

/** What an exchange is about, all of it public. */
export interface Exchange {
  readonly profile: Profile;
  readonly aa: Uint8Array;
  readonly modifier: Uint8Array | null;
  readonly aNonce: Uint8Array;
}

/** The keys that M1 and M2 make under a root of this generation. */
export function keysOf(
  { profile, aa, modifier, aNonce }: Exchange,
  root: Uint8Array,
  generation: number,
  sNonce: Uint8Array,
  m1Binding: Uint8Array,
): Keys {
  const pmk = modifier === null ? root : nodeCrypto.kdf256(root, "AMP PMK", concat(modifier, aa, SPA));
  const context = concat(minMax(aa, SPA), minMax(aNonce, sNonce));
  const ptk = nodeCrypto.kdf256(pmk, "AMP PTK", context);
  const [kck, tk] = [ptk.slice(0, 16), ptk.slice(16)];
  const session = { profile, generation, id: ID, aa, spa: SPA, kck, tk, m1Binding };
  return { root, pmk, context, session };
}

/** root_{g+1} = KDF-256(root_g, "AMP root update", Modifier' ‖ generation ‖ SPA). */
export function nextRoot(root: Uint8Array, modifierPrime: Uint8Array, generation: number): Uint8Array {
  return nodeCrypto.kdf256(root, "AMP root update", concat(modifierPrime, generation, SPA));
}

/** UPDATE: 0x01 ‖ generation ‖ Modifier' ‖ T. */
export function updateOf(root: Uint8Array, modifierPrime: Uint8Array, generation: number): Uint8Array {
  const T = nodeCrypto.kdf256(root, "AMP root auth", concat(modifierPrime, generation, SPA)).slice(0, 8);
  return concat(OPCODE.update, generation, modifierPrime, T);
}

/** A Confirm or Data frame from the AP. */
export function sealed(
  session: Session,
  fc: number,
  pn: number,
  payload: Uint8Array,
  mode: { readonly encrypted: boolean; readonly command?: boolean },
): Uint8Array {
  const { profile, generation, id, aa, kck, tk } = session;
  const tdc = encodeTdc({
    bodyLength: 2 + payload.length + profile.M,
    encrypted: mode.encrypted,
    modifier: false,
    generation: generation % 4,
    profile: profile.number,
    command: mode.command ?? false,
    reserved: 0,
  });
  const [nonce, aad] = [nonceOf(aa, pn), aadOf(session, fc, tdc)];
  const clear = (): Uint8Array => {
    const mac = nodeCrypto.cmac(kck, concat(nonce, aad.length, 0, aad, payload));
    return concat(payload, mac.subarray(0, profile.M));
  };
  const protectedPart = mode.encrypted ? nodeCrypto.ccmSeal(tk, nonce, aad, payload, profile.M) : clear();
  return joinFrame(fc, id, tdc, concat(bigEndian(pn, 2), protectedPart));
}
