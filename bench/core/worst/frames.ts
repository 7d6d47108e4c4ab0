/*
 * Downlink frames from somebody without a key: every M1, and Confirms and Data with a MIC that does not fit.
 */
import { PLAIN_TRIGGER_INFO, type TwinAp } from "../../../tests/twin/ap.ts";
import { littleEndian } from "../../../tests/twin/bytes.ts";
import {
  BODY_MAX_octets,
  encodeTdc,
  encodeTriggerBody,
  encodeTriggerInfo,
  FC,
  idOf,
  joinFrame,
  MODIFIER_octets,
  PN_octets,
  type Profile,
  TRIGGER_FIXED_octets,
} from "../../../tests/twin/frames.ts";
import { SPA } from "../../../tests/vectors/world.ts";

const ID = idOf(SPA);
const INFO = encodeTriggerInfo(PLAIN_TRIGGER_INFO);

export interface TriggerFields {
  readonly profile: Profile;
  readonly modifier: Uint8Array | null;
  readonly aa: Uint8Array;
  readonly aNonce: Uint8Array;
  readonly dlLength: number;
}

/** Longest DL data that a trigger of this AP has room for, octets. */
export function dlMax({ N }: Profile, { modifier }: TwinAp): number {
  return BODY_MAX_octets - TRIGGER_FIXED_octets - N - (modifier ? MODIFIER_octets : 0);
}

/** How a trigger of this AP leads to the PMK, for a reader. */
export function wayOf({ modifier }: TwinAp): string {
  return modifier ? "Modifier" : "direct";
}

export function triggerFrame({ profile, modifier, aa, aNonce, dlLength }: TriggerFields): Uint8Array {
  const body = encodeTriggerBody({ info: INFO, aa, aNonce, modifier, dlData: new Uint8Array(dlLength).fill(0x44) });
  return joinFrame(FC.trigger, ID, tdcOf(body.length, profile, { modifier: modifier !== null }), body);
}

/** A Confirm or Data frame whose every field is right but the MIC. */
export function forgedFrame(
  fc: number,
  profile: Profile,
  generation: number,
  payloadLength: number,
  encrypted: boolean,
): Uint8Array {
  // PN 1 for a Confirm, the next one for Data.
  const body = new Uint8Array(PN_octets + payloadLength + profile.M).fill(0x55);
  body.set([0, fc === FC.confirm ? 1 : 2]);
  return joinFrame(fc, ID, tdcOf(body.length, profile, { encrypted, generation }), body);
}

/** `length` octets that start like a frame of this type for this device; nothing behind fits. */
export function noise(fc: number, length: number): Uint8Array {
  const frame = new Uint8Array(length).fill(0x5a);
  frame.set([fc, ...littleEndian(ID, 2)].slice(0, length));
  return frame;
}

function tdcOf(
  bodyLength: number,
  profile: Profile,
  bits: { encrypted?: boolean; modifier?: boolean; generation?: number },
): Uint8Array {
  return encodeTdc({
    bodyLength,
    encrypted: bits.encrypted ?? false,
    modifier: bits.modifier ?? false,
    generation: (bits.generation ?? 0) % 4,
    profile: profile.number,
    command: false,
    reserved: 0,
  });
}
