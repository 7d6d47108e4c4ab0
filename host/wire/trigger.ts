/**
 * M1, the Trigger (PROTOCOL.md section 2). Body:
 *
 *     0                6       12          12 + N
 *     TriggerInfo(6)   AA(6)   ANonce(N)   [Modifier(8)]   DL data(0..rest, in clear)
 */

import { FC } from "./fc.ts";
import { BROADCAST_ID, emitMac, type MacView } from "./mac.ts";
import { checkOctets } from "./octets.ts";
import { BODY_MAX_OCTETS, type Profile } from "./profile.ts";
import { packTdc, type Tdc } from "./tdc.ts";
import { ACCESS, emitTriggerInfo, readTriggerInfo, type TriggerInfo } from "./triggerinfo.ts";

/** Offsets in the body; what follows the ANonce depends on the profile. */
export const TRIGGER = { info: 0, aa: 6, aNonce: 12 } as const;

const NOTHING = new Uint8Array(0);

export const ADDRESS_OCTETS = 6;
export const MODIFIER_OCTETS = 8;

/** The bit of an address' first octet that makes it a group address (IEEE Std 802-2014 8.2). */
export const GROUP_BIT = 0x01;

/** M1, its fields. */
export interface Trigger {
  readonly type: "Trigger";
  /** The one device's, or BROADCAST_ID. */
  readonly id: number;
  /** The AP's newest root generation mod 4; 0 in a broadcast. Decides nothing on the device. */
  readonly generation: number;
  readonly profile: Profile;
  readonly info: TriggerInfo;
  /** The AP's 48-bit address. */
  readonly aa: Uint8Array;
  /** N octets. */
  readonly aNonce: Uint8Array;
  /** 8 octets; undefined: direct mode, where the PMK is the root. */
  readonly modifier: Uint8Array | undefined;
  /** In clear, and to be acted on only after the M3. */
  readonly dlData: Uint8Array;
}

/** The body without DL data, octets. */
export function triggerMinOctets(profile: Profile, hasModifier: boolean): number {
  return TRIGGER.aNonce + profile.N + (hasModifier ? MODIFIER_OCTETS : 0);
}

/** Longest DL data that fits, octets. */
export function dlDataMaxOctets(profile: Profile, hasModifier: boolean): number {
  return BODY_MAX_OCTETS - triggerMinOctets(profile, hasModifier);
}

/** Of a body of at least triggerMinOctets. */
export function readTrigger(mac: MacView, tdc: Tdc, profile: Profile): Trigger {
  const afterNonce = TRIGGER.aNonce + profile.N;
  const afterModifier = triggerMinOctets(profile, tdc.modifier);
  return {
    type: "Trigger",
    id: mac.id,
    generation: tdc.generation,
    profile,
    info: readTriggerInfo(mac.part(TRIGGER.info, TRIGGER.aa)),
    aa: mac.part(TRIGGER.aa, TRIGGER.aNonce),
    aNonce: mac.part(TRIGGER.aNonce, afterNonce),
    modifier: tdc.modifier ? mac.part(afterNonce, afterModifier) : undefined,
    dlData: mac.part(afterModifier, mac.bodyLength),
  };
}

/** The 16 bits of its TDC. */
export function triggerTdc({ generation, profile, modifier, dlData }: Trigger): number {
  return packTdc({
    bodyLength: triggerMinOctets(profile, modifier !== undefined) + dlData.length,
    encrypted: false,
    modifier: modifier !== undefined,
    generation,
    profile: profile.number,
    command: false,
  });
}

/**
 * The frame. RangeError naming the field for what no device would take: a length, a reserved value, an AA that is a
 * group address, access for one station in a broadcast.
 */
export function emitTrigger(trigger: Trigger): Uint8Array {
  const { id, profile, info, aa, aNonce, modifier, dlData } = trigger;
  checkOctets("aa", aa, ADDRESS_OCTETS);
  if (aa[0] & GROUP_BIT) throw new RangeError("aa: a group address (bit 0 of its first octet is set)");
  if (id === BROADCAST_ID && info.access === ACCESS.thisStationOnly) {
    throw new RangeError("access: 1 is for one station, and the trigger is a broadcast");
  }
  checkOctets("aNonce", aNonce, profile.N);
  if (modifier !== undefined) checkOctets("modifier", modifier, MODIFIER_OCTETS);
  checkOctets("dlData", dlData, 0, dlDataMaxOctets(profile, modifier !== undefined));
  return emitMac(FC.Trigger, id, triggerTdc(trigger), emitTriggerInfo(info), aa, aNonce, modifier ?? NOTHING, dlData);
}
