/** The refusals that need no session: every check of PROTOCOL 4a before its table, alone and in its order. */
import { bigEndian, concat, littleEndian } from "../twin/bytes.ts";
import { ackFrame, BROADCAST_ID, FC, idOf, type Profile, withFcs } from "../twin/frames.ts";
import type { StatusName } from "../twin/status.ts";
import { AA_LOW, COMPACT, labelled, SPA, STRONG, WIDE } from "./world.ts";

/** One frame, and why a booted, idle device refuses it. */
export interface RefusedFrame {
  readonly check: string;
  readonly name: string;
  readonly status: StatusName;
  readonly frame: Uint8Array;
}

const OWN_ID = idOf(SPA);
const OTHER_ID = OWN_ID ^ 1;
const RAW_INFO = Uint8Array.of(0x07, 0x40, 0x01, 0xff, 0x00, 0x00);

/** A frame of any octets with a good FCS; the length field of TDC is that of the body unless another is asked for. */
interface RawFrame {
  readonly fc?: number;
  readonly id?: number;
  /** TDC without its length, as the 16 bits of PROTOCOL 2. */
  readonly bits?: number;
  readonly length?: number;
  readonly body?: Uint8Array;
}

const PROFILE_1 = 1 << 10;
const MODIFIER_BIT = 1 << 7;

function raw({ fc = FC.trigger, id = OWN_ID, bits = PROFILE_1, length, body = triggerBody() }: RawFrame): Uint8Array {
  const tdc = littleEndian(bits | ((length ?? body.length) - 1), 2);
  return withFcs(concat(fc, littleEndian(id, 2), tdc, body));
}

function triggerBody(info: Uint8Array = RAW_INFO, aa: Uint8Array = AA_LOW, nonce_octets = COMPACT.N): Uint8Array {
  return concat(info, aa, labelled("AMP vectors, refused ANonce", nonce_octets));
}

/** PN 1 and a MIC of zeros: never looked at where these frames are refused. */
const numberedBody = (pn = 1, rest = 8): Uint8Array => concat(bigEndian(pn, 2), new Uint8Array(rest));

/** The same frame with one octet of its FCS (or CRC-8) wrong. */
function spoilt(frame: Uint8Array): Uint8Array {
  return frame.map((octet, i) => (i === frame.length - 1 ? octet ^ 0x01 : octet));
}

function lengths(): RefusedFrame[] {
  const refuse = (name: string, status: StatusName, frame: Uint8Array): RefusedFrame => ({
    check: status === "too short" ? "too short (< 4, or < 8 unless type Ack)" : "too long (> 71; Ack != 4)",
    name,
    status,
    frame,
  });
  const long = concat(FC.trigger, littleEndian(OWN_ID, 2), new Uint8Array(69));
  return [
    refuse("no octets at all", "too short", new Uint8Array(0)),
    refuse("3 octets of an Ack", "too short", ackFrame(OWN_ID).slice(0, 3)),
    refuse("4 octets that are no Ack", "too short", concat(FC.data, littleEndian(OWN_ID, 2), 0)),
    refuse("7 octets of Data: a frame without a body", "too short", withFcs(concat(FC.data, new Uint8Array(4)))),
    refuse("72 octets", "too long", long),
    refuse("72 octets to another ID", "too long", concat(FC.trigger, littleEndian(OTHER_ID, 2), new Uint8Array(69))),
    refuse("Ack of 5 octets to another ID", "too long", concat(ackFrame(OTHER_ID), 0)),
    refuse("Ack of 5 octets", "too long", concat(ackFrame(OWN_ID), 0)),
    refuse("Ack of 8 octets", "too long", concat(ackFrame(OWN_ID), 0, 0, 0, 0)),
  ];
}

function addresses(): RefusedFrame[] {
  const refuse = (name: string, frame: Uint8Array): RefusedFrame => ({
    check: "not for me (ID, 0xFFFF in anything but a Trigger too: before the FCS)",
    name,
    status: "not for me",
    frame,
  });
  return [
    refuse("Trigger to another ID", raw({ id: OTHER_ID })),
    refuse("Confirm to another ID", raw({ fc: FC.confirm, id: OTHER_ID, body: numberedBody() })),
    refuse("Ack to another ID", ackFrame(OTHER_ID)),
    refuse("ID most significant octet first", raw({ id: ((OWN_ID & 0xff) << 8) | (OWN_ID >> 8) })),
    refuse("broadcast Confirm", raw({ fc: FC.confirm, id: BROADCAST_ID, body: numberedBody() })),
    refuse("broadcast Data", raw({ fc: FC.data, id: BROADCAST_ID, body: numberedBody() })),
    refuse("broadcast Ack", ackFrame(BROADCAST_ID)),
    refuse("broadcast of a type that does not exist", raw({ fc: 0x0f, id: BROADCAST_ID })),
    refuse("Trigger to another ID with a bad FCS", spoilt(raw({ id: OTHER_ID }))),
  ];
}

