/** Frames that every state but "off" refuses for what they look like, and the Ack, which says nothing in any state. */
import { tampered } from "../../support/deviceframes.ts";
import { ackFrame, FC, joinFrame, withFcs } from "../../twin/frames.ts";
import { SPA } from "../../vectors/world.ts";
import type { Bed, Story } from "../bed.ts";
import { ID } from "../peer.ts";
import type { AnswerKind, Case, StateNumber } from "./case.ts";

/** Places in a frame, and bits of the two octets of a TDC. */
const AT = { fc: 0, id: 1, tdc: 3, flags: 6, slots: 7, last: 10 } as const;
const TDC_LOW = { encrypted: 0x40, modifier: 0x80, length: 0x01 } as const;
const TDC_HIGH = { profile: 0x1c, command: 0x20, reserved: 0x40 } as const;

/** An answer, the way to it in words, and what is handed in: a frame and, if it is not its own, its length. */
type Refusal = readonly [answer: AnswerKind, path: string, frame: (bed: Bed) => Uint8Array, length?: number];

/** A Confirm that looks right: of the session if there is one, else any. */
function confirm(bed: Bed): Uint8Array {
  if (bed.sessions.length > 0) return bed.m3(bed.secrets.payloads[0]);
  return joinFrame(FC.confirm, ID, tdcOf(bed, 30), bed.secrets.payloads[3].slice(0, 30));
}

function data(bed: Bed): Uint8Array {
  const frame = confirm(bed).slice(0, -2);
  frame[AT.fc] = FC.data;
  return withFcs(frame);
}

/** TDC of an encrypted frame with so long a body, under the exchange's profile. */
function tdcOf({ exchange }: Bed, bodyLength: number): Uint8Array {
  return Uint8Array.of((bodyLength - 1) | TDC_LOW.encrypted, exchange.profile.number << 2);
}

/** The profile's bits become those of a number that no profile has. */
const noProfile = ({ exchange }: Bed, frame: Uint8Array): Uint8Array =>
  tampered(frame, AT.tdc + 1, exchange.profile.number << 2);

const REFUSALS: readonly Refusal[] = [
  ["too short", "no length that there is", (bed) => bed.trigger(), -1],
  ["too short", "three octets", (bed) => bed.trigger(), 3],
  ["too short", "seven octets", (bed) => confirm(bed), 7],
  ["too long", "72 octets", (bed) => bed.trigger(), 72],
  ["too long", "an Ack of five", () => ackFrame(ID), 5],
  ["not for me", "another's ID", (bed) => tampered(confirm(bed), AT.id)],
  ["not for me", "a Confirm to all", (bed) => joinFrame(FC.confirm, 0xffff, tdcOf(bed, 30), new Uint8Array(30))],
  [
    "not for me",
    "an AA of a group",
    (bed) => bed.trigger({ aa: bed.exchange.aa.map((o, i) => (i === 0 ? o | 1 : o)) }),
  ],
  ["not for me", "the SPA as AA", (bed) => bed.trigger({ aa: SPA })],
  ["bad type", "no type that there is", (bed) => tampered(confirm(bed), AT.fc, 0x0f)],
  ["bad type", "a Response", (bed) => tampered(confirm(bed), AT.fc, FC.confirm ^ FC.response)],
  ["bad FCS", "a Trigger", (bed) => bed.trigger().map((octet, i) => (i === 11 ? octet ^ 1 : octet))],
  ["bad FCS", "a Confirm", (bed) => confirm(bed).map((octet, i) => (i === 9 ? octet ^ 1 : octet))],
  ["bad FCS", "an Ack", () => ackFrame(ID).map((octet, i) => (i === 3 ? octet ^ 1 : octet))],
  ["reserved bits", "of FC", (bed) => tampered(confirm(bed), AT.fc, 0x20)],
  ["reserved bits", "a Trigger that says Protected", (bed) => tampered(bed.trigger(), AT.fc, 0x10)],
  ["reserved bits", "an Ack that says Protected", () => withAckCheck(FC.ack | 0x10)],
  ["reserved bits", "of TDC", (bed) => tampered(confirm(bed), AT.tdc + 1, TDC_HIGH.reserved)],
  ["reserved bits", "a Trigger that says Encrypted", (bed) => tampered(bed.trigger(), AT.tdc, TDC_LOW.encrypted)],
  ["reserved bits", "a Confirm that says Modifier", (bed) => tampered(confirm(bed), AT.tdc, TDC_LOW.modifier)],
  ["reserved bits", "Data that say Command", (bed) => tampered(data(bed), AT.tdc + 1, TDC_HIGH.command)],
  [
    "reserved bits",
    "a command in clear",
    (bed) => tampered(tampered(confirm(bed), AT.tdc, TDC_LOW.encrypted), AT.tdc + 1, TDC_HIGH.command),
  ],
  ["reserved bits", "UL rate 3", (bed) => tampered(bed.trigger(), AT.flags, 0x30)],
  ["reserved bits", "access 3", (bed) => tampered(bed.trigger(), AT.flags, 0x80)],
  ["reserved bits", "no slots", (bed) => tampered(bed.trigger(), AT.slots, 0x01)],
  ["reserved bits", "the last octet of TriggerInfo", (bed) => tampered(bed.trigger(), AT.last)],
  ["reserved bits", "access for one to all", (bed) => bed.trigger({ id: 0xffff })],
  ["bad length", "TDC says another", (bed) => tampered(bed.trigger(), AT.tdc, TDC_LOW.length)],
  ["bad length", "a Trigger without ANonce", (bed) => joinFrame(FC.trigger, ID, tdcOfTrigger(bed), new Uint8Array(13))],
  ["bad length", "a Confirm without MIC", (bed) => joinFrame(FC.confirm, ID, tdcOf(bed, 3), new Uint8Array(3))],
  ["bad profile", "none that there is, in a Trigger", (bed) => noProfile(bed, bed.trigger())],
  ["bad profile", "none that there is, in a Confirm", (bed) => noProfile(bed, confirm(bed))],
];

function tdcOfTrigger({ exchange }: Bed): Uint8Array {
  return Uint8Array.of(13 - 1, exchange.profile.number << 2);
}

/** An Ack with a right check octet behind any FC. */
function withAckCheck(fc: number): Uint8Array {
  const check = withFcs(Uint8Array.of(fc, ID & 0xff, ID >> 8))[3];
  return Uint8Array.of(fc, ID & 0xff, ID >> 8, check);
}

const handedIn =
  (state: StateNumber, frame: (bed: Bed) => Uint8Array, length?: number): Story =>
  (bed) => {
    bed.reach(state);
    bed.receive(frame(bed), undefined, length);
  };

const ON: readonly StateNumber[] = [1, 2, 3];

export const REFUSED: readonly Case[] = ON.flatMap((state) => [
  ...REFUSALS.map(([answer, path, frame, length]): Case => {
    return { call: "amp_receive", state, answer, path, play: handedIn(state, frame, length) };
  }),
  { call: "amp_receive", state, answer: "0", path: "an Ack", play: handedIn(state, () => ackFrame(ID)) },
]);
