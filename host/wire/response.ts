/**
 * M2, the Response (PROTOCOL.md section 2): the device's reading, and its proof of who it is. Body:
 *
 *     0           N                  -M
 *     SNonce(N)   payload(0..rest)   MIC(M)
 */

import { FC } from "./fc.ts";
import { emitMac, type MacView } from "./mac.ts";
import { checkOctets } from "./octets.ts";
import { type Profile, readingMaxOctets } from "./profile.ts";
import { packTdc, type Tdc } from "./tdc.ts";

/** M2, its fields. */
export interface Response {
  readonly type: "Response";
  readonly id: number;
  readonly encrypted: boolean;
  /** Mod 4, of the root that the session's PTK is made from. */
  readonly generation: number;
  readonly profile: Profile;
  /** N octets. */
  readonly sNonce: Uint8Array;
  /** As it goes on the air: ciphertext if encrypted. */
  readonly payload: Uint8Array;
  /** M octets. */
  readonly mic: Uint8Array;
}

/** The body without payload, octets. */
export function responseMinOctets(profile: Profile): number {
  return profile.N + profile.M;
}

/** Of a body of at least responseMinOctets. */
export function readResponse(mac: MacView, tdc: Tdc, profile: Profile): Response {
  const mic = mac.bodyLength - profile.M;
  return {
    type: "Response",
    id: mac.id,
    encrypted: tdc.encrypted,
    generation: tdc.generation,
    profile,
    sNonce: mac.part(0, profile.N),
    payload: mac.part(profile.N, mic),
    mic: mac.part(mic, mac.bodyLength),
  };
}

/** The 16 bits of its TDC. */
export function responseTdc({ encrypted, generation, profile, payload }: Omit<Response, "mic">): number {
  return packTdc({
    bodyLength: responseMinOctets(profile) + payload.length,
    encrypted,
    modifier: false,
    generation,
    profile: profile.number,
    command: false,
  });
}

/** The frame; RangeError naming the field whose length does not fit. */
export function emitResponse(response: Response): Uint8Array {
  const { id, profile, sNonce, payload, mic } = response;
  checkOctets("sNonce", sNonce, profile.N);
  checkOctets("payload", payload, 0, readingMaxOctets(profile));
  checkOctets("mic", mic, profile.M);
  return emitMac(FC.Response, id, responseTdc(response), sNonce, payload, mic);
}