function typesAndFcs(): RefusedFrame[] {
  const type = (name: string, frame: Uint8Array): RefusedFrame => ({
    check: "bad type (a Response too)",
    name,
    status: "bad type",
    frame,
  });
  const fcs = (name: string, frame: Uint8Array): RefusedFrame => ({
    check: "bad FCS",
    name,
    status: "bad FCS",
    frame,
  });
  const unknown = [0x00, 0x01, 0x07, 0x0d, 0x0e, 0x0f];
  const trigger = raw({});
  return [
    ...unknown.map((fc) => type(`type ${fc}`, raw({ fc }))),
    type("Response", raw({ fc: FC.response, body: new Uint8Array(24) })),
    type("Response with a bad FCS", spoilt(raw({ fc: FC.response, body: new Uint8Array(24) }))),
    fcs("Trigger, last octet of the FCS", spoilt(trigger)),
    fcs(
      "Trigger, a bit of the ANonce",
      trigger.map((octet, i) => (i === 20 ? octet ^ 0x10 : octet)),
    ),
    fcs("FCS most significant octet first", concat(trigger.slice(0, -2), trigger.slice(-2).reverse())),
    fcs("Confirm", spoilt(raw({ fc: FC.confirm, body: numberedBody() }))),
    fcs("Data", spoilt(raw({ fc: FC.data, body: numberedBody() }))),
    fcs("Ack, its CRC-8", spoilt(ackFrame(OWN_ID))),
    fcs("Trigger with reserved bits of FC, bad FCS", spoilt(raw({ fc: FC.trigger | 0x20 }))),
  ];
}

function reservedBits(): RefusedFrame[] {
  const check = "reserved bits (FC 5-7, a Protected bit other than the type's, TDC)";
  const refuse = (name: string, frame: RawFrame): RefusedFrame => ({
    check,
    name,
    status: "reserved bits",
    frame: raw(frame),
  });
  const ack = (name: string, fc: number): RefusedFrame => {
    const fcAndId = concat(fc, littleEndian(OWN_ID, 2));
    return { check, name, status: "reserved bits", frame: concat(fcAndId, withFcs(fcAndId)[3]) };
  };
  const confirm = { fc: FC.confirm, body: numberedBody() };
  const data = { fc: FC.data, body: numberedBody() };
  return [
    ...[5, 6, 7].map((bit) => refuse(`Trigger with FC bit ${bit}`, { fc: FC.trigger | (1 << bit) })),
    ...[5, 6, 7].map((bit) => refuse(`Data with FC bit ${bit}`, { ...data, fc: FC.data | (1 << bit) })),
    ...[4, 5, 6, 7].map((bit) => ack(`Ack with FC bit ${bit}`, FC.ack | (1 << bit))),
    refuse("Trigger with the Protected bit", { fc: FC.trigger | 0x10 }),
    refuse("Confirm without the Protected bit", { ...confirm, fc: FC.confirm & ~0x10 }),
    refuse("Data without the Protected bit", { ...data, fc: FC.data & ~0x10 }),
    ...[6, 13, 14, 15].map((bit) => refuse(`Trigger with TDC bit ${bit}`, { bits: PROFILE_1 | (1 << bit) })),
    refuse("Trigger with TDC bits 6 and 13", { bits: PROFILE_1 | (1 << 6) | (1 << 13) }),
    ...[7, 14, 15].map((bit) => refuse(`Confirm with TDC bit ${bit}`, { ...confirm, bits: PROFILE_1 | (1 << bit) })),
    refuse("Confirm with Command but not Encrypted", { ...confirm, bits: PROFILE_1 | (1 << 13) }),
    ...[7, 13, 14, 15].map((bit) => refuse(`Data with TDC bit ${bit}`, { ...data, bits: PROFILE_1 | (1 << bit) })),
    refuse("Data with Command and Encrypted", { ...data, bits: PROFILE_1 | (1 << 13) | (1 << 6) }),
    refuse("Trigger with TDC bit 14 and a wrong length", { bits: PROFILE_1 | (1 << 14), length: 5 }),
  ];
}

