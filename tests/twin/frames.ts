/** The frames of PROTOCOL 2: field by field, without any key. Both sides of the twin make and read frames with this. */
import { ascii, concat, fromLittleEndian, littleEndian } from "./bytes.ts";
import { crc8OfAck, crc16 } from "./crc.ts";
import { sha256 } from "./sha256.ts";

/** Frame control octets: Type in bits 0-3, Protected in bit 4. Assumption: the draft leaves the values open. */
export const FC = { trigger: 0x08, response: 0x19, confirm: 0x1a, data: 0x1b, ack: 0x0c } as const;
export const FC_TYPE_MASK = 0x0f;

/** ID of a trigger for every device. */
export const BROADCAST_ID = 0xffff;

/** Octets around the body: FC(1) ‖ ID(2) ‖ TDC(2) before it, FCS(2) after it. */
export const OVERHEAD_octets = 7;
export const BODY_MIN_octets = 1;
export const BODY_MAX_octets = 64;
export const ACK_octets = 4;
/** TriggerInfo(6) ‖ AA(6), before the ANonce. */
export const TRIGGER_FIXED_octets = 12;
export const MODIFIER_octets = 8;
/** PN(2), the first field of a Confirm and of Data. */
export const PN_octets = 2;

/** A security profile: N octets of nonce, M octets of MIC. Assumption: the draft leaves both sizes open. */
export interface Profile {
  readonly number: number;
  readonly name: "compact" | "wide" | "strong";
  readonly N: number;
  readonly M: number;
}

export const PROFILES: readonly Profile[] = [
  { number: 1, name: "compact", N: 16, M: 8 },
  { number: 2, name: "wide", N: 32, M: 8 },
  { number: 3, name: "strong", N: 32, M: 16 },
];

/** The profile of that number, if there is one. */
export function profileOf(number: number): Profile | undefined {
  return PROFILES.find((profile) => profile.number === number);
}

/** Longest reading that fits the M2 of a profile, octets. */
export function readingMax_octets(profile: Profile): number {
  return BODY_MAX_octets - profile.N - profile.M;
}

/** Longest payload that fits a Confirm or Data frame of a profile, octets. */
export function payloadMax_octets(profile: Profile): number {
  return BODY_MAX_octets - PN_octets - profile.M;
}

/** What the two octets of TDC say; `reserved` are bits 14-15. */
export interface Tdc {
  readonly bodyLength: number;
  readonly encrypted: boolean;
  readonly modifier: boolean;
  /** Root generation mod 4. */
  readonly generation: number;
  readonly profile: number;
  readonly command: boolean;
  readonly reserved: number;
}

/** TDC as sent: LE16 with bits 0-5 length - 1, 6 Encrypted, 7 Modifier, 8-9 generation, 10-12 profile, 13 Command. */
export function encodeTdc(tdc: Tdc): Uint8Array {
  const bits =
    (tdc.bodyLength - 1) |
    (Number(tdc.encrypted) << 6) |
    (Number(tdc.modifier) << 7) |
    (tdc.generation << 8) |
    (tdc.profile << 10) |
    (Number(tdc.command) << 13) |
    (tdc.reserved << 14);
  return littleEndian(bits, 2);
}

export function decodeTdc(octets: Uint8Array): Tdc {
  const bits = fromLittleEndian(octets);
  const bit = (n: number): boolean => ((bits >> n) & 1) === 1;
  return {
    bodyLength: (bits & 0x3f) + 1,
    encrypted: bit(6),
    modifier: bit(7),
    generation: (bits >> 8) & 3,
    profile: (bits >> 10) & 7,
    command: bit(13),
    reserved: bits >> 14,
  };
}

/** A MAC frame taken apart; nothing about it has been checked. */
export interface MacFrame {
  readonly fc: number;
  readonly id: number;
  readonly tdc: Uint8Array;
  readonly body: Uint8Array;
}

