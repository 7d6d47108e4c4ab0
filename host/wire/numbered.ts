/**
 * M3, the Confirm, and Data (PROTOCOL.md section 2): the frames that carry their PN. Body of both:
 *
 *     0           2                  -M
 *     PN(2, BE)   payload(0..rest)   MIC(M)
 */

import { FC } from "./fc.ts";
import { emitMac, type MacView } from "./mac.ts";
import { be16, checkNumber, checkOctets, readBe16 } from "./octets.ts";
import { PN_OCTETS, type Profile, payloadMaxOctets } from "./profile.ts";
import { packTdc, type Tdc } from "./tdc.ts";

/** PN of M2 (which does not carry it) and of M3: the first of its direction. */
export const PN_FIRST = 1;
/** The last PN of a direction; after it, a new handshake. */
export const PN_MAX = 0xffff;

interface Numbered {
  readonly id: number;
  readonly encrypted: boolean;
  /** Mod 4, of the root that the session's PTK is made from. */
  readonly generation: number;
  readonly profile: Profile;
  readonly pn: number;
  /** As it goes on the air: ciphertext if encrypted. */
  readonly payload: Uint8Array;
  /** M octets. */
  readonly mic: Uint8Array;
}

export interface Confirm extends Numbered {
  readonly type: "Confirm";
  /** The payload is a command (command.ts); only with `encrypted`. */
  readonly command: boolean;
}

/** Of either direction: only its MIC tells who sent it. */
export interface Data extends Numbered {
  readonly type: "Data";
}

/** The body without payload, octets. */
export function numberedMinOctets(profile: Profile): number {
  return PN_OCTETS + profile.M;
}

/** Of a body of at least numberedMinOctets. */
export function readConfirm(mac: MacView, tdc: Tdc, profile: Profile): Confirm {
  return { type: "Confirm", command: tdc.command, ...readNumbered(mac, tdc, profile) };
}

/** Of a body of at least numberedMinOctets. */
export function readData(mac: MacView, tdc: Tdc, profile: Profile): Data {
  return { type: "Data", ...readNumbered(mac, tdc, profile) };
}

function readNumbered(mac: MacView, tdc: Tdc, profile: Profile): Numbered {
  const mic = mac.bodyLength - profile.M;
  return {
    id: mac.id,
    encrypted: tdc.encrypted,
    generation: tdc.generation,
    profile,
    pn: readBe16(mac.part(0, PN_OCTETS), 0),
    payload: mac.part(PN_OCTETS, mic),
    mic: mac.part(mic, mac.bodyLength),
  };
}

/** The 16 bits of its TDC. */
export function numberedTdc(frame: Omit<Confirm, "mic"> | Omit<Data, "mic">): number {
  return packTdc({
    bodyLength: numberedMinOctets(frame.profile) + frame.payload.length,
    encrypted: frame.encrypted,
    modifier: false,
    generation: frame.generation,
    profile: frame.profile.number,
    command: frame.type === "Confirm" && frame.command,
  });
}

/** The frame; RangeError naming the field that does not fit, and for a command in clear. */
export function emitNumbered(frame: Confirm | Data): Uint8Array {
  const { type, id, encrypted, profile, pn, payload, mic } = frame;
  if (type === "Confirm" && frame.command && !encrypted) throw new RangeError("command: only in an encrypted Confirm");
  checkNumber("pn", pn, 0, PN_MAX);
  checkOctets("payload", payload, 0, payloadMaxOctets(profile));
  checkOctets("mic", mic, profile.M);
  return emitMac(FC[type], id, numberedTdc(frame), be16(pn), payload, mic);
}