function lengthFields(): RefusedFrame[] {
  const check = "bad length (TDC against the frame)";
  const body = triggerBody();
  const refuse = (name: string, frame: RawFrame): RefusedFrame => ({
    check,
    name,
    status: "bad length",
    frame: raw(frame),
  });
  return [
    refuse("Trigger, TDC one less", { length: body.length - 1 }),
    refuse("Trigger, TDC one more", { length: body.length + 1 }),
    refuse("Data, TDC one more", { fc: FC.data, body: numberedBody(), length: 11 }),
    refuse("Trigger, wrong length and profile 0", { bits: 0, length: body.length + 1 }),
  ];
}

function profiles(): RefusedFrame[] {
  const check = "bad profile";
  const refuse = (name: string, frame: RawFrame): RefusedFrame => ({
    check,
    name,
    status: "bad profile",
    frame: raw(frame),
  });
  return [
    ...[0, 4, 5, 6, 7].map((profile) => refuse(`Trigger of profile ${profile}`, { bits: profile << 10 })),
    refuse("Data of profile 0", { fc: FC.data, bits: 0, body: numberedBody() }),
    refuse("Trigger of profile 0 whose body has 1 octet", { bits: 0, body: Uint8Array.of(0) }),
  ];
}

function bodyMinima(): RefusedFrame[] {
  const refuse = (name: string, frame: RawFrame): RefusedFrame => ({
    check: "bad length (body under the type's minimum)",
    name,
    status: "bad length",
    frame: raw(frame),
  });
  const bitsOf = (profile: Profile): number => profile.number << 10;
  const short = (nonce_octets: number): Uint8Array => triggerBody(RAW_INFO, AA_LOW, nonce_octets);
  return [
    refuse("Trigger, body of 1 octet", { body: Uint8Array.of(0) }),
    refuse("compact Trigger, one octet short", { body: short(COMPACT.N - 1) }),
    refuse("compact Trigger with Modifier, one octet short", {
      bits: PROFILE_1 | MODIFIER_BIT,
      body: short(COMPACT.N + 7),
    }),
    refuse("wide Trigger, one octet short", { bits: bitsOf(WIDE), body: short(WIDE.N - 1) }),
    refuse("compact Confirm, one octet short", { fc: FC.confirm, body: numberedBody(1, 7) }),
    refuse("compact Data, one octet short", { fc: FC.data, body: numberedBody(1, 7) }),
    refuse("strong Data, one octet short", { fc: FC.data, bits: bitsOf(STRONG), body: numberedBody(1, 15) }),
  ];
}

function triggerRules(): RefusedFrame[] {
  const own = (name: string, aa: Uint8Array): RefusedFrame => ({
    check: "AA rule (not for me)",
    name,
    status: "not for me",
    frame: raw({ body: triggerBody(RAW_INFO, aa) }),
  });
  const info = (name: string, at: number, octet: number, id = OWN_ID): RefusedFrame => ({
    check: "TriggerInfo (reserved bits)",
    name,
    status: "reserved bits",
    frame: raw({ id, body: triggerBody(RAW_INFO.map((before, i) => (i === at ? octet : before))) }),
  });
  const groupAa = AA_LOW.map((octet, i) => (i === 0 ? octet | 0x01 : octet));
  const badInfo = RAW_INFO.map((octet, i) => (i === 2 ? 0 : octet));
  return [
    own("AA is the SPA", SPA),
    own("AA is a group address", groupAa),
    { ...own("AA is the SPA, and 0 slots", SPA), frame: raw({ body: triggerBody(badInfo, SPA) }) },
    info("UL rate 3", 1, 0x70),
    info("access 2", 1, 0x80),
    info("access 3", 1, 0xc0),
    info("0 slots", 2, 0),
    info("last octet not 0", 5, 1),
    info("access 1 in a broadcast", 1, 0x40, BROADCAST_ID),
  ];
}

/** All of them, in the order of 4a. */
export function refusedFrames(): RefusedFrame[] {
  return [
    ...lengths(),
    ...addresses(),
    ...typesAndFcs(),
    ...reservedBits(),
    ...lengthFields(),
    ...profiles(),
    ...bodyMinima(),
    ...triggerRules(),
  ];
}