/** The fields of a frame of at least 8 octets, FCS left out. */
export function splitFrame(frame: Uint8Array): MacFrame {
  return { fc: frame[0], id: fromLittleEndian(frame.slice(1, 3)), tdc: frame.slice(3, 5), body: frame.slice(5, -2) };
}

/** FC ‖ ID ‖ TDC ‖ body ‖ FCS. */
export function joinFrame(fc: number, id: number, tdc: Uint8Array, body: Uint8Array): Uint8Array {
  return withFcs(concat(fc, littleEndian(id, 2), tdc, body));
}

/** octets ‖ their FCS. */
export function withFcs(octets: Uint8Array): Uint8Array {
  return concat(octets, littleEndian(crc16(octets), 2));
}

/** The last two octets are the FCS of those before. */
export function hasGoodFcs(frame: Uint8Array): boolean {
  return crc16(frame.subarray(0, -2)) === fromLittleEndian(frame.slice(-2));
}

/** FC ‖ ID ‖ CRC-8. */
export function ackFrame(id: number): Uint8Array {
  const fcAndId = concat(FC.ack, littleEndian(id, 2));
  return concat(fcAndId, crc8OfAck(fcAndId));
}

/** TriggerInfo, six octets. */
export interface TriggerInfo {
  readonly sessionId: number;
  readonly acwe: number;
  /** 0 250 kb/s, 1 1 Mb/s, 2 4 Mb/s. */
  readonly ulRate: number;
  /** 0 random slots, 1 this STA only. */
  readonly access: number;
  readonly slots: number;
  readonly slotDuration_4us: number;
  readonly reserved: number;
}

const TRIGGER_INFO_octets = 6;

export function encodeTriggerInfo(info: TriggerInfo): Uint8Array {
  const contention = info.acwe | (info.ulRate << 4) | (info.access << 6);
  return concat(info.sessionId, contention, info.slots, littleEndian(info.slotDuration_4us, 2), info.reserved);
}

export function decodeTriggerInfo(octets: Uint8Array): TriggerInfo {
  return {
    sessionId: octets[0],
    acwe: octets[1] & 0x0f,
    ulRate: (octets[1] >> 4) & 3,
    access: octets[1] >> 6,
    slots: octets[2],
    slotDuration_4us: fromLittleEndian(octets.slice(3, 5)),
    reserved: octets[5],
  };
}

/** The body of M1: TriggerInfo ‖ AA ‖ ANonce ‖ [Modifier] ‖ DL data. */
export interface TriggerBody {
  readonly info: Uint8Array;
  readonly aa: Uint8Array;
  readonly aNonce: Uint8Array;
  readonly modifier: Uint8Array | null;
  readonly dlData: Uint8Array;
}

export function encodeTriggerBody(body: TriggerBody): Uint8Array {
  return concat(body.info, body.aa, body.aNonce, body.modifier ?? new Uint8Array(0), body.dlData);
}

/** The fields of a trigger body that is long enough for them. */
export function decodeTriggerBody(body: Uint8Array, profile: Profile, hasModifier: boolean): TriggerBody {
  const afterNonce = TRIGGER_FIXED_octets + profile.N;
  const afterModifier = afterNonce + (hasModifier ? MODIFIER_octets : 0);
  return {
    info: body.slice(0, TRIGGER_INFO_octets),
    aa: body.slice(TRIGGER_INFO_octets, TRIGGER_FIXED_octets),
    aNonce: body.slice(TRIGGER_FIXED_octets, afterNonce),
    modifier: hasModifier ? body.slice(afterNonce, afterModifier) : null,
    dlData: body.slice(afterModifier),
  };
}

/** ID = LE16 of the first two octets of SHA-256("AMP ID" ‖ SPA); 0xFFFF becomes 0xFFFE. PROTOCOL 1. */
export function idOf(spa: Uint8Array): number {
  const id = fromLittleEndian(sha256(concat(ascii("AMP ID"), spa)).slice(0, 2));
  return id === BROADCAST_ID ? 0xfffe : id;
}
