/** The checks of PROTOCOL 4a that need no state, in the page's order: the first that fails is the answer. */
import { fromLittleEndian } from "./bytes.ts";
import { crc8OfAck } from "./crc.ts";
import {
  ACK_octets,
  BODY_MAX_octets,
  BODY_MIN_octets,
  BROADCAST_ID,
  decodeTdc,
  FC,
  FC_TYPE_MASK,
  hasGoodFcs,
  type MacFrame,
  MODIFIER_octets,
  OVERHEAD_octets,
  PN_octets,
  type Profile,
  profileOf,
  splitFrame,
  type Tdc,
  TRIGGER_FIXED_octets,
  type TriggerInfo,
} from "./frames.ts";
import type { StatusName } from "./status.ts";

/** A frame that passed; an Ack has nothing else to it. */
export type CheckedFrame =
  | { readonly refusal: StatusName }
  | { readonly refusal: null; readonly fc: typeof FC.ack }
  | {
      readonly refusal: null;
      readonly fc: typeof FC.trigger | typeof FC.confirm | typeof FC.data;
      readonly frame: MacFrame;
      readonly tdc: Tdc;
      readonly profile: Profile;
    };

const typeOf = (fc: number): number => fc & FC_TYPE_MASK;
const isAckType = (fc: number): boolean => typeOf(fc) === typeOf(FC.ack);

/** The FC that a downlink frame of this type has, or undefined: a Response comes from a device, others from nobody. */
function downlinkFc(type: number) {
  return ([FC.trigger, FC.confirm, FC.data, FC.ack] as const).find((fc) => typeOf(fc) === type);
}

/** Bits that this type sends as 0: 6 in a Trigger, 7 outside it, 13 outside a Confirm and without 6, 14-15. */
function hasReservedTdcBits(fc: number, tdc: Tdc): boolean {
  if (tdc.reserved !== 0) return true;
  if (fc === FC.trigger) return tdc.encrypted || tdc.command;
  return tdc.modifier || (tdc.command && (fc !== FC.confirm || !tdc.encrypted));
}

/** The body of this type and profile with nothing in it. */
function bodyMin_octets(fc: number, tdc: Tdc, profile: Profile): number {
  if (fc !== FC.trigger) return PN_octets + profile.M;
  return TRIGGER_FIXED_octets + profile.N + (tdc.modifier ? MODIFIER_octets : 0);
}

/** Everything up to the table of 4a, for a device of this ID. */
export function checkFrame(octets: Uint8Array, ownId: number): CheckedFrame {
  const refuse = (refusal: StatusName): CheckedFrame => ({ refusal });
  const ack = octets.length > 0 && isAckType(octets[0]);

  if (octets.length < ACK_octets) return refuse("too short");
  if (octets.length < OVERHEAD_octets + BODY_MIN_octets && !ack) return refuse("too short");
  if (octets.length > OVERHEAD_octets + BODY_MAX_octets) return refuse("too long");
  if (ack && octets.length !== ACK_octets) return refuse("too long");

  const type = typeOf(octets[0]);
  const id = fromLittleEndian(octets.slice(1, 3));
  const isForMe = id === BROADCAST_ID ? type === typeOf(FC.trigger) : id === ownId;
  if (!isForMe) return refuse("not for me");

  const fc = downlinkFc(type);
  if (fc === undefined) return refuse("bad type");

  if (fc === FC.ack) {
    if (crc8OfAck(octets.subarray(0, 3)) !== octets[3]) return refuse("bad FCS");
    return octets[0] === FC.ack ? { refusal: null, fc } : refuse("reserved bits");
  }
  if (!hasGoodFcs(octets)) return refuse("bad FCS");

  const frame = splitFrame(octets);
  const tdc = decodeTdc(frame.tdc);
  if (frame.fc !== fc || hasReservedTdcBits(fc, tdc)) return refuse("reserved bits");
  if (tdc.bodyLength !== frame.body.length) return refuse("bad length");
  const profile = profileOf(tdc.profile);
  if (profile === undefined) return refuse("bad profile");
  if (frame.body.length < bodyMin_octets(fc, tdc, profile)) return refuse("bad length");
  return { refusal: null, fc, frame, tdc, profile };
}

/** UL rate 3, access 2 and 3, last octet not 0, 0 slots, and access 1 in a broadcast. PROTOCOL 2. */
export function hasReservedTriggerInfo(info: TriggerInfo, id: number): boolean {
  return (
    info.ulRate === 3 ||
    info.access > 1 ||
    info.reserved !== 0 ||
    info.slots === 0 ||
    (info.access === 1 && id === BROADCAST_ID)
  );
}
