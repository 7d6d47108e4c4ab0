/** Downlink frames as an attacker, or an AP with other keys, makes them. */
import { bigEndian } from "../twin/bytes.ts";
import { FC, withFcs } from "../twin/frames.ts";
import { numberedFrame, type Session } from "../twin/session.ts";

/** The frame with the bits of `mask` flipped in one octet, and a good FCS. */
export function tampered(frame: Uint8Array, at: number, mask = 0x01): Uint8Array {
  const octets = frame.slice(0, -2);
  octets[at] ^= mask;
  return withFcs(octets);
}

/** How a frame differs from the plain, encrypted one. */
interface Numbered {
  readonly pn?: number;
  readonly payload?: Uint8Array;
  readonly encrypted?: boolean;
  readonly command?: boolean;
  /** A2, the transmitter; the session's AA if left out. */
  readonly from?: Uint8Array;
}

function numbered(fc: number, session: Session, options: Numbered, firstPn: number): Uint8Array {
  const { pn = firstPn, payload = new Uint8Array(0), encrypted = true, command = false, from = session.aa } = options;
  return numberedFrame(session, fc, from, pn, payload, { encrypted, command }).frame;
}

/** An M3 under any session's keys. */
export function m3(session: Session, options: Numbered = {}): Uint8Array {
  return numbered(FC.confirm, session, options, 1);
}

/** DL Data under any session's keys; PN 2 if left out. */
export function dlData(session: Session, options: Numbered = {}): Uint8Array {
  return numbered(FC.data, session, options, 2);
}

/** Changes the PN of a Confirm or Data frame, not its MIC. */
export function withPn(frame: Uint8Array, pn: number): Uint8Array {
  const octets = frame.slice(0, -2);
  octets.set(bigEndian(pn, 2), 5);
  return withFcs(octets);
}
