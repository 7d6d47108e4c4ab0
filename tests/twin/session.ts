/**
 * Protection of PROTOCOL 3: what a session's two keys do to a frame. Both sides of the twin use it: the rules are
 * the same, only A2 (the transmitter's address) differs. Every intermediate is handed out, for the vectors.
 */
import { bigEndian, concat, equal, fromBigEndian, littleEndian } from "./bytes.ts";
import { ccmDecrypt, ccmEncrypt } from "./ccm.ts";
import { aesCmac } from "./cmac.ts";
import { decodeTdc, encodeTdc, FC, joinFrame, type MacFrame, PN_octets, type Profile } from "./frames.ts";

/** What M1 and M2 agree on, at both ends. */
export interface Session {
  readonly profile: Profile;
  /** Root generation that PTK was made from, 0..255. */
  readonly generation: number;
  readonly id: number;
  readonly aa: Uint8Array;
  readonly spa: Uint8Array;
  readonly kck: Uint8Array;
  readonly tk: Uint8Array;
  /** FC ‖ TDC ‖ TriggerInfo ‖ DL data of M1: the part of M1 that is not in PTK. */
  readonly m1Binding: Uint8Array;
}

/** What protecting one payload made. */
export interface Protection {
  readonly nonce: Uint8Array;
  readonly aad: Uint8Array;
  /** Inside of CCM (Encrypted) or of CMAC (MIC only). */
  readonly intermediates: { readonly b0: Uint8Array; readonly s0: Uint8Array } | { readonly cmacInput: Uint8Array };
  /** The payload as it goes on the air. */
  readonly sent: Uint8Array;
  readonly mic: Uint8Array;
}

/** A protected frame and how it came about. */
export interface SealedFrame {
  readonly frame: Uint8Array;
  readonly protection: Protection;
}

/** Last PN of a direction; after it, a new handshake. */
export const PN_MAX = 0xffff;
/** PN of M2 (not carried) and of M3: the first of its direction. */
export const PN_FIRST = 1;

/** FC ‖ TDC ‖ TriggerInfo ‖ DL data. */
export function bindingOfM1(fc: number, tdc: Uint8Array, info: Uint8Array, dlData: Uint8Array): Uint8Array {
  return concat(fc, tdc, info, dlData);
}

/** nonce(13) = flags 0 (priority 0, no management) ‖ A2(6) ‖ BE48(PN), as CCMP: IEEE Std 802.11-2020 12.5.3.3.4. */
export function nonceOf(a2: Uint8Array, pn: number): Uint8Array {
  return concat(0, a2, bigEndian(pn, 6));
}

/** AAD = FC ‖ TDC of this frame, and for M2 and M3 also the binding of M1. */
export function aadOf(session: Session, fc: number, tdc: Uint8Array): Uint8Array {
  const bindsM1 = fc === FC.response || fc === FC.confirm;
  return concat(fc, tdc, bindsM1 ? session.m1Binding : new Uint8Array(0));
}

/** Input of the MIC of a frame in clear: nonce ‖ LE16(len AAD) ‖ AAD ‖ payload. */
function cmacInputOf(nonce: Uint8Array, aad: Uint8Array, payload: Uint8Array): Uint8Array {
  return concat(nonce, littleEndian(aad.length, 2), aad, payload);
}

/** Encrypts and authenticates, or only authenticates, as bit 6 of `tdc` says. */
export function protect(
  session: Session,
  fc: number,
  tdc: Uint8Array,
  a2: Uint8Array,
  pn: number,
  payload: Uint8Array,
): Protection {
  const nonce = nonceOf(a2, pn);
  const aad = aadOf(session, fc, tdc);
  if (decodeTdc(tdc).encrypted) {
    const { b0, s0, ciphertext, tag } = ccmEncrypt(session.tk, nonce, aad, payload, session.profile.M);
    return { nonce, aad, intermediates: { b0, s0 }, sent: ciphertext, mic: tag };
  }
  const cmacInput = cmacInputOf(nonce, aad, payload);
  const mic = aesCmac(session.kck, cmacInput).slice(0, session.profile.M);
  return { nonce, aad, intermediates: { cmacInput }, sent: payload, mic };
}

/** The payload of a protected frame, or null if its MIC is wrong. `sent` and `mic` as they came. */
export function unprotect(
  session: Session,
  fc: number,
  tdc: Uint8Array,
  a2: Uint8Array,
  pn: number,
  sent: Uint8Array,
  mic: Uint8Array,
): Uint8Array | null {
  if (!decodeTdc(tdc).encrypted) {
    return equal(protect(session, fc, tdc, a2, pn, sent).mic, mic) ? sent : null;
  }
  return ccmDecrypt(session.tk, nonceOf(a2, pn), aadOf(session, fc, tdc), sent, mic);
}

interface PayloadMode {
  readonly encrypted: boolean;
  readonly command?: boolean;
}

function tdcOf(session: Session, bodyLength: number, mode: PayloadMode): Uint8Array {
  return encodeTdc({
    bodyLength,
    encrypted: mode.encrypted,
    modifier: false,
    generation: session.generation % 4,
    profile: session.profile.number,
    command: mode.command ?? false,
    reserved: 0,
  });
}

/** M2: SNonce(N) ‖ payload ‖ MIC(M); UL, PN 1, not carried. */
export function responseFrame(
  session: Session,
  sNonce: Uint8Array,
  reading: Uint8Array,
  mode: PayloadMode,
): SealedFrame {
  const tdc = tdcOf(session, session.profile.N + reading.length + session.profile.M, mode);
  const protection = protect(session, FC.response, tdc, session.spa, PN_FIRST, reading);
  const body = concat(sNonce, protection.sent, protection.mic);
  return { frame: joinFrame(FC.response, session.id, tdc, body), protection };
}

/** M3 and Data: PN(2, BE) ‖ payload ‖ MIC(M); `a2` is the AP's address down, the device's up. */
export function numberedFrame(
  session: Session,
  fc: number,
  a2: Uint8Array,
  pn: number,
  payload: Uint8Array,
  mode: PayloadMode,
): SealedFrame {
  const tdc = tdcOf(session, PN_octets + payload.length + session.profile.M, mode);
  const protection = protect(session, fc, tdc, a2, pn, payload);
  const body = concat(bigEndian(pn, PN_octets), protection.sent, protection.mic);
  return { frame: joinFrame(fc, session.id, tdc, body), protection };
}

/** The PN of a Confirm or Data frame. */
export function pnOf(frame: MacFrame): number {
  return fromBigEndian(frame.body.slice(0, PN_octets));
}

/** The payload of a Confirm or Data frame sent by `a2`, or null if its MIC is wrong. */
export function openNumbered(session: Session, a2: Uint8Array, frame: MacFrame): Uint8Array | null {
  const sent = frame.body.slice(PN_octets, -session.profile.M);
  const mic = frame.body.slice(-session.profile.M);
  return unprotect(session, frame.fc, frame.tdc, a2, pnOf(frame), sent, mic);
}
