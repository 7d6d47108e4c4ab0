/** Every frame of PROTOCOL.md section 2 as one type: what it means, how short its body may be, its octets. */

import { type Ack, emitAck } from "./ack.ts";
import type { FrameType } from "./fc.ts";
import type { MacView } from "./mac.ts";
import {
  type Confirm,
  type Data,
  emitNumbered,
  numberedMinOctets,
  numberedTdc,
  readConfirm,
  readData,
} from "./numbered.ts";
import type { Profile } from "./profile.ts";
import { emitResponse, type Response, readResponse, responseMinOctets, responseTdc } from "./response.ts";
import type { Tdc } from "./tdc.ts";
import { emitTrigger, readTrigger, type Trigger, triggerMinOctets, triggerTdc } from "./trigger.ts";

/** The frames that have a MIC. */
export type Protected = Response | Confirm | Data;

/** The frames that have a body. */
export type BodyFrame = Trigger | Protected;

export type Frame = BodyFrame | Ack;

/** A protected frame before it is sealed: `payload` is the plaintext, and there is no MIC yet. */
export type Unsealed = Omit<Response, "mic"> | Omit<Confirm, "mic"> | Omit<Data, "mic">;

export type BodyType = Exclude<FrameType, "Ack">;

/** The shortest body of a type, octets. */
export function bodyMinOctets(type: BodyType, tdc: Tdc, profile: Profile): number {
  if (type === "Trigger") return triggerMinOctets(profile, tdc.modifier);
  return type === "Response" ? responseMinOctets(profile) : numberedMinOctets(profile);
}

const READERS = { Trigger: readTrigger, Response: readResponse, Confirm: readConfirm, Data: readData } as const;

/** The fields of a frame whose body is long enough for its type: octet strings are copies. */
export function readFrame(type: BodyType, mac: MacView, tdc: Tdc, profile: Profile): BodyFrame {
  return READERS[type](mac, tdc, profile);
}

/** The 16 bits of the TDC that a frame has; a sealed one has the same as before it was sealed. */
export function tdcOf(frame: Trigger | Unsealed): number {
  if (frame.type === "Trigger") return triggerTdc(frame);
  return frame.type === "Response" ? responseTdc(frame) : numberedTdc(frame);
}

/** The octets of a frame, FCS included; RangeError naming the field that does not fit. */
export function emitFrame(frame: Frame): Uint8Array {
  switch (frame.type) {
    case "Trigger":
      return emitTrigger(frame);
    case "Response":
      return emitResponse(frame);
    case "Confirm":
    case "Data":
      return emitNumbered(frame);
    case "Ack":
      return emitAck(frame);
  }
}
