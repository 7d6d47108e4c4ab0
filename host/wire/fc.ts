/**
 * FC, the frame control octet (PROTOCOL.md section 2): bits 0-3 Type, bit 4 Protected, bits 5-7 reserved.
 * Assumption: the draft leaves the values open. Deviation: Protected is 1 also on frames that have a MIC only.
 */

import { type BitField, readBits } from "./bits.ts";

/** One of the types that FC names. */
export type FrameType = "Trigger" | "Response" | "Confirm" | "Data" | "Ack";

/** The one octet that a frame of each type begins with. */
export const FC: Readonly<Record<FrameType, number>> = {
  Trigger: 0x08,
  Response: 0x19,
  Confirm: 0x1a,
  Data: 0x1b,
  Ack: 0x0c,
};

export const FC_FIELDS = {
  type: { at: 0, width: 4 },
  protected: { at: 4, width: 1 },
  reserved: { at: 5, width: 3 },
} as const satisfies Record<string, BitField>;

/** The two ends of the air. */
export type Side = "AP" | "device";

/**
 * What each side sends. Assumption: the page has Acks only from an AP; one from a device is read too, and means as
 * little.
 */
export const SENT_BY: Readonly<Record<Side, readonly FrameType[]>> = {
  AP: ["Trigger", "Confirm", "Data", "Ack"],
  device: ["Response", "Data", "Ack"],
};

const BY_NUMBER = new Map<number, FrameType>(
  Object.entries(FC).map(([type, fc]) => [readBits(fc, FC_FIELDS.type), type as FrameType]),
);

/** The type that bits 0-3 of an FC name; undefined for a number that is none. */
export function typeOf(fc: number): FrameType | undefined {
  return BY_NUMBER.get(readBits(fc, FC_FIELDS.type));
}
